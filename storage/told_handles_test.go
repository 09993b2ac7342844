package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestToldHandles(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, ann)
		follow(t, db, bob)
		due := func() (out []string) {
			for _, a := range must[[]blog.Actor](t)(db.HandlesDue(ctx, 10)) {
				out = append(out, a.Handle)
			}
			return out
		}
		handle := func() string { return must[blog.Actor](t)(db.Actor(ctx, ann.IRI)).Handle }
		equal(t, "due", due(), []string{"ann@a.test", "bob@b.test"})
		ok(t, db.SaveHandle(ctx, ann.IRI, "ann@short.test"))
		ok(t, db.SaveHandle(ctx, bob.IRI, ""))
		equal(t, "told", handle(), "ann@short.test")
		equal(t, "found by it", must[blog.Actor](t)(db.ActorByHandle(ctx, "Ann@Short.test")).IRI, ann.IRI)
		equal(t, "found by the other", must[blog.Actor](t)(db.ActorByHandle(ctx, "ann@a.test")).IRI, ann.IRI)
		clock.Advance(25 * time.Hour)
		equal(t, "after a day", due(), []string{"bob@b.test"})
		clock.Advance(30 * 24 * time.Hour)
		ok(t, db.SaveHandle(ctx, ann.IRI, ""))
		equal(t, "kept when it cannot be asked", handle(), "ann@short.test")
		ok(t, db.SaveHandle(ctx, ann.IRI, "ann@a.test"))
		equal(t, "told to be the usual one", handle(), "ann@a.test")
		ok(t, db.SaveHandle(ctx, ann.IRI, "ann@short.test"))
		renamed := ann
		renamed.Handle, renamed.Fetched = "anne@a.test", clock.Now()
		ok(t, db.SaveActor(ctx, renamed))
		equal(t, "after another name", handle(), "anne@a.test")
		equal(t, "asked anew", due()[0], "anne@a.test")
	})
}
