package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func dropUnclaimed(t *testing.T, db *storage.DB) []storage.UnclaimedChannel {
	t.Helper()
	return must[[]storage.UnclaimedChannel](t)(db.DropUnclaimed(t.Context()))
}

// TestChannelTakenAway: what waits for a channel that is not configured any more
// is kept for a day, during which it may come back, and is told of.
func TestChannelTakenAway(t *testing.T) {
	clock := storagetest.NewClock(start)
	eachNoted(t, func(t *testing.T, db *storage.DB, o storage.Options) {
		comment(t, db, note(person("ann", "a.test"), publish(t, db, hello()), "one"))
		ok(t, db.PostponeNotifications(t.Context(), "webhook", "", start))
		takeFor(t, db, "webhook")
		ok(t, db.PostponeNotifications(t.Context(), "webhook", "no answer", start))
		none, kept, dropped := []storage.UnclaimedChannel(nil), []storage.UnclaimedChannel{{Channel: "webhook", Waiting: 1}}, []storage.UnclaimedChannel{{Channel: "webhook", Waiting: 1, Dropped: true}}
		equal(t, "while it is configured", dropUnclaimed(t, db), none)
		ok(t, db.Close())
		again := func(channels ...string) *storage.DB {
			o.Notify.Channels = channels
			return must[*storage.DB](t)(storage.Serve(t.Context(), o))
		}
		db = again("mail")
		equal(t, "without it", dropUnclaimed(t, db), kept)
		clock.Advance(23 * time.Hour)
		equal(t, "a day less an hour later", dropUnclaimed(t, db), none)
		ok(t, db.Close())
		db = again("mail", "webhook")
		equal(t, "configured again", dropUnclaimed(t, db), none)
		clock.Advance(2 * time.Hour)
		ok(t, db.Close())
		db = again("mail")
		defer func() { ok(t, db.Close()) }()
		equal(t, "without it again", dropUnclaimed(t, db), kept)
		clock.Advance(-12 * time.Hour) // the clock was wrong
		equal(t, "earlier than that", dropUnclaimed(t, db), kept)
		clock.Advance(23 * time.Hour)
		equal(t, "not a day yet", dropUnclaimed(t, db), none)
		equal(t, "by the webhook", waiting(t, db, "webhook"), 1)
		clock.Advance(time.Hour)
		equal(t, "after a day", dropUnclaimed(t, db), dropped)
		equal(t, "by mail", waiting(t, db, "mail"), 1)
		equal(t, "by the webhook", must[blog.Notifier](t)(db.Notifier(t.Context(), "webhook")), blog.Notifier{Channel: "webhook"})
		equal(t, "and then", dropUnclaimed(t, db), none)
	}, storagetest.At(clock))
}

// TestChannelOfAnotherNode: a node with another configuration drops nothing that a
// living one is to tell, and what a dead one had only after a day.
func TestChannelOfAnotherNode(t *testing.T) {
	o, clock := sqliteFile(t), storagetest.NewClock(start)
	o.Database = storagetest.Postgres(t)
	storagetest.At(clock)(&o)
	node := func(channels ...string) *storage.DB {
		o.Notify = storage.Notify{Channels: channels, Kinds: blog.NotificationKinds()}
		db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
		t.Cleanup(func() { ok(t, db.Close()) })
		return db
	}
	hook := node("webhook")
	comment(t, hook, note(person("ann", "a.test"), publish(t, hook, hello()), "one"))
	mail := node("mail")
	for range 3 {
		equal(t, "beside a node that has it", dropUnclaimed(t, mail), []storage.UnclaimedChannel(nil))
		clock.Advance(25 * time.Hour)
	}
	ok(t, hook.Close())
	equal(t, "when that stopped", dropUnclaimed(t, mail), []storage.UnclaimedChannel{{Channel: "webhook", Waiting: 1}})
	clock.Advance(25 * time.Hour)
	back := node("webhook")
	equal(t, "when it is back", dropUnclaimed(t, mail), []storage.UnclaimedChannel(nil))
	equal(t, "what it has to tell", waiting(t, back, "webhook"), 1)
}
