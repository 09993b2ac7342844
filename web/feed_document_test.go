package web

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/storage"
)

// TestFeedDocument holds that the hub sends what readers get, under the one address
// of each feed.
func TestFeedDocument(t *testing.T) {
	w := newWorld(t)
	w.hello()
	w.publish("tea.md", "---\ntitle: Tea\ntags: [Grüner Tee]\n---\nText.\n")
	for _, path := range []string{"/feed.xml", "/feed.atom", "/feed.json", "/tags/x/feed.json", blog.TagPath("grüner-tee") + "/feed.xml",
		"/comments/feed.xml", "/posts/hello/comments/feed.atom"} {
		for range 2 { // made, and kept
			doc, err := w.site.FeedDocument(t.Context(), path)
			if resp := w.ask("GET", path); err != nil || doc.Type != resp.Header.Get("Content-Type") || string(doc.Body) != w.get(path) {
				t.Errorf("%s: %v %s", path, err, doc.Type)
			}
		}
	}
	for _, path := range []string{"", "/", "feed.xml", "/about", "/feed.xml/", "/feed.rss", "//feed.xml", "/feed.xml?before=1", "/tags/feed.xml", "/tags/unknown/feed.xml", "/tags/X/feed.xml",
		"/tags/%78/feed.xml", "/posts/hello/feed.xml", "/posts/Hello/comments/feed.xml", "/posts/unknown/comments/feed.xml", "/posts//comments/feed.xml", "/posts/hello/../comments/feed.xml", "/Comments/feed.xml"} {
		if _, err := w.site.FeedDocument(t.Context(), path); !errors.Is(err, blog.ErrNoFeed) {
			t.Errorf("%q: %v", path, err)
		}
	}
	// No look: the hub is told at once of what Watch sees a moment later.
	p, _, _, err := w.db.Publish(t.Context(), blog.Post{Slug: "new", Title: "New", HTML: "<p>Fresh</p>"}, storage.PublishOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if doc, err := w.site.FeedDocument(t.Context(), "/feed.xml"); err != nil || !strings.Contains(string(doc.Body), p.ID) {
		t.Errorf("not fresh: %v", err)
	}
	if _, _, err := w.db.Unpublish(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.site.FeedDocument(t.Context(), "/posts/hello/comments/feed.atom"); !errors.Is(err, blog.ErrNoFeed) {
		t.Errorf("a deleted post's: %v", err)
	}
}

// TestFeedsNameTheHub wants it in headers and feeds, of the first page alone.
func TestFeedsNameTheHub(t *testing.T) {
	const hub = "https://blog.example.com/websub"
	w := newWorld(t, func(o *Options) { o.Feeds = FeedOptions{Hubs: []string{hub}} })
	w.many(40)
	for _, path := range []string{"/feed.xml", "/feed.atom", "/feed.json", "/tags/t1/feed.atom", "/comments/feed.json", "/posts/p1/comments/feed.xml"} {
		first := w.ask("GET", path)
		self := `<https://blog.example.com` + path + `>; rel="self"`
		known := w.ask("GET", path, "If-None-Match", first.Header.Get("Etag"))
		for _, resp := range []*http.Response{first, w.ask("HEAD", path), known} {
			if got := strings.Join(resp.Header["Link"], ", "); got != "<"+hub+`>; rel="hub", `+self {
				t.Errorf("%s: %s", path, got)
			}
		}
		wantAll(t, w.get(path), hub)
	}
	older := strings.TrimPrefix(w.feed("/feed.json").Next, "https://blog.example.com")
	wantNone(t, w.get(older), hub)
	if link := w.ask("GET", older).Header["Link"]; link != nil {
		t.Errorf("an older page: %v", link)
	}
}
