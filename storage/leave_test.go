package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestDeleteActor(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		_, err := db.DeleteActor(ctx)
		is(t, err, storage.ErrNotFound)
		startedBlog(t, db)
		p := publish(t, db, hello())
		follow(t, db, ann)
		comment(t, db, note(bob, p, "1"))
		ok(t, db.SaveActor(ctx, person("eve", "e.test"))) // blocked, but may have seen posts before
		ok(t, db.AddBlock(ctx, "e.test"))
		publish(t, db, blog.Post{Slug: "second", HTML: "<p>2</p>"})
		ok(t, db.Depart(ctx))
		equal(t, "without a deletion nobody departs", must[storage.Account](t)(db.Account(ctx)).Gone.IsZero(), true)

		equal(t, "deliveries", must[int](t)(db.DeleteActor(ctx)), 3)
		equal(t, "told", told(t, db), []string{"Delete  https://e.test/inbox pending", "Delete  https://b.test/inbox pending", "Delete  https://a.test/inbox pending"})
		equal(t, "what else was on its way", deliveries(t, db, "second"), []string{"Create https://a.test/inbox replaced"})
		equal(t, "followers", must[int](t)(db.CountFollowers(ctx)), 0)
		a := must[storage.Account](t)(db.Account(ctx))
		equal(t, "leaving", []any{a.Leaving, a.Gone.IsZero()}, []any{clock.Now(), true})

		// Nothing goes out or comes in any more.
		publish(t, db, blog.Post{Slug: "third", HTML: "<p>3</p>"})
		_, n, err := db.Unpublish(ctx, "hello")
		ok(t, err)
		equal(t, "Deletes of a post", n, 0)
		equal(t, "Creates", deliveries(t, db, "third"), nil)
		came := must[bool](t)(db.Follow(ctx, by(ann, "again"), blog.Follower{Actor: ann, FollowID: "again"}))
		equal(t, "followed", came, false)
		_, err = db.DeleteActor(ctx)
		is(t, err, storage.ErrLeft)
		_, err = db.MoveOut(ctx, "https://new.test/users/blog")
		is(t, err, storage.ErrLeft)
		_, err = db.AddKnownAs(ctx, storage.KnownAs{IRI: "https://old.test/users/me"})
		is(t, err, storage.ErrLeft)
		_, _, err = db.RotateKey(ctx, "PEM 2", storage.RotateOptions{})
		is(t, err, storage.ErrLeft)
		_, err = db.StartBlog(ctx, "https://elsewhere.test", nil, nil)
		is(t, err, storage.ErrAnchored)
	})
}

func TestDepart(t *testing.T) {
	for name, c := range map[string]struct {
		answer blog.DeliveryState
		wait   time.Duration
		gone   bool
	}{
		"told":                   {blog.Sent, 0, true},
		"could not be told":      {blog.Failed, 0, true},
		"still to be told":       {blog.Pending, storage.LeaveWindow - time.Millisecond, false},
		"not told in the window": {blog.Pending, storage.LeaveWindow, true},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
				ctx := t.Context()
				startedBlog(t, db)
				follow(t, db, ann)
				must[int](t)(db.DeleteActor(ctx))
				equal(t, "untold", must[int](t)(db.Untold(ctx)), 1)
				ok(t, db.Depart(ctx))
				equal(t, "gone at once", must[storage.Account](t)(db.Account(ctx)).Gone.IsZero(), true)
				ds := must[[]blog.Delivery](t)(db.ClaimDeliveries(ctx, 10, 0, time.Minute, storage.Skip{}))
				ok(t, db.RecordReceipts(ctx, []blog.Receipt{{ID: ds[0].ID, State: c.answer, NextTry: clock.Now().Add(time.Hour)}}))
				clock.Advance(c.wait)
				ok(t, db.Depart(ctx))
				equal(t, "gone", !must[storage.Account](t)(db.Account(ctx)).Gone.IsZero(), c.gone)
			})
		})
	}
}
