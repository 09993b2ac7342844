package web

import (
	"net/http"
	"strings"
	"testing"
)

const elsewhere = "https://reader.test"

// allows tells whether a script of another site may see the answer (Fetch standard,
// "CORS check").
func allows(resp *http.Response) bool {
	return len(resp.Header["Access-Control-Allow-Origin"]) == 1 && resp.Header.Get("Access-Control-Allow-Origin") == "*"
}

// TestScriptsReadFeeds is a feed reader that runs in a browser.
func TestScriptsReadFeeds(t *testing.T) {
	w := newWorld(t, recommending)
	w.hello()
	for _, path := range []string{"/feed.xml", "/feed.atom", "/feed.json", "/tags/x/feed.xml", "/comments/feed.atom", "/posts/hello/comments/feed.json", "/blogroll.opml",
		"/feed.xml?before=1", "/posts/none/comments/feed.xml", "/feed", "/rss.xml"} {
		ask := w.ask("OPTIONS", path, "Origin", elsewhere, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "if-none-match,x-reader")
		h := ask.Header
		if ask.StatusCode != http.StatusNoContent || !allows(ask) || h.Get("Access-Control-Allow-Headers") != "*" || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "GET") ||
			h.Get("Access-Control-Allow-Credentials") != "" || h.Get("Allow") != "GET, HEAD, OPTIONS" || text(t, ask) != "" {
			t.Errorf("%s: %d %v", path, ask.StatusCode, h)
		}
	}
	for path, want := range map[string]int{"/feed.xml": 200, "/blogroll.opml": 200, "/tags/X/feed.xml": 301, "/posts/Hello/comments/feed.xml": 301, "/feed": 301, "/atom.xml": 301,
		"/feed/": 301, "/posts/none/comments/feed.xml": 404, "/feed.xml?before=x": 404} {
		if resp := w.ask("GET", path, "Origin", elsewhere); resp.StatusCode != want || !allows(resp) {
			t.Errorf("%s: %d %v", path, resp.StatusCode, resp.Header)
		}
	}
	first := w.ask("GET", "/feed.xml", "Origin", elsewhere)
	again := w.ask("GET", "/feed.xml", "Origin", elsewhere, "If-None-Match", first.Header.Get("Etag"))
	for _, resp := range []*http.Response{first, again} {
		if got := resp.Header.Get("Access-Control-Expose-Headers"); got != "ETag, Link" {
			t.Errorf("%d: a script sees %q", resp.StatusCode, got)
		}
	}
	if got := w.ask("GET", "/feed.xml").Header.Get("Access-Control-Expose-Headers"); got != "" {
		t.Errorf("without a script: %q", got)
	}
	if _, _, err := w.db.Unpublish(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	w.look()
	if resp := w.ask("GET", "/posts/hello/comments/feed.xml", "Origin", elsewhere); resp.StatusCode != http.StatusGone || !allows(resp) {
		t.Errorf("a feed that is gone: %d %v", resp.StatusCode, resp.Header)
	}
}

// TestScriptsReadNothingElse holds that only feeds are for everybody's scripts.
func TestScriptsReadNothingElse(t *testing.T) {
	w := newWorld(t)
	w.hello()
	for _, path := range []string{"/", "/posts/hello", "/interact", "/nothing", "/feed.xml/x", "/posts/Hello", "/media/none.png"} {
		resp := w.ask("OPTIONS", path, "Origin", elsewhere, "Access-Control-Request-Method", "GET")
		if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Access-Control-Allow-Methods") != "" || resp.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", path, resp.StatusCode, resp.Header)
		}
		if strings.HasPrefix(path, "/media/") {
			continue // players take chapters and captions by scripts
		}
		if resp := w.ask("GET", path, "Origin", elsewhere); allows(resp) {
			t.Errorf("%s may be read by any page", path)
		}
	}
	if resp := w.ask("POST", "/feed.xml"); resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: %d %v", resp.StatusCode, resp.Header)
	}
}
