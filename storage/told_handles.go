package storage

import (
	"context"
	"database/sql"
	"time"

	"limelight/blog"
)

const (
	handleAge   = 30 * 24 * time.Hour // after which a handle is asked for again
	handlePause = 24 * time.Hour      // after a failed try
)

// HandlesDue are actors whose servers are to be asked what they are called, the
// longest due first. Handle is name@host of the id here, whatever was told.
func (db *DB) HandlesDue(ctx context.Context, n int) ([]blog.Actor, error) {
	t := db.reading(ctx)
	var out []blog.Actor
	err := t.each(func(rows *sql.Rows) error {
		var a blog.Actor
		err := rows.Scan(&a.IRI, &a.Handle)
		out = append(out, a)
		return err
	}, `SELECT a.iri, a.handle FROM actor a WHERE a.handle_due <= $1 ORDER BY a.handle_due, a.iri LIMIT $2`, millis(t.now), limit(n))
	return out, wrap("list the handles due", err)
}

// SaveHandle records the handle that the actor's server tells; empty when it
// could not be asked, which keeps what was told before.
func (db *DB) SaveHandle(ctx context.Context, actor, told string) error {
	err := db.write(ctx, func(t *tx) error {
		if told == "" {
			_, err := t.exec(`UPDATE actor SET handle_due = $2 WHERE iri = $1`, actor, millis(t.now.Add(handlePause)))
			return err
		}
		n, err := t.exec(`UPDATE actor SET told_handle = $2 WHERE iri = $1 AND told_handle <> $2 AND (handle <> $2 OR told_handle <> '')`, actor, told)
		if err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE actor SET handle_due = $2 WHERE iri = $1`, actor, millis(t.now.Add(handleAge))); err != nil || n == 0 {
			return err
		}
		return t.reviseTalkOf(actor)
	})
	return wrap("save a handle", err)
}
