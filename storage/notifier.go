package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"limelight/blog"
)

// Notifier is how telling by the channel goes.
func (db *DB) Notifier(ctx context.Context, channel string) (blog.Notifier, error) {
	s := blog.Notifier{Channel: channel}
	t := db.reading(ctx)
	err := t.row(`SELECT tries, next_try, error, sent FROM notifier WHERE channel = $1`, channel).
		Scan(&s.Tries, stamp{&s.NextTry}, &s.Error, stamp{&s.Sent})
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		err = t.row(`SELECT COUNT(*), COALESCE(MIN(at), 0) FROM notification WHERE channel = $1`, channel).Scan(&s.Waiting, stamp{&s.Oldest})
	}
	return s, wrap("see how telling the author goes", err)
}

// TakeNotifications is the message that is to go by the channel next: the one
// that was tried already, else all that waits, of which up to n that still matter
// are read in full. Its Last is 0 when nothing waits.
func (db *DB) TakeNotifications(ctx context.Context, channel string, n int) (b blog.NotificationBatch, err error) {
	err = db.write(ctx, func(t *tx) error {
		b = blog.NotificationBatch{}
		if err := t.lockNotifier(channel); err != nil {
			return err
		}
		if err := t.row(`SELECT batch, tries FROM notifier WHERE channel = $1`, channel).Scan(&b.Last, &b.Tries); err != nil {
			return err
		}
		if b.Last == 0 {
			return t.gatherNotifications(&b, channel)
		}
		var left int
		err := t.row(`SELECT COUNT(*), COALESCE(MIN(at), 0) FROM notification WHERE channel = $1 AND batch = $2`, channel, b.Last).Scan(&left, stamp{&b.First})
		if err == nil && left == 0 { // they were dropped, or forgotten
			b = blog.NotificationBatch{}
			_, err = t.exec(`UPDATE notifier SET batch = 0, tries = 0 WHERE channel = $1`, channel)
		}
		return err
	})
	if err == nil && b.Last > 0 {
		err = db.reading(ctx).readNotifications(&b, channel, n)
	}
	return b, wrap("take what the author is to be told", err)
}

// lockNotifier has of two nodes that take a message one come after the other.
func (t *tx) lockNotifier(channel string) error {
	_, err := t.exec(`INSERT INTO notifier (channel, batch, tries, next_try, error, sent) VALUES ($1, 0, 0, 0, '', 0) ON CONFLICT (channel) DO NOTHING`, channel)
	if err != nil {
		return err
	}
	return t.lock(`SELECT channel FROM notifier WHERE channel = $1`, channel)
}

// gatherNotifications makes a message of all that waits. Each notification is
// marked: an id may be committed later than one after it, and what is not in the
// message then is told of by the next.
func (t *tx) gatherNotifications(b *blog.NotificationBatch, channel string) error {
	var last int64
	err := t.row(`SELECT COALESCE(MAX(id), 0) FROM notification WHERE channel = $1`, channel).Scan(&last)
	if err != nil || last == 0 {
		return err
	}
	if _, err := t.exec(`UPDATE notification SET batch = $2 WHERE channel = $1`, channel, last); err != nil {
		return err
	}
	b.Last, b.Tries = last, 0
	if err := t.row(`SELECT MIN(at) FROM notification WHERE channel = $1 AND batch = $2`, channel, last).Scan(stamp{&b.First}); err != nil {
		return err
	}
	_, err = t.exec(`UPDATE notifier SET batch = $2, tries = 0 WHERE channel = $1`, channel, last)
	return err
}

// SettleNotifications ends a message that arrived, or that had nothing to tell
// any more: what it told of is done with.
func (db *DB) SettleNotifications(ctx context.Context, channel string, last int64, arrived bool) error {
	err := db.write(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM notification WHERE channel = $1 AND batch = $2`, channel, last); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE notifier SET batch = 0, tries = 0, next_try = 0, error = '',
			sent = CASE WHEN CAST($3 AS BIGINT) > 0 THEN CAST($2 AS BIGINT) ELSE sent END
			WHERE channel = $1 AND batch = $4`, channel, millis(t.now), truth(arrived), last)
		return err
	})
	return wrap("settle what the author was told", err)
}

// truth is a condition as a number, which both engines compare alike.
func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// PostponeNotifications has a message tried again.
func (db *DB) PostponeNotifications(ctx context.Context, channel, why string, next time.Time) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE notifier SET tries = tries + 1, next_try = $2, error = $3 WHERE channel = $1`, channel, millis(next), why)
		return err
	})
	return wrap("postpone what the author is to be told", err)
}

// DropNotifications forgets what came before a time and could not be told, and
// returns how many they were.
func (db *DB) DropNotifications(ctx context.Context, channel string, before time.Time) (n int, err error) {
	old, err := db.reading(ctx).exists(`SELECT 1 FROM notification WHERE channel = $1 AND at < $2 LIMIT 1`, channel, millis(before))
	if err == nil && old {
		err = db.write(ctx, func(t *tx) error {
			dropped, err := t.exec(`DELETE FROM notification WHERE channel = $1 AND at < $2`, channel, millis(before))
			n = int(dropped)
			return err
		})
	}
	return n, wrap("drop what could not be told", err)
}
