package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestFollow(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, ann)
		clock.Advance(time.Second)
		follow(t, db, bob)
		f := blog.Follower{Actor: ann, FollowID: "https://a.test/second"}
		again := must[bool](t)(db.Follow(ctx, by(ann, "second"), f))
		equal(t, "again", again, true)
		equal(t, "seen", must[bool](t)(db.Follow(ctx, by(ann, "second"), f)), false)
		want := []blog.Follower{{Actor: ann, FollowID: f.FollowID, Since: start}, {Actor: bob, FollowID: bob.IRI + "#follow", Since: clock.Now()}}
		equal(t, "followers", must[[]blog.Follower](t)(db.Followers(ctx, 0, 0)), want)
		equal(t, "a page", must[[]blog.Follower](t)(db.Followers(ctx, 1, 1)), want[1:])
		equal(t, "count", must[int](t)(db.CountFollowers(ctx)), 2)
		ds := must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 0))
		equal(t, "accepts", sent(ds), []string{"Accept " + ann.Inbox + " pending", "Accept " + bob.Inbox + " pending", "Accept " + ann.Inbox + " replaced"})
		accept := must[blog.Activity](t)(db.Activity(ctx, ds[0].Activity.ID))
		equal(t, "the activity", accept, ds[0].Activity)
		equal(t, "is about", []string{string(accept.Object), accept.Ref, accept.Target}, []string{"follow", f.FollowID, ann.IRI})
		equal(t, "host", ds[0].Host, "a.test")
		_, err := db.Activity(ctx, "none")
		is(t, err, storage.ErrNotFound)
		if _, err := db.Follow(ctx, storage.Incoming{}, blog.Follower{Actor: blog.Actor{IRI: "https://a.test/x"}}); err == nil {
			t.Fatal("somebody without an inbox follows")
		}
	})
}

func TestUnfollow(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		ann2 := person("ann2", "a.test")
		for _, who := range []blog.Actor{ann, ann2, bob} {
			follow(t, db, who)
		}
		settle(t, db)
		follow2 := blog.Follower{Actor: ann, FollowID: "again"}
		must[bool](t)(db.Follow(ctx, by(ann, "again"), follow2))
		publish(t, db, hello())
		stop := func(who blog.Actor) bool { return must[bool](t)(db.Unfollow(ctx, by(who, "undo"), "")) }
		equal(t, "ann", stop(ann), true)
		equal(t, "again", stop(ann), false)
		equal(t, "never did", stop(person("eve", "e.test")), false)
		equal(t, "the inbox is shared", deliveries(t, db, "hello"), []string{"Create https://b.test/inbox pending", "Create https://a.test/inbox pending"})
		equal(t, "without the Accept", len(must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 0))), 5)
		equal(t, "ann2", stop(ann2), true)
		equal(t, "nobody is there", deliveries(t, db, "hello"), []string{"Create https://b.test/inbox pending"})
		_, n, err := db.Unpublish(ctx, "hello")
		ok(t, err)
		equal(t, "deletes", n, 1)
		equal(t, "bob", stop(bob), true)
		equal(t, "a Delete is always sent", deliveries(t, db, "hello"), []string{"Delete https://b.test/inbox pending", "Create https://b.test/inbox replaced"})
	})
}

func TestFollowAfterItsUndo(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		f := blog.Follower{Actor: ann, FollowID: "https://a.test/follows/1"}
		come := func() bool { return must[bool](t)(db.Follow(ctx, storage.Incoming{Actor: ann.IRI}, f)) }
		undo := func() bool {
			return must[bool](t)(db.Unfollow(ctx, storage.Incoming{Actor: ann.IRI}, f.FollowID))
		}
		equal(t, "undone before it came", undo(), false)
		equal(t, "came late", come(), false)
		equal(t, "followers", must[int](t)(db.CountFollowers(ctx)), 0)
		equal(t, "the same again is meant", come(), true)
		equal(t, "undone", undo(), true)
		equal(t, "undone twice", undo(), false)
		clock.Advance(2 * time.Hour)
		equal(t, "followed hours later", come(), true)
	})
}
