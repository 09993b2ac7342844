package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestClockThatJumps: whatever the clock does between two changes, what others
// compare grows, what was seen or taken back stays so, and nothing is claimed
// twice.
func TestClockThatJumps(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, ann)
		settle(t, db)
		p := publish(t, db, hello())
		before := must[storage.Revisions](t)(db.Revisions(ctx))
		c := note(bob, p, "said")
		comment(t, db, c)
		gone := note(bob, p, "gone")
		comment(t, db, gone)
		taken, err := db.RetractComment(ctx, storage.Incoming{Actor: bob.IRI, ID: gone.IRI + "/delete"}, gone.IRI)
		ok(t, err)
		equal(t, "taken back", taken, true)
		for i, jump := range []time.Duration{-time.Hour, 48 * time.Hour, -10 * 365 * 24 * time.Hour, time.Second, 20 * 365 * 24 * time.Hour, -15 * 365 * 24 * time.Hour} {
			clock.Advance(jump)
			next := hello()
			next.Title = fmt.Sprint("edit ", i)
			edited := publish(t, db, next)
			if !edited.Updated.After(p.Updated) || edited.Revision <= p.Revision || !edited.Published.Equal(p.Published) {
				t.Errorf("after a jump of %v the post went from %v (%d) to %v (%d)", jump, p.Updated, p.Revision, edited.Updated, edited.Revision)
			}
			p = edited
			comment(t, db, note(bob, p, fmt.Sprint("more ", i)))
			after := must[storage.Revisions](t)(db.Revisions(ctx))
			if after.Blog.N <= before.Blog.N || after.Comments.N <= before.Comments.N || after.Blog.At.Before(before.Blog.At) || after.Comments.At.Before(before.Comments.At) {
				t.Errorf("after a jump of %v the revisions went from %v to %v", jump, before, after)
			}
			before = after
			for _, again := range []blog.Comment{c, gone} {
				_, added, err := db.AddComment(ctx, create(again), again)
				ok(t, err)
				equal(t, "seen again", added, false)
			}
			got := map[int64]bool{}
			for range 3 {
				for _, d := range claim(t, db, 10, 0) {
					equal(t, "claimed before", got[d.ID], false)
					got[d.ID] = true
				}
			}
			settle(t, db)
		}
	})
}

// TestStartAfterTheClockWasSetBack: what was written while the clock was ahead
// does not wait for that time to come.
func TestStartAfterTheClockWasSetBack(t *testing.T) {
	clock := storagetest.NewClock(start)
	o := storagetest.Options(t, storagetest.At(clock))
	storagetest.Prepare(t, o.Database)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	follow(t, db, ann)
	settle(t, db)
	clock.Advance(365 * 24 * time.Hour)
	publish(t, db, hello())
	ok(t, db.Close())
	clock.Advance(-365 * 24 * time.Hour)
	db = must[*storage.DB](t)(storage.Serve(t.Context(), o))
	defer db.Close()
	equal(t, "due", sent(claim(t, db, 9, 0)), []string{"Create https://a.test/inbox pending"})
}
