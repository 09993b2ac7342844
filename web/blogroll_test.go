package web

import (
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
)

// recommending gives a world blogs that it recommends, with awkward names.
func recommending(o *Options) {
	o.Blogroll = []blog.Recommendation{
		{Title: "Notes from a harbour", Feed: "https://harbour.example/feed.xml", URL: "https://harbour.example/", Description: "Boats, tides, and the people who wait for both. Now and then a recipe, which is always about fish."},
		{Title: "<script>alert(1)</script> & sons", Group: "Friends & family", URL: "https://sons.example/?a&b"},
		{Title: "مدونة الشاي", Group: "Friends & family", Feed: "https://tea.example/feed"},
		{Title: strings.Repeat("Averylongname", 8), Group: "Friends & family", Feed: "https://long.example/feed", URL: "https://long.example/", Description: strings.Repeat("withoutabreak", 12)},
		{Title: "Plain", Feed: "https://plain.example/feed", URL: "https://plain.example/"},
	}
}

func TestBlogroll(t *testing.T) {
	w := newWorld(t, recommending)
	page := w.get("/blogroll")
	wantAll(t, page, `<link rel="canonical" href="https://blog.example.com/blogroll">`, `href="https://harbour.example/"`, `href="https://harbour.example/feed.xml"`, "Boats, tides",
		"&lt;script&gt;", `<h2 dir="auto">Friends &amp; family</h2>`, `href="https://sons.example/?a&amp;b"`, `<a href="https://tea.example/feed">`, `href="/blogroll.opml"`)
	wantNone(t, page, "<script>")
	wantOrder(t, page, "Notes from", ">Plain<", "Friends &amp; family")
	for _, path := range []string{"/", "/archive", "/blogroll", "/nothing"} {
		wantAll(t, text(t, w.ask("GET", path)), `<link rel="blogroll" type="text/x-opml" title="Blogroll" href="/blogroll.opml">`, `<a href="/blogroll">Blogroll</a>`)
	}
	resp := w.ask("GET", "/blogroll.opml", "Origin", "https://elsewhere.test")
	if h := resp.Header; h.Get("Content-Type") != "text/x-opml; charset=utf-8" || h.Get("Etag") == "" || h.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("the file: %v", h)
	}
	wantAll(t, w.get("/blogroll.opml"), `<opml version="2.0">`, "<title>Blogroll of Example &amp; Sons</title>", `xmlUrl="https://tea.example/feed"`)
	wantAll(t, w.get("/sitemap.xml"), "<loc>https://blog.example.com/blogroll</loc>")
	wantAll(t, w.get("/feed.xml"), "<source:blogroll>https://blog.example.com/blogroll.opml</source:blogroll>", `xmlns:source="http://source.scripting.com/"`)
	w.hello()
	wantNone(t, w.get("/tags/x/feed.xml"), "source:blogroll")
}

// TestNoBlogroll has nothing of it where nothing is recommended.
func TestNoBlogroll(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/blogroll", "/blogroll.opml"} {
		if resp := w.ask("GET", path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	wantNone(t, w.get("/"), "blogroll")
	wantNone(t, w.get("/feed.xml"), "blogroll", "source")
	wantNone(t, w.get("/sitemap.xml"), "blogroll")
}
