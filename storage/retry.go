package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"limelight/blog"
)

// ErrNoRetry is a delivery that is not to be tried again.
var ErrNoRetry = errors.New("it is not to be tried again")

// Retry says which deliveries are tried again. What is left out does not narrow
// the choice; nothing at all is all of them.
type Retry struct {
	IDs  []int64
	Host string // as Delivery.Host
	Post string // slug or UUID
}

// retried are the deliveries named d that can be tried again at $1: they failed
// or wait, and are in nobody's hands. Not those that a later one leaves nothing
// to tell, nor a failed one that would overtake a later one on its way.
const retried = `(d.state = 'failed' OR d.state = 'pending' AND NOT (d.leased AND d.due > $1))
	AND NOT EXISTS (SELECT 1 FROM delivery e JOIN activity b ON b.id = e.activity_id JOIN activity a ON a.id = d.activity_id
		WHERE d.state = 'failed' AND b.ref = a.ref AND b.object_type = a.object_type AND b.target = a.target
			AND e.inbox = d.inbox AND e.id > d.id AND e.state <> 'replaced'
			AND (b.type IN ('Delete', 'Undo', 'Reject') OR b.type = a.type OR e.leased AND e.due > $1 AND e.state = 'pending'))`

// RetryDeliveries makes due now what failed or waits for its next try, and
// returns how many that are. Those that failed get all their tries anew. The
// order for one object and inbox stays: what an earlier one holds up has that
// one tried first. A host that is left alone for its failures, or asked to be, is
// not spared. What was sent or replaced stays so. ErrNotFound and
// ErrNoRetry name the first of the IDs that is none or cannot be tried; then
// nothing was changed.
func (db *DB) RetryDeliveries(ctx context.Context, r Retry) (int, error) {
	n := 0
	err := db.write(ctx, func(t *tx) (err error) {
		n, err = retry(t, r)
		return err
	})
	return n, wrap("try deliveries again", err)
}

func retry(t *tx, r Retry) (int, error) {
	for _, id := range r.IDs {
		if err := t.checkRetry(id); err != nil {
			return 0, err
		}
	}
	cond, args := retried, []any{millis(t.now)}
	if len(r.IDs) > 0 {
		if err := t.pullForward(r.IDs); err != nil {
			return 0, err
		}
		var list string
		args, list = in(args, r.IDs)
		cond += ` AND d.id IN ` + list
	}
	if r.Host != "" {
		args = append(args, r.Host)
		cond += fmt.Sprintf(` AND d.host = $%d`, len(args))
	}
	if r.Post != "" {
		p, err := findPost(t, r.Post)
		if err != nil {
			return 0, err
		}
		args = append(args, p.ID)
		cond += fmt.Sprintf(` AND d.activity_id IN (SELECT id FROM activity WHERE ref = $%d AND object_type = 'post')`, len(args))
	}
	n, err := t.exec(`UPDATE delivery AS d SET tries = CASE WHEN d.state = 'failed' THEN 0 ELSE d.tries END,
		state = 'pending', next_try = $1, due = $1, leased = FALSE, urged = TRUE, done = 0 WHERE `+cond, args...)
	return int(n), err
}

// checkRetry tells why a delivery cannot be tried again.
func (t *tx) checkRetry(id int64) error {
	var state blog.DeliveryState
	err := t.row(`SELECT state FROM delivery WHERE id = $1`, id).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("delivery %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return err
	}
	switch state {
	case blog.Sent:
		return fmt.Errorf("delivery %d has arrived: %w", id, ErrNoRetry)
	case blog.Replaced:
		return fmt.Errorf("delivery %d was replaced by a later one: %w", id, ErrNoRetry)
	}
	can, err := t.exists(`SELECT 1 FROM delivery d WHERE d.id = $2 AND `+retried, millis(t.now), id)
	if err == nil && !can {
		err = fmt.Errorf("delivery %d is on its way, or a later one is: %w", id, ErrNoRetry)
	}
	return err
}

// pullForward makes due now what holds one of these up.
func (t *tx) pullForward(ids []int64) error {
	args, list := in([]any{millis(t.now)}, ids)
	_, err := t.exec(`UPDATE delivery SET next_try = $1, due = $1, leased = FALSE, urged = TRUE
		WHERE state = 'pending' AND NOT (leased AND due > $1)
			AND EXISTS (SELECT 1 FROM delivery l WHERE l.id IN `+list+` AND l.inbox = delivery.inbox AND l.object = delivery.object AND l.id > delivery.id)`, args...)
	return err
}
