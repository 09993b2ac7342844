package storage

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/google/uuid"

	"limelight/blog"
)

// Bounds of what strangers can have the hub keep.
const (
	maxSubscriptions     = 20_000
	maxHostSubscriptions = 1000
	maxRequests          = 2000 // that wait to be verified
	maxHostRequests      = 50
)

// Subscriptions are all that have not ended, the newest first. n 0 means all.
func (db *DB) Subscriptions(ctx context.Context, n, offset int) ([]blog.Subscription, error) {
	t := db.reading(ctx)
	out, err := selectSubscriptions(t, `WHERE d.expires > $1 ORDER BY d.id DESC LIMIT $2 OFFSET $3`, millis(t.now), limit(n), max(offset, 0))
	return out, wrap("list the subscriptions", err)
}

// SubscribedTopics are the feeds below a path that somebody subscribes to.
func (db *DB) SubscribedTopics(ctx context.Context, below string) ([]string, error) {
	t := db.reading(ctx)
	topics, err := t.texts(`SELECT DISTINCT topic FROM subscription WHERE below = $1 AND expires > $2`, below, millis(t.now))
	return topics, wrap("list the feeds that are subscribed to", err)
}

// AskSubscription keeps a request until it is verified, in place of an earlier one
// about the same feed and callback. ErrTooMany when the callback's host, or
// everybody together, has too many requests or subscriptions; ErrNotFound when
// there is no such subscription to be ended; ErrBlocked when the author blocked
// the host.
func (db *DB) AskSubscription(ctx context.Context, r blog.SubscriptionRequest) error {
	asked, err := uuid.NewV7()
	if err != nil {
		return err
	}
	err = db.write(ctx, func(t *tx) error { return t.askSubscription(r, asked.String()) })
	return wrap("keep a request for a subscription", err)
}

func (t *tx) askSubscription(r blog.SubscriptionRequest, asked string) error {
	host := hostOf(r.Callback)
	blocked, err := isBlocked(t, r.Callback)
	if err == nil && blocked {
		err = ErrBlocked
	}
	if err != nil {
		return err
	}
	const same = ` WHERE callback = $1 AND topic = $2`
	known, err := t.exists(`SELECT 1 FROM subscription`+same, r.Callback, r.Topic)
	if err != nil {
		return err
	}
	waits, err := t.exists(`SELECT 1 FROM subscription_request`+same, r.Callback, r.Topic)
	if err != nil {
		return err
	}
	if r.Mode == blog.Unsubscribe && !known && !waits {
		return ErrNotFound
	}
	if !waits {
		err = t.haveRoom(`subscription_request`, host, maxRequests, maxHostRequests)
	}
	if err == nil && !known && r.Mode == blog.Subscribe {
		err = t.haveRoom(`subscription`, host, maxSubscriptions, maxHostSubscriptions)
	}
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO subscription_request (callback, topic, mode, below, host, secret, lease, asked, tries, due)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)
		ON CONFLICT (callback, topic) DO UPDATE SET mode = excluded.mode, secret = excluded.secret, lease = excluded.lease, asked = excluded.asked,
			tries = 0, due = excluded.due`,
		r.Callback, r.Topic, string(r.Mode), belowOf(r.Topic), host, r.Secret, r.Lease.Milliseconds(), asked, millis(t.now))
	return err
}

// belowOf is the path of a feed without the file's name.
func belowOf(topic string) string { return topic[:max(strings.LastIndexByte(topic, '/'), 0)] }

// haveRoom is ErrTooMany when the table has as many rows as it may.
func (t *tx) haveRoom(table, host string, most, ofHost int) error {
	for _, bound := range []struct {
		query string
		args  []any
		most  int
	}{
		{`SELECT COUNT(*) FROM (SELECT 1 FROM ` + table + ` WHERE host = $1 LIMIT $2) x`, []any{host, ofHost}, ofHost},
		{`SELECT COUNT(*) FROM (SELECT 1 FROM ` + table + ` LIMIT $1) x`, []any{most}, most},
	} {
		var n int
		if err := t.row(bound.query, bound.args...).Scan(&n); err != nil {
			return err
		}
		if n >= bound.most {
			return ErrTooMany
		}
	}
	return nil
}

// ClaimSubscriptionRequests leases up to n requests that are to be verified, the
// longest due first. One that is not settled by then is due again when the lease
// ends.
func (db *DB) ClaimSubscriptionRequests(ctx context.Context, n int, lease time.Duration) ([]blog.SubscriptionRequest, error) {
	var out []blog.SubscriptionRequest
	t := db.reading(ctx)
	due, err := t.exists(`SELECT 1 FROM subscription_request WHERE due <= $1 LIMIT 1`, millis(t.now))
	if err != nil || !due {
		return nil, wrap("look for requests for subscriptions", err)
	}
	err = db.write(ctx, func(t *tx) error {
		out = nil
		return t.each(func(rows *sql.Rows) error {
			var r blog.SubscriptionRequest
			var lease int64
			err := rows.Scan(&r.Callback, &r.Topic, &r.Mode, &r.Secret, &lease, &r.Asked, &r.Tries)
			r.Lease = time.Duration(lease) * time.Millisecond
			out = append(out, r)
			return err
		}, `UPDATE subscription_request SET due = $2, tries = tries + 1 WHERE due <= $1
				AND asked IN (SELECT asked FROM subscription_request WHERE due <= $1 ORDER BY due, callback LIMIT $3)
			RETURNING callback, topic, mode, secret, lease, asked, tries - 1`, millis(t.now), millis(t.now.Add(lease)), n)
	})
	return out, wrap("claim requests for subscriptions", err)
}

// PostponeSubscriptionRequest has a request verified later.
func (db *DB) PostponeSubscriptionRequest(ctx context.Context, r blog.SubscriptionRequest, next time.Time) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE subscription_request SET due = $4 WHERE callback = $1 AND topic = $2 AND asked = $3`,
			r.Callback, r.Topic, r.Asked, millis(next))
		return err
	})
	return wrap("put a request for a subscription off", err)
}

// SettleSubscriptionRequest ends a request: a verified one takes effect, one that
// is not leaves everything as it was. One that was asked for anew meanwhile
// waits for that to be verified.
func (db *DB) SettleSubscriptionRequest(ctx context.Context, r blog.SubscriptionRequest, verified bool) error {
	err := db.write(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM subscription_request WHERE callback = $1 AND topic = $2 AND asked = $3`, r.Callback, r.Topic, r.Asked)
		if err != nil || n == 0 || !verified || r.Mode == blog.Denied {
			return err
		}
		if r.Mode == blog.Unsubscribe {
			_, err = t.exec(`DELETE FROM subscription WHERE callback = $1 AND topic = $2`, r.Callback, r.Topic)
			return err
		}
		_, err = t.exec(`INSERT INTO subscription (callback, topic, below, host, secret, since, expires,
				wanted, taken, state, tries, status, error, next_try, due, leased, holder, sent)
				VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '', 0, 0, '', 0, 0, FALSE, '', 0)
			ON CONFLICT (callback, topic) DO UPDATE SET secret = excluded.secret, expires = excluded.expires`,
			r.Callback, r.Topic, belowOf(r.Topic), hostOf(r.Callback), r.Secret, millis(t.now), millis(t.now.Add(r.Lease)))
		return err
	})
	return wrap("settle a request for a subscription", err)
}
