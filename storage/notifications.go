package storage

import (
	"context"
	"slices"
	"strconv"
	"time"

	"limelight/blog"
)

// Notify is whom the author is to be told by, and of what. The zero Notify has
// nothing noted.
type Notify struct {
	Channels []string
	Kinds    []blog.NotificationKind
	Full     func(channel string) // is called when too many wait to note another, once an hour; may be nil
}

// notify notes that the author is to be told of something, in the transaction of
// what it is about, unless nobody is to be told of that.
func (db *DB) notify(t *tx, kind blog.NotificationKind, ref string) error {
	if !slices.Contains(db.notices.Kinds, kind) {
		return nil
	}
	for _, channel := range db.notices.Channels {
		free, full, err := db.room.take(t, channel)
		if full && db.notices.Full != nil {
			db.notices.Full(channel)
		}
		if free {
			_, err = t.exec(`INSERT INTO notification (channel, kind, ref, at) VALUES ($1, $2, $3, $4)`, channel, string(kind), ref, millis(t.now))
		}
		if err != nil {
			return wrap("note what the author is to be told", err)
		}
	}
	return nil
}

// notifyOf is notify for a comment that came or was edited. Of the author's own,
// and of what is on no page whatever is decided, there is nothing to tell.
func (db *DB) notifyOf(t *tx, c blog.Comment) error {
	kinds := map[blog.State]blog.NotificationKind{blog.Shown: blog.ReplyNotification, blog.Held: blog.HeldNotification}
	kind, ok := kinds[c.State]
	if !ok || c.Source == blog.Own {
		return nil
	}
	return db.notify(t, kind, strconv.FormatInt(c.ID, 10))
}

// NotifyOfFailing notes up to n inboxes that have failed for at least so long, and
// returns how many. Each is told of once, until it works and fails again.
func (db *DB) NotifyOfFailing(ctx context.Context, since time.Duration, n int) (int, error) {
	if !slices.Contains(db.notices.Kinds, blog.FailingNotification) || len(db.notices.Channels) == 0 {
		return 0, nil
	}
	const due = `SELECT inbox FROM failing_inbox WHERE told = 0 AND since <= $1 ORDER BY since, inbox LIMIT $2`
	t := db.reading(ctx)
	before := millis(t.now.Add(-since))
	inboxes, err := t.texts(due, before, n)
	if err != nil || len(inboxes) == 0 {
		return 0, wrap("look for servers that fail", err)
	}
	err = db.write(ctx, func(t *tx) error {
		if inboxes, err = t.texts(due, before, n); err != nil || len(inboxes) == 0 {
			return err
		}
		args, list := in([]any{millis(t.now)}, inboxes)
		if _, err := t.exec(`UPDATE failing_inbox SET told = $1 WHERE inbox IN `+list, args...); err != nil {
			return err
		}
		for _, inbox := range inboxes {
			if err := db.notify(t, blog.FailingNotification, inbox); err != nil {
				return err
			}
		}
		return nil
	})
	return len(inboxes), wrap("note servers that fail", err)
}
