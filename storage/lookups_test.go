package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestLookups(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		add := func(iri string) bool {
			return must[bool](t)(db.AddLookup(ctx, storage.Incoming{}, blog.Lookup{IRI: iri}))
		}
		claim := func() (out []string) {
			for _, l := range must[[]blog.Lookup](t)(db.ClaimLookups(ctx, 10, time.Minute)) {
				out = append(out, l.IRI)
			}
			return out
		}
		const child, parent = "https://a.test/child", "https://b.test/parent"
		equal(t, "new", add(child), true)
		equal(t, "known", add(child), false)
		equal(t, "due", must[bool](t)(db.LookupsDue(ctx)), true)
		equal(t, "claimed", claim(), []string{child})
		equal(t, "leased", claim(), nil)
		clock.Advance(2 * time.Minute)
		equal(t, "the lease ended", claim(), []string{child})
		ok(t, db.PostponeLookup(ctx, child, parent, clock.Now().Add(time.Hour)))
		equal(t, "waits", claim(), nil)

		p := publish(t, db, hello())
		c := note(bob, p, "first")
		c.IRI = parent
		comment(t, db, c)
		equal(t, "the parent came", claim(), []string{child})
		ok(t, db.PostponeLookup(ctx, child, parent, clock.Now().Add(time.Hour)))
		equal(t, "the parent was there already", claim(), []string{child})

		add("https://c.test/grandchild")
		ok(t, db.PostponeLookup(ctx, "https://c.test/grandchild", child, clock.Now()))
		ok(t, db.DropLookup(ctx, child))
		clock.Advance(time.Hour)
		equal(t, "dropped with what waits for it", claim(), nil)

		add(child)
		claim()
		ok(t, db.PostponeLookup(ctx, child, "https://d.test/other", clock.Now().Add(time.Hour)))
		add("https://d.test/other")
		other := note(bob, p, "other")
		other.IRI = "https://e.test/moved" // stored under its id, known by its address
		other.URL = "https://d.test/other"
		comment(t, db, other)
		ok(t, db.DropLookup(ctx, "https://d.test/other"))
		equal(t, "what was found is not what leads nowhere", claim(), []string{child})
	})
}
