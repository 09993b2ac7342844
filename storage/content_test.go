package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestContentFiles(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		first, whole, err := db.BeginContent(ctx)
		ok(t, err)
		clock.Advance(time.Minute)
		again, _, err := db.BeginContent(ctx)
		ok(t, err)
		if whole || !again.Equal(first) {
			t.Errorf("taken at %v and %v, whole %v", first, again, whole)
		}
		ok(t, db.FinishContent(ctx))
		if _, whole, err = db.BeginContent(ctx); err != nil || !whole {
			t.Errorf("after its end: %v %v", whole, err)
		}

		modified := start.Add(-time.Hour)
		b := storage.ContentFile{Path: "b.md", Slug: "b", State: storage.ContentTaken, Old: true,
			Sources: []storage.ContentSource{{Size: 3, Modified: modified, Digest: "aa"}, {Name: "img/x.png", Size: -1}}}
		a := storage.ContentFile{Path: "a/a.md", State: storage.ContentFault, Problem: "a.md:3: no"}
		b = must[storage.ContentFile](t)(db.PutContentFile(ctx, b))
		a = must[storage.ContentFile](t)(db.PutContentFile(ctx, a))
		equal(t, "both", must[[]storage.ContentFile](t)(db.ContentFiles(ctx)), []storage.ContentFile{a, b})

		clock.Advance(time.Minute)
		b.Sources = b.Sources[:1]
		same := must[storage.ContentFile](t)(db.PutContentFile(ctx, b))
		b.State = storage.ContentGone
		gone := must[storage.ContentFile](t)(db.PutContentFile(ctx, b))
		if !same.Since.Equal(b.Since) || !gone.Since.Equal(b.Since.Add(time.Minute)) {
			t.Errorf("taken since %v, then %v, gone since %v", b.Since, same.Since, gone.Since)
		}
		ok(t, db.DropContentFile(ctx, a.Path))
		equal(t, "one", must[[]storage.ContentFile](t)(db.ContentFiles(ctx)), []storage.ContentFile{gone})
		ok(t, db.DropContentFile(ctx, b.Path))
		equal(t, "none", must[[]storage.ContentFile](t)(db.ContentFiles(ctx)), nil)
	})
}

// TestQuietBefore: what is dated before is on the blog and delivered to nobody,
// also when it is edited; what is dated after is delivered.
func TestQuietBefore(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, person("ann", "a.test"))
		o := storage.PublishOptions{QuietBefore: clock.Now().Add(-time.Hour)}
		old, recent := hello(), hello()
		old.Published, recent.Slug, recent.Published = clock.Now().Add(-2*time.Hour), "recent", clock.Now().Add(-time.Minute)
		for range 2 {
			p, _, n, err := db.Publish(ctx, old, o)
			ok(t, err)
			if p.Announced || n != 0 || p.Status != blog.Published {
				t.Errorf("the old one: %+v, %d deliveries", p, n)
			}
			old.Source += " edited"
		}
		p, _, n, err := db.Publish(ctx, recent, o)
		ok(t, err)
		if !p.Announced || n != 1 {
			t.Errorf("the recent one: announced %v, %d deliveries", p.Announced, n)
		}
		o.Announce = true
		if _, _, n, err := db.Publish(ctx, old, o); err != nil || n != 1 {
			t.Errorf("the old one, announced: %d deliveries, %v", n, err)
		}
	})
}
