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
// that was tried already, else all that waits, of which up to n are read in full.
// Its Last is 0 when nothing waits.
func (db *DB) TakeNotifications(ctx context.Context, channel string, n int) (b blog.NotificationBatch, err error) {
	err = db.write(ctx, func(t *tx) error {
		b = blog.NotificationBatch{}
		err := t.row(`SELECT batch, tries FROM notifier WHERE channel = $1`, channel).Scan(&b.Last, &b.Tries)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var last, first int64
		err = t.row(`SELECT COALESCE(MAX(id), 0), COALESCE(MIN(at), 0) FROM notification WHERE channel = $1 AND (id <= $2 OR CAST($2 AS BIGINT) = 0)`,
			channel, b.Last).Scan(&last, &first)
		if err == nil && last == 0 && b.Last > 0 { // they were dropped, or forgotten
			_, err = t.exec(`UPDATE notifier SET batch = 0, tries = 0 WHERE channel = $1`, channel)
			b.Last, b.Tries = 0, 0
			return err
		}
		if err != nil || last == 0 {
			return err
		}
		b.First = fromMillis(first)
		if b.Last > 0 {
			return nil
		}
		b.Last = last
		_, err = t.exec(`INSERT INTO notifier (channel, batch, tries, next_try, error, sent) VALUES ($1, $2, 0, 0, '', 0)
			ON CONFLICT (channel) DO UPDATE SET batch = excluded.batch, tries = 0`, channel, b.Last)
		return err
	})
	if err == nil && b.Last > 0 {
		err = db.reading(ctx).readNotifications(&b, channel, n)
	}
	return b, wrap("take what the author is to be told", err)
}

// SettleNotifications ends a message that arrived, or that had nothing to tell
// any more: what it told of is done with.
func (db *DB) SettleNotifications(ctx context.Context, channel string, last int64, arrived bool) error {
	err := db.write(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM notification WHERE channel = $1 AND id <= $2`, channel, last); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE notifier SET batch = 0, tries = 0, next_try = 0, error = '',
			sent = CASE WHEN CAST($3 AS BIGINT) > 0 THEN CAST($2 AS BIGINT) ELSE sent END WHERE channel = $1`, channel, millis(t.now), truth(arrived))
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
