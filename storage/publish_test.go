package storage_test

import (
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestSmoke(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p, outcome, n, err := db.Publish(t.Context(), blog.Post{Slug: "hello", Title: "Hello", HTML: "<p>x</p>", Tags: []blog.Tag{{Slug: "a", Name: "A"}}}, storage.PublishOptions{})
		if err != nil || outcome != storage.Created || n != 0 {
			t.Fatal(p, outcome, n, err)
		}
		got, err := db.Post(t.Context(), "hello")
		if err != nil || got.Title != "Hello" || len(got.Tags) != 1 {
			t.Fatal(got, err)
		}
		c, added, err := db.AddComment(t.Context(), storage.Incoming{Actor: "https://a.test/u", ID: "https://a.test/1"}, blog.Comment{IRI: "https://a.test/n", PostID: p.ID, Visibility: blog.Public, Text: "hi\x00", Author: blog.Actor{IRI: "https://a.test/u"}})
		if err != nil || !added || c.ID != 1 {
			t.Fatal(c, added, err)
		}
		cs, err := db.Comments(t.Context(), storage.CommentFilter{Post: "hello", OnPage: true})
		if err != nil || len(cs) != 1 || cs[0].Author.IRI == "" {
			t.Fatal(cs, err)
		}
		p, outcome, n, err = db.Publish(t.Context(), blog.Post{Slug: "hello", Title: "Hello2"}, storage.PublishOptions{})
		if err != nil || outcome != storage.Edited || n != 0 {
			t.Fatal(p, outcome, n, err)
		}
		if _, _, err := db.Unpublish(t.Context(), "hello"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.PublishDue(t.Context(), p.Updated); err != nil {
			t.Fatal(err)
		}
		if as, err := db.OutboxActivities(t.Context(), 0, 0); err != nil || len(as) != 0 {
			t.Fatal(as, err)
		}
	})
}
