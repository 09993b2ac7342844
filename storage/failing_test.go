package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

const aDay = 24 * time.Hour

// answer records what became of everything that is due.
func answer(t *testing.T, db *storage.DB, state blog.DeliveryState, status int, next time.Time) int {
	t.Helper()
	ds := claim(t, db, 1000, 0)
	for _, d := range ds {
		r := blog.Receipt{ID: d.ID, State: state, Status: status, NextTry: next, Asked: true, Gone: status == 404 || status == 410}
		ok(t, db.RecordReceipts(t.Context(), []blog.Receipt{r}))
	}
	return len(ds)
}

func followers(t *testing.T, db *storage.DB) []string {
	t.Helper()
	var out []string
	for _, f := range must[[]blog.Follower](t)(db.Followers(t.Context(), 0, 0)) {
		out = append(out, f.Actor.IRI)
	}
	return out
}

// alone is somebody whose inbox is nobody else's.
func alone(name, host string) blog.Actor {
	who := person(name, host)
	who.SharedInbox = ""
	return who
}

func TestOwnInboxThatIsGoneFollowsNoMore(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		sol, twin := alone("sol", "sol.test"), alone("twin", "twins.test")
		other := alone("other", "twins.test")
		other.Inbox = twin.Inbox
		for _, who := range []blog.Actor{ann, sol, twin, other} {
			follow(t, db, who)
		}
		settle(t, db)
		publish(t, db, hello())
		equal(t, "tried", answer(t, db, blog.Failed, 404, time.Time{}), 3)
		equal(t, "404 tells of no person", len(followers(t, db)), 4)
		clock.Advance(8 * aDay)
		equal(t, "an edit", retitled(t, db, "2"), 3)
		answer(t, db, blog.Failed, 410, time.Time{})
		equal(t, "410 of a personal inbox does", followers(t, db), []string{ann.IRI, other.IRI, twin.IRI})
		log := must[[]blog.Decision](t)(db.Decisions(t.Context(), 0, 0))
		equal(t, "the log", log, []blog.Decision{{ID: log[0].ID, At: clock.Now(), Who: "delivery", Action: "drop", Object: sol.IRI, Actor: sol.IRI,
			Handle: sol.Handle, Note: "its inbox answered 410 Gone"}})
	})
}

func TestDeadInboxes(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		for _, who := range []blog.Actor{ann, person("ann2", "a.test"), alone("sol", "sol.test"), bob} {
			follow(t, db, who)
		}
		settle(t, db)
		drop := func() []blog.DeadInbox { return must[[]blog.DeadInbox](t)(db.DropDead(t.Context())) }
		fail := func(living bool) {
			t.Helper()
			for _, d := range claim(t, db, 100, 0) {
				r := blog.Receipt{ID: d.ID, State: blog.Pending, NextTry: clock.Now().Add(aDay), Asked: true}
				if living && d.Host == "b.test" {
					r.State, r.Status = blog.Sent, 202
				}
				ok(t, db.RecordReceipts(t.Context(), []blog.Receipt{r}))
			}
		}
		publish(t, db, hello())
		for day := range 30 {
			fail(false)
			equal(t, fmt.Sprint("day ", day), len(drop()), 0)
			clock.Advance(aDay)
		}
		fail(false)
		equal(t, "nothing gets through at all: it is our own line", len(drop()), 0)
		clock.Advance(aDay)
		fail(true)
		equal(t, "dead", drop(), []blog.DeadInbox{{Inbox: "https://a.test/inbox", Host: "a.test", Followers: 2},
			{Inbox: "https://sol.test/users/sol/inbox", Host: "sol.test", Followers: 1}})
		equal(t, "once", len(drop()), 0)
		equal(t, "who is left", followers(t, db), []string{bob.IRI})
		equal(t, "what waited", deliveries(t, db, "hello"), []string{"Create https://sol.test/users/sol/inbox failed", "Create https://b.test/inbox sent",
			"Create https://a.test/inbox failed"})
		log := must[[]blog.Decision](t)(db.Decisions(t.Context(), 0, 0))
		equal(t, "the log", []string{log[1].Object, log[1].Note, log[0].Object, log[0].Note},
			[]string{"a.test", "2 followers: their inbox has been dead for 30 days", "https://sol.test/users/sol", "its inbox has been dead for 30 days"})
		equal(t, "an edit goes to the living", retitled(t, db, "2"), 1)
	})
}

func TestOneSuccessStartsAnew(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, ann)
		settle(t, db)
		publish(t, db, hello())
		for range 29 {
			answer(t, db, blog.Pending, 500, clock.Now().Add(aDay))
			clock.Advance(aDay)
		}
		failing := func() time.Time {
			return must[[]blog.Delivery](t)(db.ListDeliveries(t.Context(), storage.DeliveryFilter{Limit: 1}))[0].Failing
		}
		equal(t, "failing since", failing(), start)
		settle(t, db)
		equal(t, "failing after a success", failing(), time.Time{})
		retitled(t, db, "2")
		for range 29 {
			answer(t, db, blog.Pending, 500, clock.Now().Add(aDay))
			clock.Advance(aDay)
		}
		equal(t, "not dead", len(must[[]blog.DeadInbox](t)(db.DropDead(t.Context()))), 0)
		// And what was left alone for long is not known to have been dead.
		clock.Advance(20 * aDay)
		answer(t, db, blog.Pending, 500, clock.Now().Add(aDay))
		equal(t, "not known", len(must[[]blog.DeadInbox](t)(db.DropDead(t.Context()))), 0)
	})
}

func TestFailingInboxesAreChecked(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		for i := range 9 {
			follow(t, db, person(fmt.Sprint("u", i), "a.test"))
		}
		follow(t, db, bob)
		settle(t, db)
		due := func() (inboxes []string) {
			for _, f := range must[[]blog.FailingInbox](t)(db.FailingInboxes(ctx, 10)) {
				inboxes = append(inboxes, f.Inbox)
				equal(t, "actors of "+f.Inbox, len(f.Actors), map[string]int{"https://a.test/inbox": 5, "https://b.test/inbox": 1}[f.Inbox])
			}
			return inboxes
		}
		publish(t, db, hello())
		ds := claim(t, db, 10, 0)
		rs := []blog.Receipt{{ID: ds[0].ID, State: blog.Failed, Status: 404, Asked: true}, {ID: ds[1].ID, State: blog.Pending, NextTry: start, Asked: true}}
		ok(t, db.RecordReceipts(ctx, rs))
		equal(t, "at once", due(), []string{ds[0].Inbox})
		ok(t, db.SettleInbox(ctx, ds[0].Inbox, blog.InboxOpen, start.Add(3*aDay)))
		equal(t, "none", len(due()), 0)
		clock.Advance(aDay)
		equal(t, "what was silent, after a day", due(), []string{ds[1].Inbox})
		ok(t, db.SettleInbox(ctx, ds[1].Inbox, blog.InboxAlive, time.Time{}))
		clock.Advance(9 * aDay)
		equal(t, "the other again", due(), []string{ds[0].Inbox})
		ok(t, db.SettleInbox(ctx, ds[0].Inbox, blog.InboxSilent, start.Add(99*aDay)))
		ok(t, db.RecordReceipts(ctx, []blog.Receipt{{ID: ds[0].ID, State: blog.Failed, Status: 404, Asked: true}}))
		equal(t, "not twice a day", len(due()), 0)
	})
}
