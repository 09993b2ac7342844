package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// refetched is the actor as its server gives it out a moment later.
func refetched(t *testing.T, db *storage.DB, clock *storagetest.Clock, who blog.Actor, inbox, shared string) blog.Actor {
	t.Helper()
	who.Inbox, who.SharedInbox, who.Fetched = inbox, shared, clock.Now()
	ok(t, db.SaveActor(t.Context(), who))
	return who
}

func TestInboxMovesWithWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		sol := alone("sol", "sol.test")
		follow(t, db, sol)
		settle(t, db)
		publish(t, db, hello())
		answer(t, db, blog.Failed, 404, time.Time{})
		clock.Advance(time.Hour)
		refetched(t, db, clock, sol, "https://sol.test/new", "")
		equal(t, "what was refused goes there", sent(claim(t, db, 9, 0)), []string{"Create https://sol.test/new pending"})
		retitled(t, db, "2")
		refetched(t, db, clock, sol, "https://new.test/in", "")
		equal(t, "what waits too, but what somebody holds", deliveries(t, db, "hello"),
			[]string{"Update https://new.test/in pending", "Create https://sol.test/new pending"})
		equal(t, "host", must[[]blog.Delivery](t)(db.Deliveries(t.Context(), "hello", 1, 0))[0].Host, "new.test")
	})
}

func TestInboxMovesAwayFromOthers(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ann2, eve := person("ann2", "a.test"), person("eve", "a.test")
		follow(t, db, ann)
		follow(t, db, ann2)
		settle(t, db)
		p := publish(t, db, hello())
		comment(t, db, note(eve, p, "1"))
		parent := comment(t, db, note(ann2, p, "2"))
		_, _, err := db.Answer(t.Context(), blog.Comment{IRI: "https://blog.test/ap/comments/x", PostID: p.ID, Parent: parent.ID, Visibility: blog.Direct})
		ok(t, err)
		clock.Advance(time.Second)
		refetched(t, db, clock, ann, "https://a.test/ann", "https://a.test/other")
		refetched(t, db, clock, eve, "https://e.test/eve", "")
		equal(t, "a copy for who follows", deliveries(t, db, "hello"), []string{"Create https://a.test/other pending", "Create https://a.test/inbox pending"})
		refetched(t, db, clock, ann2, "https://c.test/ann2", "")
		equal(t, "all for the last one, and what is private to nobody else", sent(must[[]blog.Delivery](t)(db.Deliveries(t.Context(), "", 3, 0))),
			[]string{"Create https://a.test/other pending", "Create https://c.test/ann2 pending", "Create https://c.test/ann2 pending"})
	})
}

func TestDeleteDoesNotWaitForCreate(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, ann)
		settle(t, db)
		publish(t, db, hello())
		create := claim(t, db, 1, 0)[0]
		p, n, err := db.Unpublish(ctx, "hello")
		ok(t, err)
		equal(t, "deletes", n, 1)
		ok(t, db.RecordReceipts(ctx, receipt(create, blog.Pending, clock.Now().Add(2*aDay))))
		equal(t, "at once", sent(claim(t, db, 9, 0)), []string{"Delete https://a.test/inbox pending"})
		equal(t, "the Create", deliveries(t, db, p.ID), []string{"Delete https://a.test/inbox pending", "Create https://a.test/inbox replaced"})
	})
}
