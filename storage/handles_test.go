package storage_test

import (
	"testing"

	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestHandles(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		for _, h := range [][2]string{{"blog", "blog.test"}, {"blog", "blog.test"}, {"news", "blog.test"}, {"blog", "a.test"}} {
			ok(t, db.UseHandle(ctx, h[0], h[1]))
		}
		hosts := func(name string) []string { return must[[]string](t)(db.HandleHosts(ctx, name)) }
		equal(t, "blog", hosts("blog"), []string{"a.test", "blog.test"})
		equal(t, "news", hosts("news"), []string{"blog.test"})
		for _, stranger := range []string{"other", "", "Blog", "bl%"} {
			equal(t, stranger, hosts(stranger), nil)
		}
	})
}

// TestMovedBlogForgetsItsHandles: before anybody elsewhere knows the blog, what
// it was called at localhost is nothing to be found by.
func TestMovedBlogForgetsItsHandles(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		newKey := func() (string, error) { return "PEM", nil }
		must[storage.Node](t)(db.StartBlog(ctx, "http://localhost:8080", newKey, nil))
		ok(t, db.UseHandle(ctx, "blog", "localhost:8080"))
		must[storage.Node](t)(db.StartBlog(ctx, "http://localhost:8080", newKey, nil))
		equal(t, "still there", must[[]string](t)(db.HandleHosts(ctx, "blog")), []string{"localhost:8080"})
		must[storage.Node](t)(db.StartBlog(ctx, "https://blog.test", newKey, nil))
		equal(t, "moved", must[[]string](t)(db.HandleHosts(ctx, "blog")), nil)
	})
}
