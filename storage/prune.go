package storage

import (
	"context"
	"time"
)

const (
	memory     = 30 * 24 * time.Hour // of seen activities, tombstones and refused sizes
	receipts   = 90 * 24 * time.Hour // kept for the author
	auditLog   = 365 * 24 * time.Hour
	pruneBatch = 1000 // rows per transaction, so that others get their turn
)

// Prune forgets what has served its time: seen activities and tombstones after
// 30 days, as the sizes that hosts refused, receipts after 90, decisions after a year, then activities
// that nothing refers to any more (the Creates stay, for the outbox), a key a
// week after it was replaced, and pictures that no actor has.
func (db *DB) Prune(ctx context.Context, now time.Time) error {
	for _, stale := range []struct {
		rows string
		age  time.Duration
	}{
		{`seen WHERE (actor, id) IN (SELECT actor, id FROM seen WHERE at < $1 LIMIT $2)`, memory},
		{`tombstone WHERE (actor, iri) IN (SELECT actor, iri FROM tombstone WHERE at < $1 LIMIT $2)`, memory},
		{`host_limit WHERE host IN (SELECT host FROM host_limit WHERE at < $1 LIMIT $2)`, memory},
		{`delivery WHERE id IN (SELECT id FROM delivery WHERE state <> 'pending' AND done < $1 LIMIT $2)`, receipts},
		{`activity WHERE id IN (SELECT a.id FROM activity a WHERE a.created < $1 AND a.type <> 'Create'
			AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.activity_id = a.id) LIMIT $2)`, receipts},
		{`picture WHERE url IN (SELECT p.url FROM picture p WHERE p.due < $1
			AND NOT EXISTS (SELECT 1 FROM comment_attachment x WHERE x.url = p.url)
			AND NOT EXISTS (SELECT 1 FROM comment_emoji x WHERE x.url = p.url) LIMIT $2)`, 0},
		{`decision WHERE id IN (SELECT id FROM decision WHERE at < $1 LIMIT $2)`, auditLog},
	} {
		if err := db.deleteStale(ctx, `DELETE FROM `+stale.rows, now.Add(-stale.age)); err != nil {
			return wrap("prune", err)
		}
	}
	if err := db.forgetKeys(ctx, now); err != nil {
		return wrap("forget replaced keys", err)
	}
	return wrap("prune avatars", db.sweepAvatars(ctx, now))
}

func (db *DB) deleteStale(ctx context.Context, statement string, before time.Time) error {
	for {
		var n int64
		err := db.write(ctx, func(t *tx) (err error) {
			n, err = t.exec(statement, millis(before), pruneBatch)
			return err
		})
		if err != nil || n < pruneBatch {
			return err
		}
	}
}
