package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"limelight/blog"
)

// maxKnownAs bounds alsoKnownAs; Mastodon reads 256.
const maxKnownAs = 100

// KnownAs is an account that the blog says it was before.
type KnownAs struct {
	IRI    string
	Handle string // name@host
	Since  time.Time
}

// MoveOut sends the followers to another actor, which they follow by
// themselves: it is shown in the actor, of which an Update goes to every
// follower, and after it a Move. The caller has made sure that the other one
// lists the blog in alsoKnownAs, since nobody goes there otherwise. Returns the
// number of deliveries.
func (db *DB) MoveOut(ctx context.Context, target string) (int, error) {
	n := 0
	err := db.write(ctx, func(t *tx) error {
		if _, err := readStanding(t); err != nil {
			return err
		}
		if err := t.setMoved(target, t.now); err != nil {
			return err
		}
		updates, err := deliverActorUpdate(t)
		if err != nil {
			return err
		}
		a, err := t.act(blog.Activity{Type: "Move", Object: blog.ActorObject, Ref: target})
		if err != nil {
			return err
		}
		moves, err := deliverToFollowers(t, a)
		n = updates + moves
		return err
	})
	return n, wrap("move out to "+target, err)
}

// CancelMove takes a MoveOut back, as far as it goes: who left stays away.
// ErrNotFound when there was none.
func (db *DB) CancelMove(ctx context.Context) (int, error) {
	n := 0
	err := db.write(ctx, func(t *tx) error {
		a, err := readStanding(t)
		if err != nil {
			return err
		}
		if a.MovedTo == "" {
			return ErrNotFound
		}
		if err := t.setMoved("", time.Time{}); err != nil {
			return err
		}
		n, err = deliverActorUpdate(t)
		return err
	})
	return n, wrap("cancel the move", err)
}

func (t *tx) setMoved(target string, at time.Time) error {
	if err := replacePending(t, `object_type = 'actor' AND type = 'Move' AND ref <> $2`, ""); err != nil {
		return err
	}
	changed, err := t.exec(`UPDATE node SET moved_to = $1, moved = $2`, target, millis(at))
	if err == nil && changed == 0 {
		return ErrNotFound
	}
	return err
}

// AddKnownAs has the blog say that it was the account before, and tells every
// follower. False when it says so already.
func (db *DB) AddKnownAs(ctx context.Context, k KnownAs) (bool, error) {
	added := false
	err := db.write(ctx, func(t *tx) error {
		added = false
		if _, err := readStanding(t); err != nil {
			return err
		}
		var n int
		if err := t.row(`SELECT COUNT(*) FROM known_as`).Scan(&n); err != nil {
			return err
		}
		if n >= maxKnownAs {
			return fmt.Errorf("it is known as %d accounts already", n)
		}
		inserted, err := t.exec(`INSERT INTO known_as (iri, handle, since) VALUES ($1, $2, $3) ON CONFLICT (iri) DO NOTHING`,
			k.IRI, k.Handle, millis(t.now))
		if err != nil || inserted == 0 {
			return err
		}
		added = true
		_, err = deliverActorUpdate(t)
		return err
	})
	return added, wrap("add the account "+k.IRI, err)
}

// RemoveKnownAs takes AddKnownAs back, by IRI or handle. ErrNotFound.
func (db *DB) RemoveKnownAs(ctx context.Context, name string) error {
	err := db.write(ctx, func(t *tx) error {
		removed, err := t.exec(`DELETE FROM known_as WHERE iri = $1 OR LOWER(handle) = LOWER($1)`, name)
		if err == nil && removed == 0 {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		_, err = deliverActorUpdate(t)
		return err
	})
	return wrap("remove the account "+name, err)
}

func readKnownAs(t *tx) ([]KnownAs, error) {
	var out []KnownAs
	err := t.each(func(rows *sql.Rows) error {
		var k KnownAs
		err := rows.Scan(&k.IRI, &k.Handle, stamp{&k.Since})
		out = append(out, k)
		return err
	}, `SELECT iri, handle, since FROM known_as ORDER BY since, iri`)
	return out, err
}

func deliverToFollowers(t *tx, a blog.Activity) (int, error) {
	return fanOut(t, a, insertDeliveries+`(SELECT inbox, host FROM (`+toFollowers+`) y GROUP BY inbox, host) x
		WHERE x.inbox <> ''`+onceEach)
}
