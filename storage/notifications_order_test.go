package storage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// eachNoted is Each with everything told by mail and a webhook, and the options of
// the database, for a second look at it.
func eachNoted(t *testing.T, test func(t *testing.T, db *storage.DB, o storage.Options), changes ...func(*storage.Options)) {
	t.Helper()
	var used storage.Options
	changes = append(changes, func(o *storage.Options) {
		o.Notify.Channels, o.Notify.Kinds = []string{"mail", "webhook"}, blog.NotificationKinds()
		used = *o
	})
	storagetest.Each(t, func(t *testing.T, db *storage.DB) { test(t, db, used) }, changes...)
}

func takeFor(t *testing.T, db *storage.DB, channel string) blog.NotificationBatch {
	t.Helper()
	return must[blog.NotificationBatch](t)(db.TakeNotifications(t.Context(), channel, 10))
}

func waiting(t *testing.T, db *storage.DB, channel string) int {
	t.Helper()
	return must[blog.Notifier](t)(db.Notifier(t.Context(), channel)).Waiting
}

// TestToldPastWhatHasGone: however much was dealt with, what comes after it is told.
func TestToldPastWhatHasGone(t *testing.T) {
	eachNoted(t, func(t *testing.T, db *storage.DB, _ storage.Options) {
		p, ann := publish(t, db, hello()), person("ann", "a.test")
		for i := range 120 {
			c := comment(t, db, note(ann, p, fmt.Sprint("spam", i)))
			if i != 50 {
				_, err := db.DecideComment(t.Context(), c.ID, blog.Erased)
				ok(t, err)
			}
		}
		for i := range 12 {
			comment(t, db, note(ann, p, fmt.Sprint("real", i)))
		}
		b := takeFor(t, db, "mail")
		var texts []string
		for _, e := range b.Events {
			texts = append(texts, e.Comment.Text)
		}
		equal(t, "told", strings.Join(texts, " "), "spam50 real0 real1 real2 real3 real4 real5 real6 real7 real8")
		equal(t, "left of all", b.Counts, map[blog.NotificationKind]int{blog.ReplyNotification: 13})
		ok(t, db.SettleNotifications(t.Context(), "mail", b.Last, true))
		equal(t, "then", waiting(t, db, "mail"), 0)
	})
}

// TestLateNotification: what is committed while a message is on its way, with an
// id before its last, is told by the next.
func TestLateNotification(t *testing.T) {
	var used storage.Options
	storagetest.EachPostgres(t, func(t *testing.T, db *storage.DB) {
		p, ann := publish(t, db, hello()), person("ann", "a.test")
		c := comment(t, db, note(ann, p, "late"))
		raw := rawDatabase(t, used)
		_, err := raw.Exec(`DELETE FROM notification`)
		ok(t, err)
		slow, err := raw.Begin()
		ok(t, err)
		defer slow.Rollback()
		_, err = slow.Exec(`INSERT INTO notification (channel, kind, ref, at) VALUES ('mail', 'reply', $1, 1)`, fmt.Sprint(c.ID))
		ok(t, err)
		comment(t, db, note(ann, p, "soon"))
		b := takeFor(t, db, "mail")
		equal(t, "told", news(b), []string{"reply: soon under Hello by ann@a.test"})
		ok(t, slow.Commit())
		again := takeFor(t, db, "mail")
		equal(t, "tried again", []any{again.Last, again.First, news(again)}, []any{b.Last, b.First, news(b)})
		ok(t, db.SettleNotifications(t.Context(), "mail", b.Last, true))
		equal(t, "told then", news(takeFor(t, db, "mail")), []string{"reply: late under Hello by ann@a.test"})
	}, func(o *storage.Options) {
		o.Notify = storage.Notify{Channels: []string{"mail"}, Kinds: blog.NotificationKinds()}
		used = *o
	})
}

// TestTakenByTwo: of two nodes that take a message at the same time neither loses
// anything. A lock on what waits holds the first up between looking and marking;
// meanwhile more comes, which the second one would make a message of its own of.
func TestTakenByTwo(t *testing.T) {
	var used storage.Options
	storagetest.EachPostgres(t, func(t *testing.T, db *storage.DB) {
		p, ann := publish(t, db, hello()), person("ann", "a.test")
		comment(t, db, note(ann, p, "before")) // from here on the channel has a row, which both could wait for
		ok(t, db.SettleNotifications(t.Context(), "mail", takeFor(t, db, "mail").Last, true))
		comment(t, db, note(ann, p, "first"))
		raw := rawDatabase(t, used)
		held, err := raw.Begin()
		ok(t, err)
		defer held.Rollback()
		_, err = held.Exec(`SELECT id FROM notification FOR UPDATE`)
		ok(t, err)
		batches := make(chan blog.NotificationBatch, 2)
		take := func() {
			b, err := db.TakeNotifications(t.Context(), "mail", 10)
			if err != nil {
				t.Error(err)
			}
			batches <- b
		}
		go take()
		awaitLocked(t, raw, 1)
		comment(t, db, note(ann, p, "second"))
		go take()
		awaitLocked(t, raw, 2)
		ok(t, held.Rollback())
		one, other := <-batches, <-batches
		equal(t, "the same message", []any{one.Last, news(one)}, []any{other.Last, news(other)})
		equal(t, "which tells of", news(one), []string{"reply: first under Hello by ann@a.test"})
		ok(t, db.SettleNotifications(t.Context(), "mail", one.Last, true))
		equal(t, "told then", news(takeFor(t, db, "mail")), []string{"reply: second under Hello by ann@a.test"})
	}, func(o *storage.Options) {
		o.Notify = storage.Notify{Channels: []string{"mail"}, Kinds: blog.NotificationKinds()}
		used = *o
	})
}

// TestFullChannel: too much that waits for one channel keeps nothing from another,
// and is told of once an hour.
func TestFullChannel(t *testing.T) {
	var full []string
	clock := storagetest.NewClock(start)
	eachNoted(t, func(t *testing.T, db *storage.DB, o storage.Options) {
		full = nil
		p, ann := publish(t, db, hello()), person("ann", "a.test")
		storagetest.PileNotifications(t, o, "webhook", 10_000)
		say := func(text string, mail, webhook int, told ...string) {
			t.Helper()
			comment(t, db, note(ann, p, text))
			equal(t, text, []any{waiting(t, db, "mail"), waiting(t, db, "webhook"), full}, []any{mail, webhook, told})
		}
		say("one", 1, 10_000, "webhook")
		say("two", 2, 10_000, "webhook")
		clock.Advance(time.Hour)
		say("three", 3, 10_000, "webhook", "webhook")
		storagetest.DropPiled(t, o, "webhook", 10)
		clock.Advance(time.Minute)
		for i := range 11 {
			comment(t, db, note(ann, p, fmt.Sprint("more", i)))
		}
		equal(t, "with room for ten", []int{waiting(t, db, "mail"), waiting(t, db, "webhook")}, []int{14, 10_000})
	}, storagetest.At(clock), func(o *storage.Options) {
		o.Notify.Full = func(channel string) { full = append(full, channel) }
	})
}
