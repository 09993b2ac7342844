package storage_test

import (
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestTellProfile(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		tell := func(hash string) int { return must[int](t)(db.TellProfile(ctx, hash)) }
		revision := func() int64 { return must[storage.Revisions](t)(db.Revisions(ctx)).Blog.N }
		all := func() []string { return sent(must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 0))) }
		_, err := db.TellProfile(ctx, "one")
		is(t, err, storage.ErrNotFound)
		must[storage.Node](t)(db.StartBlog(ctx, "https://blog.test", func() (string, error) { return "PEM", nil }, nil))
		follow(t, db, ann)
		follow(t, db, person("bob", "a.test")) // shares ann's inbox
		follow(t, db, person("cem", "c.test"))
		settle(t, db)
		before := all()

		first := revision()
		equal(t, "the first start", tell("one"), 0)
		equal(t, "the same again", tell("one"), 0)
		equal(t, "nothing moved", revision(), first)
		equal(t, "nothing written", all(), before)

		equal(t, "a change", tell("two"), 2)
		equal(t, "told once", tell("two"), 0)
		if revision() == first {
			t.Error("pages stay as they were")
		}
		equal(t, "for each inbox", all()[:2], []string{"Update https://c.test/inbox pending", "Update https://a.test/inbox pending"})
		claimed := claim(t, db, 1, 0)
		equal(t, "of the actor", claimed[0].Activity.Object, blog.ActorObject)
		equal(t, "another while one leaves", tell("three"), 2)
		equal(t, "replaces what waits", all()[:4], []string{"Update https://c.test/inbox pending", "Update https://a.test/inbox pending",
			"Update https://c.test/inbox replaced", "Update https://a.test/inbox pending"})
		equal(t, "in order", len(claim(t, db, 9, 0)), 1)
		settle(t, db)
		equal(t, "back again is a change too", tell("one"), 2)
	})
}

func TestTellProfileToNobody(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		must[storage.Node](t)(db.StartBlog(ctx, "https://blog.test", func() (string, error) { return "PEM", nil }, nil))
		for _, hash := range []string{"one", "two"} {
			equal(t, hash, must[int](t)(db.TellProfile(ctx, hash)), 0)
		}
		follow(t, db, ann)
		equal(t, "who follows later knows it", must[int](t)(db.TellProfile(ctx, "two")), 0)
	})
}
