package storage_test

import (
	"errors"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestStartBlog(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		_, err := db.Node(ctx)
		is(t, err, storage.ErrNotFound)
		starter := hello()
		starter.Published = start.AddDate(0, -4, 0)
		keys := 0
		newKey := func() (string, error) { keys++; return "PEM", nil }
		_, err = db.StartBlog(ctx, "http://localhost:8080", func() (string, error) { return "", errors.New("no key") }, &starter)
		if err == nil {
			t.Fatal("a blog without a key")
		}
		want := storage.Node{BaseURL: "http://localhost:8080", FirstURL: "http://localhost:8080", PrivateKey: "PEM", Created: start}
		for range 2 {
			equal(t, "node", must[storage.Node](t)(db.StartBlog(ctx, "http://localhost:8080", newKey, &starter)), want)
		}
		equal(t, "keys", keys, 1)
		equal(t, "starter", post(t, db, "hello").Updated, starter.Published)
		want.BaseURL, want.FirstURL = "https://blog.test", "https://blog.test"
		equal(t, "moved", must[storage.Node](t)(db.StartBlog(ctx, "https://blog.test", newKey, nil)), want)
		for _, address := range []string{"https://second.test", "http://192.168.0.7:8080", "https://third.test"} {
			want.BaseURL = address
			equal(t, "the ids of feeds stay", must[storage.Node](t)(db.StartBlog(ctx, address, newKey, nil)), want)
		}
		follow(t, db, ann)
		got, err := db.StartBlog(ctx, "https://other.test", newKey, nil)
		is(t, err, storage.ErrAnchored)
		equal(t, "stays", got, want)
		equal(t, "read", must[storage.Node](t)(db.Node(ctx)), want)
		must[bool](t)(db.Unfollow(ctx, by(ann, "u"), ""))
		comment(t, db, note(ann, post(t, db, "hello"), "1"))
		_, err = db.StartBlog(ctx, "https://other.test", newKey, nil)
		is(t, err, storage.ErrAnchored)
	})
}

func TestStartBlogIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		_, err := db.StartBlog(t.Context(), "https://blog.test", func() (string, error) { return "PEM", nil }, &blog.Post{Slug: "No Slug"})
		if err == nil {
			t.Fatal("a bad starter was taken")
		}
		_, err = db.Node(t.Context())
		is(t, err, storage.ErrNotFound)
	})
}
