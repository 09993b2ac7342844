package storage

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"limelight/blog"
)

const deliverySelect = `SELECT d.id, d.inbox, d.host, d.state, d.tries, d.status, d.error, d.next_try, d.delivered, d.created,
		COALESCE(p.slug, ''), COALESCE(l.bytes, 0), COALESCE(f.since, 0), ` + activityColumns + `
	FROM delivery d JOIN activity a ON a.id = d.activity_id
		LEFT JOIN host_limit l ON l.host = d.host
		LEFT JOIN failing_inbox f ON f.inbox = d.inbox
		LEFT JOIN post p ON a.object_type = 'post' AND p.id = a.ref `

func selectDeliveries(t *tx, cond string, args ...any) ([]blog.Delivery, error) {
	var out []blog.Delivery
	err := t.each(func(rows *sql.Rows) error {
		var d blog.Delivery
		fields := []any{&d.ID, &d.Inbox, &d.Host, &d.State, &d.Tries, &d.Status, &d.Error,
			stamp{&d.NextTry}, stamp{&d.Delivered}, stamp{&d.Created}, &d.PostSlug, &d.TooLarge, stamp{&d.Failing}}
		err := rows.Scan(append(fields, activityFields(&d.Activity)...)...)
		out = append(out, d)
		return err
	}, deliverySelect+cond, args...)
	return out, err
}

// DeliveryFilter narrows ListDeliveries; its zero value is all of them.
type DeliveryFilter struct {
	Post   string // slug or UUID
	Host   string // as Delivery.Host
	States []blog.DeliveryState
	Limit  int // 0 means all
	Offset int
}

// Deliveries for the author: of one post (slug or UUID) or all, newest first.
// n 0 means all. ErrNotFound when post names none.
func (db *DB) Deliveries(ctx context.Context, post string, n, offset int) ([]blog.Delivery, error) {
	return db.ListDeliveries(ctx, DeliveryFilter{Post: post, Limit: n, Offset: offset})
}

// ListDeliveries are those for the author, newest first. ErrNotFound when
// f.Post names none.
func (db *DB) ListDeliveries(ctx context.Context, f DeliveryFilter) ([]blog.Delivery, error) {
	t := db.reading(ctx)
	var conds []string
	args := []any{limit(f.Limit), max(f.Offset, 0)}
	if f.Post != "" {
		p, err := findPost(t, f.Post)
		if err != nil {
			return nil, fmt.Errorf("list deliveries: %w", err)
		}
		args = append(args, p.ID)
		conds = append(conds, fmt.Sprintf(`a.ref = $%d AND a.object_type = 'post'`, len(args)))
	}
	if f.Host != "" {
		args = append(args, f.Host)
		conds = append(conds, fmt.Sprintf(`d.host = $%d`, len(args)))
	}
	if len(f.States) > 0 {
		var states []string
		for _, s := range f.States {
			states = append(states, string(s))
		}
		var list string
		args, list = in(args, states)
		conds = append(conds, `d.state IN `+list)
	}
	where := ``
	if len(conds) > 0 {
		where = `WHERE ` + strings.Join(conds, ` AND `)
	}
	out, err := selectDeliveries(t, where+` ORDER BY d.id DESC LIMIT $1 OFFSET $2`, args...)
	return out, wrap("list deliveries", err)
}

// RecordReceipts stores outcomes and ends their leases, all in one
// transaction. What is not pending any more is left as it is, and what another
// process took over meanwhile too, unless it was sent after all. An inbox that is
// gone gets nothing new for a week, unless its actor is fetched or follows
// again before.
func (db *DB) RecordReceipts(ctx context.Context, rs []blog.Receipt) error {
	err := db.write(ctx, func(t *tx) error {
		for _, r := range rs {
			if err := db.recordReceipt(t, r); err != nil {
				return err
			}
		}
		return t.revive(rs)
	})
	return wrap("record receipts", err)
}

// maxError bounds the text of a failure that is kept.
const maxError = 500

func (db *DB) recordReceipt(t *tx, r blog.Receipt) error {
	at := r.At
	if at.IsZero() {
		at = t.now
	}
	var next, delivered, done int64
	switch r.State {
	case blog.Pending:
		next = millis(r.NextTry)
	case blog.Sent:
		delivered, done = millis(at), millis(at)
	case blog.Failed, blog.Replaced:
		done = millis(at)
	default:
		return fmt.Errorf("delivery %d: there is no state %q", r.ID, r.State)
	}
	text := []rune(r.Error)
	n, err := t.exec(`UPDATE delivery SET state = $2, status = $3, error = $4, tries = tries + $9, next_try = $5,
			due = $5, leased = FALSE, urged = FALSE, delivered = $6, done = $7
		WHERE id = $1 AND state = 'pending' AND (holder IN ('', $8) OR CAST($6 AS BIGINT) > 0)`,
		r.ID, string(r.State), r.Status, string(text[:min(len(text), maxError)]), next, delivered, done, db.process.id, triesOf(r))
	if err == nil && r.TooLarge > 0 {
		err = rememberLimit(t, r, at)
	}
	if err == nil && r.Gone {
		_, err = t.exec(`UPDATE actor SET gone = $2 WHERE delivery_inbox = (SELECT inbox FROM delivery WHERE id = $1)`,
			r.ID, millis(at))
	}
	if err == nil && n > 0 && r.State == blog.Pending {
		err = t.makeMoot(r.ID)
	}
	if err == nil && r.Asked && r.State != blog.Sent {
		err = t.inboxFailed(r, at)
	}
	return err
}

// triesOf is how many tries an outcome counts as. A node that is restarted again
// and again would else use up those of a server that is only slow.
func triesOf(r blog.Receipt) int {
	if r.Cut {
		return 0
	}
	return 1
}

// makeMoot has a delivery that was put off not hold up a later one, written
// while it was in a worker's hands, that leaves it nothing to tell: a Delete
// waited for as long as a Create did that an inbox would not take.
func (t *tx) makeMoot(id int64) error {
	_, err := t.exec(`UPDATE delivery SET state = 'replaced', next_try = 0, done = $2
		WHERE id = $1 AND state = 'pending' AND EXISTS (
			SELECT 1 FROM delivery e JOIN activity b ON b.id = e.activity_id JOIN activity a ON a.id = delivery.activity_id
			WHERE e.inbox = delivery.inbox AND e.object = delivery.object AND e.state = 'pending' AND e.id > delivery.id
				AND (b.type IN ('Delete', 'Undo') OR b.type = a.type AND b.ref = a.ref))`, id, millis(t.now))
	return err
}

// ReleaseDeliveries ends the leases of these deliveries without an attempt
// (shutdown): they are due as they were before.
func (db *DB) ReleaseDeliveries(ctx context.Context, ids []int64) error {
	return wrap("release deliveries", db.release(ctx, outbound(), ids))
}
