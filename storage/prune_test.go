package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestPrune(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, ann)
		follow(t, db, bob)
		settle(t, db)
		p := publish(t, db, hello())
		must[bool](t)(db.RetractComment(ctx, by(ann, "d"), ann.IRI+"/notes/late"))
		refused := func() bool {
			c := note(ann, p, "late")
			_, added, err := db.AddComment(ctx, storage.Incoming{}, c)
			ok(t, err)
			return !added
		}
		count := func() int { return len(must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 0))) }
		clock.Advance(29 * 24 * time.Hour)
		ok(t, db.Prune(ctx, clock.Now()))
		equal(t, "after 29 days", refused(), true)
		equal(t, "seen activities are known", must[bool](t)(db.Follow(ctx, by(ann, "follow"), blog.Follower{Actor: ann, FollowID: "f"})), false)
		clock.Advance(2 * 24 * time.Hour)
		ok(t, db.Prune(ctx, clock.Now()))
		equal(t, "after 31 days", refused(), false)
		equal(t, "receipts and pending", count(), 4)
		clock.Advance(60 * 24 * time.Hour)
		accept := must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 3))[0].Activity
		ok(t, db.Prune(ctx, clock.Now()))
		equal(t, "what is pending stays", deliveries(t, db, ""), []string{"Create https://b.test/inbox pending", "Create https://a.test/inbox pending"})
		_, err := db.Activity(ctx, accept.ID)
		is(t, err, storage.ErrNotFound)
		equal(t, "the Create stays", len(must[[]blog.Activity](t)(db.OutboxActivities(ctx, 0, 0))), 1)
		equal(t, "seen activities are forgotten", must[bool](t)(db.Follow(ctx, by(ann, "follow"), blog.Follower{Actor: ann, FollowID: "f"})), true)
	})
}
