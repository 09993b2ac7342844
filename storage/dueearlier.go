package storage

import (
	"context"
	"time"
)

// DueEarlier has all pending deliveries be due, and all leases end, earlier by
// so much: after the clock was set back they would wait for it to be there
// again.
func (db *DB) DueEarlier(ctx context.Context, by time.Duration) error {
	return wrap("move deliveries along with the clock", db.write(ctx, func(t *tx) error { return t.dueEarlier(outbound(), by) }))
}

// PushEarlier is DueEarlier for what goes to subscribers, with all that waits to be
// told or confirmed.
func (db *DB) PushEarlier(ctx context.Context, by time.Duration) error {
	return wrap("move feeds along with the clock", db.write(ctx, func(t *tx) error { return t.pushEarlier(by) }))
}

func (t *tx) pushEarlier(by time.Duration) error {
	for _, statement := range []string{`UPDATE subscription_request SET due = due - $1`,
		`UPDATE feed_change SET told = told - $1, due = CASE WHEN due > $1 THEN due - $1 ELSE due END`} {
		if _, err := t.exec(statement, by.Milliseconds()); err != nil {
			return err
		}
	}
	return t.dueEarlier(pushes(), by)
}

func (t *tx) dueEarlier(c claimable, by time.Duration) error {
	_, err := t.exec(`UPDATE `+c.table+` SET due = due - $1, next_try = CASE WHEN next_try > $1 THEN next_try - $1 ELSE next_try END
		WHERE state = 'pending'`, by.Milliseconds())
	return err
}

// dueByTheClock is dueEarlier for a start, when all that tells of a clock that
// was set back is a delivery written at a time that has not come yet.
func (t *tx) dueByTheClock() error {
	var latest int64
	err := t.row(`SELECT COALESCE(MAX(created), 0) FROM delivery WHERE id = (SELECT MAX(id) FROM delivery)`).Scan(&latest)
	if ahead := latest - millis(t.now); err == nil && ahead > 0 {
		by := time.Duration(ahead) * time.Millisecond
		if err = t.dueEarlier(outbound(), by); err == nil {
			err = t.pushEarlier(by)
		}
	}
	return err
}
