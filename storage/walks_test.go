package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestWalks(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		c := note(ann, p, "first")
		c.Collections = []string{"https://a.test/1/replies", "https://a.test/context"}
		comment(t, db, c)
		c = note(bob, p, "second")
		c.Collections = []string{"https://a.test/context"} // the same conversation
		comment(t, db, c)
		claim := func() (out []string) {
			for _, w := range must[[]blog.Walk](t)(db.ClaimWalks(ctx, 10, time.Minute)) {
				out = append(out, w.IRI)
			}
			return out
		}
		due := func() bool { return must[bool](t)(db.WalksDue(ctx)) }
		equal(t, "not at once", due(), false)
		equal(t, "not at once", claim(), nil)
		clock.Advance(time.Minute)
		equal(t, "after a minute", due(), true)
		equal(t, "after a minute", claim(), []string{"https://a.test/1/replies", "https://a.test/context"})
		equal(t, "leased", claim(), nil)
		ok(t, db.SettleWalk(ctx, "https://a.test/context", 3, "", clock.Now().Add(time.Hour)))
		ok(t, db.SettleWalk(ctx, "https://a.test/1/replies", 0, "it was not there", time.Time{}))
		clock.Advance(time.Hour)
		equal(t, "the next round", claim(), []string{"https://a.test/context"})
		all := must[[]blog.Walk](t)(db.Walks(ctx, "hello"))
		equal(t, "listed", len(all), 2)
		equal(t, "failed", all[0], blog.Walk{IRI: "https://a.test/1/replies", PostID: p.ID, PostSlug: "hello", Host: "a.test",
			Rounds: 1, Walked: clock.Now().Add(-time.Hour), Error: "it was not there"})
		equal(t, "found", all[1].Found, 3)
		_, err := db.Walks(ctx, "none")
		is(t, err, storage.ErrNotFound)

		unknown := must[[]string](t)(db.UnknownNotes(ctx, []string{c.IRI, "https://x.test/1", "https://x.test/2", "https://x.test/1"}))
		equal(t, "unknown", unknown, []string{"https://x.test/1", "https://x.test/2"})
		must[bool](t)(db.AddLookup(ctx, storage.Incoming{}, blog.Lookup{IRI: "https://x.test/1"}))
		must[bool](t)(db.RetractComment(ctx, by(ann, "d"), "https://x.test/2"))
		equal(t, "known by now", must[[]string](t)(db.UnknownNotes(ctx, unknown)), nil)

		_, _, err = db.Unpublish(ctx, "hello")
		ok(t, err)
		clock.Advance(time.Hour)
		equal(t, "after the post went", claim(), nil)
		equal(t, "after the post went", len(must[[]blog.Walk](t)(db.Walks(ctx, ""))), 0)
	})
}
