package storage

import (
	"context"
	"time"

	"limelight/blog"
)

// LeaveWindow is how long others may be told that the actor was deleted, while
// its key can still be fetched to verify that: longer than a delivery is tried.
const LeaveWindow = 7 * 24 * time.Hour

// DeleteActor takes the blog out of the fediverse, for good. A Delete of the
// actor goes to everyone it ever had to do with, whatever else is on its way is
// Replaced, and there are no followers any more; the posts stay. Returns the
// number of deliveries; ErrLeft when it was called before.
func (db *DB) DeleteActor(ctx context.Context) (int, error) {
	var n int64
	err := db.write(ctx, func(t *tx) error {
		if _, err := readStanding(t); err != nil {
			return err
		}
		for _, statement := range []string{
			`UPDATE node SET leaving = $1`,
			`UPDATE delivery SET state = 'replaced', next_try = 0, leased = FALSE, done = $1
				WHERE state = 'pending' AND NOT (leased AND due > $1)`,
		} {
			if _, err := t.exec(statement, millis(t.now)); err != nil {
				return err
			}
		}
		a, err := t.act(blog.Activity{Type: "Delete", Object: blog.ActorObject})
		if err != nil {
			return err
		}
		// The blocked too: their servers hold what they got before. And inboxes that
		// answered 404 lately: this is the last that they can hear.
		n, err = t.exec(insertDeliveries+`(SELECT DISTINCT delivery_inbox AS inbox, delivery_host AS host FROM actor) x
			WHERE x.inbox <> ''`+onceEach, a.ID, objectOf(a), millis(t.now))
		if err != nil {
			return err
		}
		if _, err = t.exec(`DELETE FROM follower`); err == nil {
			_, err = t.exec(`UPDATE actor SET follows = FALSE WHERE follows`)
		}
		return err
	})
	return int(n), wrap("delete the actor", err)
}

// Depart ends what DeleteActor began, once none of its deliveries is pending
// or LeaveWindow has passed: from then on the actor is gone. It does nothing
// before, nor without a DeleteActor.
func (db *DB) Depart(ctx context.Context) error {
	err := db.write(ctx, func(t *tx) error {
		a, err := readAccount(t)
		if err != nil || a.Leaving.IsZero() || !a.Gone.IsZero() {
			return err
		}
		if t.now.Sub(a.Leaving) < LeaveWindow {
			if n, err := untold(t); err != nil || n > 0 {
				return err
			}
		}
		_, err = t.exec(`UPDATE node SET gone = $1 WHERE leaving <> 0`, millis(t.now))
		return err
	})
	return wrap("depart", err)
}

// Untold is how many servers have yet to hear of the DeleteActor.
func (db *DB) Untold(ctx context.Context) (int, error) {
	n, err := untold(db.reading(ctx))
	return n, wrap("count who has not been told", err)
}

func untold(t *tx) (n int, err error) {
	err = t.row(`SELECT COUNT(*) FROM delivery d JOIN activity a ON a.id = d.activity_id
		WHERE d.state = 'pending' AND a.object_type = 'actor' AND a.type = 'Delete'`).Scan(&n)
	return n, err
}

// readStanding is readAccount of a blog that is in the fediverse: else ErrLeft.
func readStanding(t *tx) (Account, error) {
	a, err := readAccount(t)
	if err == nil && !a.Leaving.IsZero() {
		err = ErrLeft
	}
	return a, err
}

// leaving tells whether the actor was deleted.
func (t *tx) leaving() (bool, error) {
	return t.exists(`SELECT 1 FROM node WHERE id = 1 AND leaving <> 0`)
}
