package storage

import (
	"context"
	"database/sql"
	"net/http"
	"time"

	"limelight/blog"
)

// pushes are the deliveries of feeds to their subscribers. There is one at most
// for each, so none is ahead of another.
func pushes() claimable { return claimable{`subscription`, `TRUE`, `FALSE`} }

const subscriptionSelect = `SELECT d.id, d.callback, d.host, d.topic, d.secret, d.since, d.expires, d.state, d.tries, d.status, d.error,
		d.next_try, d.sent FROM subscription d `

func selectSubscriptions(t *tx, cond string, args ...any) ([]blog.Subscription, error) {
	var out []blog.Subscription
	err := t.each(func(rows *sql.Rows) error {
		var s blog.Subscription
		err := rows.Scan(&s.ID, &s.Callback, &s.Host, &s.Topic, &s.Secret, stamp{&s.Since}, stamp{&s.Expires}, &s.State, &s.Tries,
			&s.Status, &s.Error, stamp{&s.NextTry}, stamp{&s.Sent})
		out = append(out, s)
		return err
	}, subscriptionSelect+cond, args...)
	return out, err
}

// NextPush is NextDelivery for what goes to subscribers.
func (db *DB) NextPush(ctx context.Context) (at time.Time, ok bool, err error) {
	at, ok, err = db.next(ctx, pushes())
	return at, ok, wrap("look for what subscribers are to get", err)
}

// ClaimPushes is ClaimDeliveries for what goes to subscribers. Those whose
// subscription has ended are not among them.
func (db *DB) ClaimPushes(ctx context.Context, n, perHost int, lease time.Duration, skip Skip) ([]blog.Subscription, error) {
	if n <= 0 {
		return nil, nil
	}
	var claimed []blog.Subscription
	err := db.write(ctx, func(t *tx) error {
		claimed = nil
		if _, err := t.exec(`DELETE FROM subscription WHERE state = 'pending' AND due <= $1 AND expires <= $1`, millis(t.now)); err != nil {
			return err
		}
		ids, err := db.claim(t, pushes(), n, perHost, lease, skip)
		if err != nil || len(ids) == 0 {
			return err
		}
		args, list := in(nil, ids)
		if _, err := t.exec(`UPDATE subscription SET taken = wanted WHERE id IN `+list, args...); err != nil {
			return err
		}
		claimed, err = selectSubscriptions(t, `WHERE d.id IN `+list+` ORDER BY d.next_try, d.id`, args...)
		return err
	})
	return claimed, wrap("claim what subscribers are to get", err)
}

// ReleasePushes ends leases without an attempt (shutdown).
func (db *DB) ReleasePushes(ctx context.Context, ids []int64) error {
	return wrap("release what subscribers are to get", db.release(ctx, pushes(), ids))
}

// RecordPushes stores how deliveries to subscribers went and ends their leases,
// all in one transaction. What changed while one was on its way is due at once,
// when that arrived (unless Content is what it has become), or else at its next try. A callback that answered 410 wants
// nothing any more: its subscription ends. What another process took over is left
// as it is, unless it arrived after all.
func (db *DB) RecordPushes(ctx context.Context, rs []blog.Receipt) error {
	err := db.write(ctx, func(t *tx) error {
		for _, r := range rs {
			if err := db.recordPush(t, r); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("record what subscribers got", err)
}

func (db *DB) recordPush(t *tx, r blog.Receipt) error {
	const mine = ` WHERE id = $1 AND state = 'pending' AND (holder = $2 OR $3)`
	if r.Status == http.StatusGone {
		_, err := t.exec(`DELETE FROM subscription`+mine, r.ID, db.process.id, false)
		return err
	}
	at := r.At
	if at.IsZero() {
		at = t.now
	}
	text := []rune(r.Error)
	args := []any{r.ID, db.process.id, r.State == blog.Sent, r.Status, string(text[:min(len(text), maxError)])}
	set := `leased = FALSE, status = $4, error = $5`
	if r.State == blog.Pending {
		_, err := t.exec(`UPDATE subscription SET `+set+`, tries = tries + $7, next_try = $6, due = $6`+mine, append(args, millis(r.NextTry), triesOf(r))...)
		return err
	}
	// It is done, one way or the other, with what was wanted when it was taken. What
	// was sent may be newer, when the feed had changed and that was not told yet.
	const done = `taken = wanted OR wanted = $8`
	set += `, state = CASE WHEN ` + done + ` THEN CAST($6 AS TEXT) ELSE 'pending' END, tries = CASE WHEN ` + done + ` THEN tries + 1 ELSE 0 END,
		next_try = CASE WHEN ` + done + ` THEN 0 ELSE CAST($7 AS BIGINT) END, due = CASE WHEN ` + done + ` THEN 0 ELSE CAST($7 AS BIGINT) END,
		wanted = CASE WHEN taken = wanted AND CAST($8 AS TEXT) <> '' THEN CAST($8 AS TEXT) ELSE wanted END`
	if r.State == blog.Sent {
		set += `, sent = $7`
	}
	_, err := t.exec(`UPDATE subscription SET `+set+mine, append(args, string(r.State), millis(at), r.Content)...)
	return err
}
