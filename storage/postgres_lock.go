package storage

import (
	"database/sql"
	"hash/fnv"
)

// What SQLite's one writer gives for nothing: these make transactions wait for
// each other on PostgreSQL where one decides by what the other changes. They end
// with the transaction.

// lock has every other transaction that locks the same rows wait.
func (t *tx) lock(query string, args ...any) error {
	if !t.shared {
		return nil
	}
	return t.each(func(*sql.Rows) error { return nil }, query+" FOR UPDATE", args...)
}

// lockPosts is for transactions that decide by what a post was: of two that
// publish or delete it at the same time, one comes after the other.
func (t *tx) lockPosts() error { return t.lock(`SELECT id FROM revision`) }

// lockActor has what an actor does come one after the other, as when its note
// and the deletion of that arrive at two nodes, and keeps new blocks away, which
// would miss it.
func (t *tx) lockActor(iri string) error {
	return t.advise(`SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock($2, $3)`, blockLock, actorLock, actorHash(iri))
}

func actorHash(iri string) int32 {
	h := fnv.New32a()
	h.Write([]byte(iri))
	return int32(h.Sum32())
}

// lockComment waits for whoever is changing the comment, so that what is decided
// by its state is decided by the last.
func (t *tx) lockComment(where string, arg any) error {
	return t.lock(`SELECT c.id FROM comment c `+where, arg)
}

// lockStrangers waits until what is being done now is there to be hidden by a new
// block, and keeps more of it away.
func (t *tx) lockStrangers() error { return t.advise(`SELECT pg_advisory_xact_lock($1)`, blockLock) }

func (t *tx) advise(query string, args ...any) error {
	if !t.shared {
		return nil
	}
	_, err := t.on.ExecContext(t.ctx, query, args...)
	return err
}
