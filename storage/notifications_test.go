package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// eachTold is each with everything told by mail, and replies by a webhook too.
func eachTold(t *testing.T, test func(t *testing.T, db *storage.DB, clock *storagetest.Clock)) {
	t.Helper()
	clock := storagetest.NewClock(start)
	began := clock.Now()
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		clock.Advance(began.Sub(clock.Now()))
		test(t, db, clock)
	}, storagetest.At(clock), func(o *storage.Options) {
		o.Notify = storage.Notify{Channels: []string{"mail", "webhook"}, Kinds: blog.NotificationKinds()}
	})
}

// news are the events of a batch in short.
func news(b blog.NotificationBatch) []string {
	var out []string
	for _, e := range b.Events {
		text := "gone"
		switch {
		case e.Comment != nil:
			text = fmt.Sprintf("%s under %s by %s", e.Comment.Text, e.PostTitle, e.Comment.Author.Handle)
		case e.Report != nil:
			text = e.Report.Host + " " + e.Report.Text
		case e.Failing != nil:
			text = fmt.Sprintf("%s %d, %d followers", e.Failing.Host, e.Failing.Status, e.Failing.Followers)
		}
		out = append(out, string(e.Kind)+": "+text)
	}
	return out
}

func TestNotifications(t *testing.T) {
	eachTold(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		take := func(channel string) blog.NotificationBatch {
			t.Helper()
			return must[blog.NotificationBatch](t)(db.TakeNotifications(t.Context(), channel, 10))
		}
		equal(t, "before anything happened", take("mail").Last, 0)
		p := publish(t, db, hello())
		ann, bob := person("ann", "a.test"), person("bob", "b.test")
		first := comment(t, db, note(ann, p, "first"))
		held := note(bob, p, "held")
		held.State, held.Reason = blog.Held, "it is odd"
		comment(t, db, held)
		veiled := note(bob, p, "veiled")
		veiled.NoBlog = true
		comment(t, db, veiled)
		_, _, err := db.Answer(t.Context(), blog.Comment{IRI: "https://blog.test/c/1", PostID: p.ID, Text: "mine", Visibility: blog.Public})
		ok(t, err)
		kept := must[bool](t)(db.AddReport(t.Context(), storage.Incoming{Actor: "https://c.test/actor", ID: "https://c.test/flag"},
			blog.Report{Actor: "https://c.test/actor", Text: "rude", Objects: []string{first.IRI}}))
		equal(t, "kept the report", kept, true)
		want := []string{"reply: first under Hello by ann@a.test", "held: held under Hello by bob@b.test", "report: c.test rude"}
		b := take("mail")
		equal(t, "to be told", news(b), want)
		equal(t, "counted", b.Counts[blog.ReplyNotification], 1)

		// What comes while a message is on its way waits for the next one.
		ok(t, db.PostponeNotifications(t.Context(), "mail", "no answer", clock.Now().Add(time.Minute)))
		comment(t, db, note(bob, p, "later"))
		again := take("mail")
		equal(t, "tried again", news(again), want)
		equal(t, "its last", again.Last, b.Last)
		equal(t, "its tries", again.Tries, 1)
		state := must[blog.Notifier](t)(db.Notifier(t.Context(), "mail"))
		equal(t, "state", []any{state.Waiting, state.Tries, state.Error}, []any{4, 1, "no answer"})
		ok(t, db.SettleNotifications(t.Context(), "mail", again.Last, true))
		equal(t, "after it", news(take("mail")), []string{"reply: later under Hello by bob@b.test"})
		equal(t, "the other channel has all", len(take("webhook").Events), 4)

		// What is dealt with by then is not told of.
		_, err = db.DecideComment(t.Context(), first.ID, blog.Erased)
		ok(t, err)
		ok(t, db.CloseReport(t.Context(), 1))
		equal(t, "afterwards", news(take("webhook")), []string{want[1], "reply: later under Hello by bob@b.test"})
	})
}

// TestNotifiedOfEdits: an edit that has a comment held is told of, another not.
func TestNotifiedOfEdits(t *testing.T) {
	eachTold(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p, ann := publish(t, db, hello()), person("ann", "a.test")
		c := comment(t, db, note(ann, p, "nice"))
		edit := func(text string, state blog.State) {
			t.Helper()
			clock.Advance(time.Minute)
			c.Text, c.State, c.Edited = text, state, clock.Now()
			equal(t, "changed", must[bool](t)(db.EditComment(t.Context(), storage.Incoming{Actor: ann.IRI, ID: c.IRI + text}, c)), true)
		}
		edit("nicer", blog.Shown)
		edit("casino", blog.Held)
		edit("casino!", blog.Held)
		b := must[blog.NotificationBatch](t)(db.TakeNotifications(t.Context(), "mail", 10))
		equal(t, "told", news(b), []string{"held: casino! under Hello by ann@a.test"})
	})
}

func TestNotifiedOfFailing(t *testing.T) {
	eachTold(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ann := person("ann", "a.test")
		follow(t, db, ann)
		fail := func() {
			t.Helper()
			publish(t, db, blog.Post{Slug: fmt.Sprint("p", clock.Now().Unix())})
			for _, d := range must[[]blog.Delivery](t)(db.ClaimDeliveries(t.Context(), 10, 0, time.Minute, storage.Skip{})) {
				ok(t, db.RecordReceipts(t.Context(), []blog.Receipt{{ID: d.ID, State: blog.Failed, Status: 500, Asked: true, At: clock.Now()}}))
			}
		}
		find := func() int {
			t.Helper()
			return must[int](t)(db.NotifyOfFailing(t.Context(), 72*time.Hour, 10))
		}
		fail()
		clock.Advance(71 * time.Hour)
		equal(t, "too early", find(), 0)
		clock.Advance(time.Hour)
		equal(t, "in time", find(), 2) // the shared inbox, and her own that the Accept went to
		equal(t, "once", find(), 0)
		b := must[blog.NotificationBatch](t)(db.TakeNotifications(t.Context(), "mail", 10))
		equal(t, "told", news(b), []string{"failing: a.test 500, 1 followers", "failing: a.test 500, 0 followers"})
	})
}

func TestNotificationsAreBounded(t *testing.T) {
	eachTold(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p, ann := publish(t, db, hello()), person("ann", "a.test")
		comment(t, db, note(ann, p, "one"))
		clock.Advance(8 * 24 * time.Hour)
		comment(t, db, note(ann, p, "two"))
		must[blog.NotificationBatch](t)(db.TakeNotifications(t.Context(), "mail", 1))
		equal(t, "dropped", must[int](t)(db.DropNotifications(t.Context(), "mail", clock.Now().Add(-7*24*time.Hour))), 1)
		b := must[blog.NotificationBatch](t)(db.TakeNotifications(t.Context(), "mail", 1))
		equal(t, "left", news(b), []string{"reply: two under Hello by ann@a.test"})
		clock.Advance(31 * 24 * time.Hour)
		ok(t, db.Prune(t.Context(), clock.Now()))
		b = must[blog.NotificationBatch](t)(db.TakeNotifications(t.Context(), "webhook", 1))
		equal(t, "after a month", b.Last, 0)
	})
}

// TestNothingIsNotified where nobody is to be told.
func TestNothingIsNotified(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		comment(t, db, note(person("ann", "a.test"), publish(t, db, hello()), "one"))
		n := must[blog.Notifier](t)(db.Notifier(t.Context(), "mail"))
		equal(t, "waiting", n.Waiting, 0)
		if found, err := db.NotifyOfFailing(t.Context(), 0, 10); found != 0 || errors.Is(err, storage.ErrNotFound) {
			t.Error(found, err)
		}
	})
}
