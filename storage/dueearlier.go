package storage

import (
	"context"
	"time"
)

// DueEarlier has all pending deliveries be due, and all leases end, earlier by
// so much: after the clock was set back they would wait for it to be there
// again.
func (db *DB) DueEarlier(ctx context.Context, by time.Duration) error {
	return wrap("move deliveries along with the clock", db.write(ctx, func(t *tx) error { return t.dueEarlier(by) }))
}

func (t *tx) dueEarlier(by time.Duration) error {
	_, err := t.exec(`UPDATE delivery SET due = due - $1, next_try = CASE WHEN next_try > $1 THEN next_try - $1 ELSE next_try END
		WHERE state = 'pending'`, by.Milliseconds())
	return err
}

// dueByTheClock is dueEarlier for a start, when all that tells of a clock that
// was set back is a delivery written at a time that has not come yet.
func (t *tx) dueByTheClock() error {
	var latest int64
	err := t.row(`SELECT COALESCE(MAX(created), 0) FROM delivery WHERE id = (SELECT MAX(id) FROM delivery)`).Scan(&latest)
	if ahead := latest - millis(t.now); err == nil && ahead > 0 {
		err = t.dueEarlier(time.Duration(ahead) * time.Millisecond)
	}
	return err
}
