package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// TellProfile takes the hash of all that the actor's document says. When it is
// not the last one, the blog's revision moves, since pages show the profile
// too, and in the same transaction one Update of the actor is written for each
// inbox of the followers; one that has not left yet is Replaced. The first hash
// of a blog is news to nobody and writes no Update. Returns how many deliveries
// were written; ErrNotFound before StartBlog.
func (db *DB) TellProfile(ctx context.Context, hash string) (int, error) {
	last, err := profileHash(db.reading(ctx))
	if err != nil || last == hash { // a start that changes nothing writes nothing
		return 0, wrap("tell of the profile", err)
	}
	n := 0
	err = db.write(ctx, func(t *tx) (err error) {
		n, err = tellProfile(t, hash)
		return err
	})
	return n, wrap("tell of the profile", err)
}

func tellProfile(t *tx, hash string) (int, error) {
	last, err := profileHash(t)
	if err != nil {
		return 0, err
	}
	// Of two nodes that start at once on PostgreSQL one finds it done.
	changed, err := t.exec(`UPDATE node SET profile_hash = $1 WHERE profile_hash = $2 AND profile_hash <> $1`, hash, last)
	if err != nil || changed == 0 || last == "" {
		return 0, err
	}
	if _, err := t.reviseBlog(); err != nil {
		return 0, err
	}
	followed, err := t.exists(`SELECT 1 FROM follower LIMIT 1`)
	if err != nil || !followed {
		return 0, err
	}
	return deliverActorUpdate(t)
}

func profileHash(t *tx) (hash string, err error) {
	err = t.row(`SELECT profile_hash FROM node`).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("the blog's row: %w", ErrNotFound)
	}
	return hash, err
}
