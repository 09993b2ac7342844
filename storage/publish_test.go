package storage_test

import (
	"errors"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestPublishedPostIsReadBack(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := hello()
		p.Summary, p.Language, p.Visibility, p.Sensitive, p.Pinned, p.Comments = "s", "de", blog.Unlisted, true, true, "closed"
		p.Image = blog.Image{Path: "/media/a.jpg", Type: "image/jpeg", Alt: "alt", Width: 4, Height: 3,
			Blurhash: "U00000fQ", Focus: blog.Focus{X: -0.5, Y: 0.333}}
		p.Images = []blog.Image{{Path: "/media/b.png", Type: "image/png", Alt: "b", Width: 2, Height: 1, Blurhash: "U1"}, {Path: "/media/c.png", Type: "image/png"}}
		p.Mentions = []blog.Mention{{Handle: "ann@a.test"}}
		stored, outcome, _, err := db.Publish(t.Context(), p, storage.PublishOptions{})
		ok(t, err)
		equal(t, "outcome", outcome, storage.Created)
		equal(t, "read back", post(t, db, "hello"), stored)
		equal(t, "by id", post(t, db, stored.ID), stored)
		p.ID, p.Status, p.Published, p.Updated, p.Announced, p.Revision = stored.ID, blog.Published, start, start, true, stored.Revision
		equal(t, "stored", stored, p)
		if stored.Revision == 0 || len(stored.ID) != 36 {
			t.Fatalf("revision %d, id %q", stored.Revision, stored.ID)
		}
	})
}

func TestPublishAgain(t *testing.T) {
	changes := map[string]func(*blog.Post){
		"title":      func(p *blog.Post) { p.Title += "!" },
		"summary":    func(p *blog.Post) { p.Summary += "!" },
		"source":     func(p *blog.Post) { p.Source += "!" },
		"html":       func(p *blog.Post) { p.HTML += "!" },
		"language":   func(p *blog.Post) { p.Language = "fr" },
		"visibility": func(p *blog.Post) { p.Visibility = blog.Unlisted },
		"sensitive":  func(p *blog.Post) { p.Sensitive = true },
		"pinned":     func(p *blog.Post) { p.Pinned = true },
		"policy":     func(p *blog.Post) { p.Comments = "closed" },
		"date":       func(p *blog.Post) { p.Published = start.Add(-time.Hour) },
		"image alt":  func(p *blog.Post) { p.Image.Alt = "alt" },
		"image path": func(p *blog.Post) { p.Image.Path = "/media/x.png" },
		"focus":      func(p *blog.Post) { p.Image.Focus.Y = 0.5 },
		"image size": func(p *blog.Post) { p.Image.Width = 3 },
		"tag name":   func(p *blog.Post) { p.Tags = []blog.Tag{{Slug: "self-hosting", Name: "Self Hosting"}, p.Tags[1]} },
		"tag order":  func(p *blog.Post) { p.Tags = []blog.Tag{p.Tags[1], p.Tags[0]} },
		"tags":       func(p *blog.Post) { p.Tags = nil },
	}
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		first := publish(t, db, hello())
		revisions := must[storage.Revisions](t)(db.Revisions(t.Context()))
		clock.Advance(time.Minute)
		same, outcome, n, err := db.Publish(t.Context(), hello(), storage.PublishOptions{Announce: true})
		ok(t, err)
		equal(t, "outcome", outcome, storage.Unchanged)
		equal(t, "unchanged", same, first)
		equal(t, "deliveries", n, 0)
		equal(t, "revisions", must[storage.Revisions](t)(db.Revisions(t.Context())), revisions)
		for name, change := range changes {
			clock.Advance(time.Minute)
			p := hello()
			change(&p)
			edited, outcome, _, err := db.Publish(t.Context(), p, storage.PublishOptions{})
			ok(t, err)
			equal(t, name+": outcome", outcome, storage.Edited)
			equal(t, name+": id", edited.ID, first.ID)
			equal(t, name+": updated", edited.Updated, clock.Now())
			equal(t, name+": read back", post(t, db, "hello"), edited)
			back := hello()
			back.Published = start
			publish(t, db, back)
		}
	})
}

func TestUpdatedGrowsWithoutTheClock(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		publish(t, db, hello())
		p := hello()
		p.Title = "two"
		equal(t, "same moment", publish(t, db, p).Updated, start.Add(time.Millisecond))
		clock.Advance(-time.Hour)
		p.Title = "three"
		equal(t, "clock set back", publish(t, db, p).Updated, start.Add(2*time.Millisecond))
		old := hello()
		old.Slug, old.Published, old.Updated = "old", start.AddDate(-3, 0, 0), start.AddDate(-2, 0, 0)
		equal(t, "an import keeps its dates", publish(t, db, old).Updated, old.Updated)
	})
}

func TestStatusByDate(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, person("ann", "a.test"))
		settle(t, db)
		p := hello()
		p.Published = start.Add(time.Hour)
		waiting := publish(t, db, p)
		equal(t, "status", waiting.Status, blog.Scheduled)
		equal(t, "updated", waiting.Updated, p.Published)
		equal(t, "listed", must[int](t)(db.CountPosts(ctx, storage.PostFilter{Listed: true})), 0)
		equal(t, "due early", must[int](t)(db.PublishDue(ctx, clock.Now())), 0)
		clock.Advance(30 * 24 * time.Hour)
		equal(t, "due", must[int](t)(db.PublishDue(ctx, clock.Now())), 1)
		out := post(t, db, "hello")
		equal(t, "out", []any{out.Status, out.Announced, out.Published}, []any{blog.Published, true, p.Published})
		equal(t, "deliveries", deliveries(t, db, "hello"), []string{"Create https://a.test/inbox pending"})
		_, outcome, _, err := db.Publish(ctx, p, storage.PublishOptions{})
		ok(t, err)
		equal(t, "the same file", outcome, storage.Unchanged)

		draft := hello()
		draft.Slug, draft.Status = "draft", blog.Draft
		publish(t, db, draft)
		clock.Advance(time.Hour)
		draft.Status = ""
		done := publish(t, db, draft)
		equal(t, "a draft that comes out", []time.Time{done.Published, done.Updated}, []time.Time{clock.Now(), clock.Now()})
		equal(t, "is announced", done.Announced, true)
	})
}

func TestQuietPosts(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, person("ann", "a.test"))
		settle(t, db)
		old := hello()
		old.Published = start.Add(-blog.QuietAfter - time.Minute)
		stored, _, n, err := db.Publish(ctx, old, storage.PublishOptions{})
		ok(t, err)
		equal(t, "quiet", []any{n, stored.Announced}, []any{0, false})
		equal(t, "in the outbox", len(must[[]blog.Activity](t)(db.OutboxActivities(ctx, 0, 0))), 1)
		old.Title = "edited"
		_, outcome, n, err := db.Publish(ctx, old, storage.PublishOptions{})
		ok(t, err)
		equal(t, "a quiet edit", []any{outcome, n}, []any{storage.Edited, 0})
		stored, outcome, n, err = db.Publish(ctx, old, storage.PublishOptions{Announce: true})
		ok(t, err)
		equal(t, "announced later", []any{outcome, n, stored.Announced}, []any{storage.Edited, 1, true})
		local := hello()
		local.Slug, local.Visibility = "local", blog.Local
		stored, _, n, err = db.Publish(ctx, local, storage.PublishOptions{Announce: true})
		ok(t, err)
		equal(t, "local", []any{n, stored.Announced}, []any{0, false})
		equal(t, "outbox", len(must[[]blog.Activity](t)(db.OutboxActivities(ctx, 0, 0))), 1)
	})
}

func TestFederatedPostsStayOut(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		first := publish(t, db, hello())
		for name, change := range map[string]func(*blog.Post){
			"draft": func(p *blog.Post) { p.Status = blog.Draft },
			"local": func(p *blog.Post) { p.Visibility = blog.Local },
			"later": func(p *blog.Post) { p.Published = start.Add(time.Hour) },
		} {
			p := hello()
			change(&p)
			_, _, _, err := db.Publish(t.Context(), p, storage.PublishOptions{})
			if !errors.Is(err, storage.ErrFederated) {
				t.Errorf("%s: %v", name, err)
			}
		}
		equal(t, "untouched", post(t, db, "hello"), first)
		quiet := hello()
		quiet.Slug, quiet.Published = "quiet", start.AddDate(0, -1, 0)
		found := publish(t, db, quiet)
		quiet.Visibility = blog.Local
		publish(t, db, quiet)
		quiet.Visibility = blog.Public
		publish(t, db, quiet)
		comment(t, db, note(person("ann", "a.test"), found, "1"))
		quiet.Visibility = blog.Local
		_, _, _, err := db.Publish(t.Context(), quiet, storage.PublishOptions{})
		is(t, err, storage.ErrFederated)
	})
}

func TestBadSlugs(t *testing.T) {
	db := storagetest.New(t)
	for _, slug := range []string{"", "Hello", "a b", "a/b", "ä", string(make([]byte, 101))} {
		if _, _, _, err := db.Publish(t.Context(), blog.Post{Slug: slug}, storage.PublishOptions{}); err == nil {
			t.Errorf("%q was published", slug)
		}
	}
}

func TestUnpublish(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := hello()
		p.Image.Path = "/media/a.jpg"
		first := publish(t, db, p)
		before := must[storage.Revisions](t)(db.Revisions(ctx))
		clock.Advance(time.Hour)
		gone, n, err := db.Unpublish(ctx, "hello")
		ok(t, err)
		equal(t, "returned", []any{gone.Status, gone.Title, n}, []any{blog.Deleted, "Hello", 0})
		for _, key := range []string{"hello", first.ID} {
			left, err := db.Post(ctx, key)
			is(t, err, storage.ErrDeleted)
			equal(t, "left", left, blog.Post{ID: first.ID, Slug: "hello", Status: blog.Deleted, Published: start, Updated: clock.Now()})
			_, _, err = db.Unpublish(ctx, key)
			is(t, err, storage.ErrNotFound)
		}
		after := must[storage.Revisions](t)(db.Revisions(ctx))
		if after.Blog.N <= before.Blog.N || !after.Blog.At.Equal(clock.Now()) {
			t.Fatalf("the blog's revision: %v, then %v", before.Blog, after.Blog)
		}
		equal(t, "listed", must[int](t)(db.CountPosts(ctx, storage.PostFilter{})), 0)
		again, outcome, _, err := db.Publish(ctx, hello(), storage.PublishOptions{})
		ok(t, err)
		if again.ID == first.ID || outcome != storage.Created {
			t.Fatalf("a deleted id came back: %s, %s", again.ID, outcome)
		}
		equal(t, "the slug is the new post's", post(t, db, "hello").ID, again.ID)
		_, err = db.Post(ctx, first.ID)
		is(t, err, storage.ErrDeleted)
		_, _, err = db.Unpublish(ctx, "nothing")
		is(t, err, storage.ErrNotFound)
	})
}
