package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

var keptPaths = []string{"/archive", "/sitemap.xml", "/", "/posts/hello", "/tags/x", "/feed.xml", "/feed.atom", "/feed.json", "/tags/x/feed.json",
	"/comments/feed.xml", "/posts/hello/comments/feed.xml", "/posts/hello/comments/feed.json"}

func (w *world) hello() blog.Post {
	return w.publish("hello.md", "---\ntitle: Hello\ntags: [x]\n---\n"+strings.Repeat("Words and words. ", 100)+"\n")
}

func TestConditional(t *testing.T) {
	w := newWorld(t)
	w.hello()
	for _, path := range keptPaths {
		resp := w.ask("GET", path)
		etag, modified := resp.Header.Get("Etag"), resp.Header.Get("Last-Modified")
		if resp.StatusCode != 200 || !strings.HasPrefix(etag, `"`) || modified != "Mon, 23 Nov 2026 10:00:01 GMT" {
			t.Errorf("%s: %d, Etag %s, Last-Modified %s", path, resp.StatusCode, etag, modified)
		}
		if got := resp.Header.Get("Cache-Control"); got != "public, max-age=0, must-revalidate" {
			t.Errorf("%s: Cache-Control %s", path, got)
		}
		zipped := w.ask("GET", path, "Accept-Encoding", "gzip").Header.Get("Etag")
		if zipped == etag {
			t.Errorf("%s: one strong tag for different bytes", path)
		}
		tests := []struct {
			headers []string
			want    int
		}{
			{[]string{"If-None-Match", etag}, 304},
			{[]string{"If-None-Match", "W/" + etag}, 304},
			{[]string{"If-None-Match", `"other", ` + etag}, 304},
			{[]string{"If-None-Match", zipped, "Accept-Encoding", "gzip"}, 304},
			{[]string{"If-None-Match", "*"}, 304},
			{[]string{"If-None-Match", `"other"`}, 200},
			{[]string{"If-None-Match", `"other"`, "If-Modified-Since", modified}, 200},
			{[]string{"If-Modified-Since", modified}, 304},
			{[]string{"If-Modified-Since", "Mon, 23 Nov 2026 10:00:02 GMT"}, 304},
			{[]string{"If-Modified-Since", "Mon, 23 Nov 2026 10:00:00 GMT"}, 200},
			{[]string{"If-Modified-Since", "yesterday"}, 200},
		}
		for _, tt := range tests {
			resp := w.ask("GET", path, tt.headers...)
			body := text(t, resp)
			if resp.StatusCode != tt.want || (tt.want == 304) != (body == "") {
				t.Errorf("%s with %v: %d and %d bytes", path, tt.headers, resp.StatusCode, len(body))
			}
			if tt.want == 304 && (resp.Header.Get("Etag") == "" || resp.Header.Get("Vary") == "" || resp.Header.Get("Content-Length") != "") {
				t.Errorf("%s with %v: headers of a 304: %v", path, tt.headers, resp.Header)
			}
		}
	}
}

// TestYoungPage holds that a reader that only knows dates does not miss the
// second of two changes in one second.
func TestYoungPage(t *testing.T) {
	var w *world
	w = newWorld(t, func(o *Options) { o.Now = func() time.Time { return w.clock.Now() } })
	w.hello()
	if dated := w.ask("GET", "/feed.xml").Header.Get("Last-Modified"); dated != "" {
		t.Fatalf("a young page is dated %s, and may change within that second", dated)
	}
	w.clock.Advance(300 * time.Millisecond)
	w.publish("second.md", "---\ntitle: Second\n---\nText.\n")
	if dated := w.ask("GET", "/feed.xml").Header.Get("Last-Modified"); dated != "" {
		t.Fatalf("after the second change it is dated %s", dated)
	}
	// Who asked just before the second change, and has no other date than that.
	asked := w.clock.Now().Add(-time.Millisecond).UTC().Format(http.TimeFormat)
	if resp := w.ask("GET", "/feed.xml", "If-Modified-Since", asked); resp.StatusCode != 200 {
		t.Errorf("by the time of asking, while it is young: %d", resp.StatusCode)
	}
	w.clock.Advance(3 * time.Second)
	if resp := w.ask("GET", "/feed.xml", "If-Modified-Since", asked); resp.StatusCode != 200 {
		t.Errorf("by the time of asking, settled: %d", resp.StatusCode)
	}
	settled := w.ask("GET", "/feed.xml").Header.Get("Last-Modified")
	if settled == "" {
		t.Error("a settled page is not dated")
	}
	if resp := w.ask("GET", "/feed.xml", "If-Modified-Since", settled); resp.StatusCode != 304 {
		t.Errorf("settled, it answers %d", resp.StatusCode)
	}
}

func TestGzip(t *testing.T) {
	w := newWorld(t)
	w.hello()
	for _, path := range append(keptPaths, w.site.assets["site.css"].path) {
		plain := w.get(path)
		resp := w.ask("GET", path, "Accept-Encoding", "deflate, gzip;q=0.8")
		if resp.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(resp.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: %v", path, resp.Header)
			continue
		}
		data, err := io.ReadAll(resp.Body)
		if err != nil || fmt.Sprint(len(data)) != resp.Header.Get("Content-Length") {
			t.Errorf("%s: %d bytes of %s, %v", path, len(data), resp.Header.Get("Content-Length"), err)
		}
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || string(got) != plain {
			t.Errorf("%s: other words when unpacked: %v", path, err)
		}
	}
}

func TestHead(t *testing.T) {
	w := newWorld(t)
	w.hello()
	paths := append(keptPaths, "/nothing", "/posts/nothing", "/robots.txt", "/favicon.ico", w.site.assets["site.css"].path)
	for _, path := range paths {
		get, head := w.ask("GET", path), w.ask("HEAD", path)
		if get.StatusCode != head.StatusCode || text(t, head) != "" && path != "/robots.txt" {
			t.Errorf("%s: GET answers %d, HEAD %d with a body", path, get.StatusCode, head.StatusCode)
		}
		for name := range get.Header {
			if got := head.Header.Get(name); got != get.Header.Get(name) {
				t.Errorf("%s: %s of HEAD is %q", path, name, got)
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	w := newWorld(t)
	w.hello()
	for _, path := range append(keptPaths, "/nothing", "/robots.txt") {
		h := w.ask("GET", path).Header
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
			t.Errorf("%s: %s", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || (h.Get("Referrer-Policy") == "") != strings.Contains(path, "/feed.") || len(h["Set-Cookie"]) > 0 {
			t.Errorf("%s: %v", path, h)
		}
	}
	for path, want := range map[string]string{"/feed.xml": "application/rss+xml", "/feed.atom": "application/atom+xml", "/feed.json": "application/feed+json", "/": "text/html"} {
		if got := w.ask("GET", path).Header.Get("Content-Type"); got != want+"; charset=utf-8" {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := w.ask("GET", "/posts/hello").Header.Get("Vary"); got != "Accept, Accept-Encoding" {
		t.Errorf("Vary: %s", got)
	}
}

func TestProblems(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/nothing", "/static/../site.go", "/static/nothing.css", "/media/nothing.jpg", "/avatars/..%2Flimelight.db", "/posts/x/y"} {
		resp := w.ask("GET", path)
		page := text(t, resp)
		if resp.StatusCode == http.StatusTemporaryRedirect || resp.StatusCode == http.StatusMovedPermanently {
			continue // the path as it should be written
		}
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", path, resp.StatusCode)
		}
		wantAll(t, page, "Nothing here", `href="/"`, "noindex")
		checkHTML(t, path, page)
	}
	resp := w.ask("POST", "/nothing")
	if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST answers %d, %v", resp.StatusCode, resp.Header)
	}
	if n := w.site.cache.EstimatedSize(); n != 0 {
		t.Errorf("%d answers are kept of addresses that lead nowhere", n)
	}
}

func TestPanicAndFailure(t *testing.T) {
	w := newWorld(t)
	rec := httptest.NewRecorder()
	w.site.handle(rec, httptest.NewRequest("GET", "/x", nil), func(http.ResponseWriter, *http.Request) error { panic("ours") })
	if rec.Code != http.StatusInternalServerError || !strings.Contains(rec.Body.String(), "That went wrong") {
		t.Errorf("a panic answers %d", rec.Code)
	}
	w.hello()
	w.db.Close()
	resp := w.ask("GET", "/posts/hello")
	page := text(t, resp)
	if resp.StatusCode != http.StatusInternalServerError || strings.Contains(page, "database") {
		t.Errorf("without a database: %d\n%s", resp.StatusCode, page)
	}
}

func TestRobots(t *testing.T) {
	w := newWorld(t)
	wantAll(t, w.get("/robots.txt"), "User-agent: *", "Disallow: /ap/", "Sitemap: https://blog.example.com/sitemap.xml")
}

// TestWatch changes the database behind the site's back and waits for the
// change to show.
func TestWatch(t *testing.T) {
	w := newWorld(t)
	p := w.hello()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { w.site.Watch(ctx) })
	defer done.Wait()
	defer cancel()
	before := w.get("/feed.xml")
	wantNone(t, w.get("/posts/hello"), "from afar")

	c := blog.Comment{IRI: "https://social.test/n", PostID: p.ID, HTML: "<p>from afar</p>", Visibility: blog.Public, Published: w.clock.Now(),
		Author: blog.Actor{IRI: "https://social.test/u", Handle: "u@social.test", Inbox: "https://social.test/inbox"}}
	if _, _, err := w.db.AddComment(t.Context(), incoming(c), c); err != nil {
		t.Fatal(err)
	}
	await(t, "the comment on the page", func() bool { return strings.Contains(w.get("/posts/hello"), "from afar") })
	await(t, "its count on the home page", func() bool { return strings.Contains(w.get("/"), "1 comment<") })
	if w.get("/feed.xml") != before {
		t.Error("a comment changed the feed")
	}
	if _, _, err := w.db.Unpublish(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	await(t, "the post gone", func() bool {
		return w.ask("GET", "/posts/hello").StatusCode == http.StatusGone && !strings.Contains(w.get("/feed.xml"), "Words and words")
	})
}

// TestTalkElsewhere holds that a comment under one post does not make the
// others anew.
func TestTalkElsewhere(t *testing.T) {
	w := newWorld(t)
	w.hello()
	other := w.publish("other.md", "---\ntitle: Other\n---\nText.\n")
	w.get("/posts/hello")
	k := key{kind: "post", name: "hello"}
	before, _ := w.site.cache.GetIfPresent(k)
	w.comment(other, 0, "Mira", "<p>Hi</p>")
	w.get("/posts/hello")
	after, _ := w.site.cache.GetIfPresent(k)
	if &before.body[0] != &after.body[0] {
		t.Error("a page was made anew although nothing on it changed")
	}
	wantAll(t, w.get("/posts/other"), "Hi")
}

// TestManyAtOnce has readers and writers meet; the race detector watches.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.hello()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 40 {
				path := keptPaths[i%len(keptPaths)]
				r := httptest.NewRequest("GET", path, nil)
				rec := httptest.NewRecorder()
				w.handler.ServeHTTP(rec, r)
				if rec.Code != http.StatusOK {
					t.Errorf("%s: %d", path, rec.Code)
				}
			}
		})
	}
	for i := range 10 {
		w.comment(p, 0, fmt.Sprintf("Mira%d", i), "<p>Hi</p>")
	}
	wg.Wait()
	wantAll(t, w.get("/posts/hello"), "10 comments")
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 20 s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func incoming(c blog.Comment) storage.Incoming {
	return storage.Incoming{Actor: c.Author.IRI, ID: c.IRI + "/create"}
}

// TestHitCost holds that an answer out of memory costs next to nothing: no
// garbage, and no look into the database.
func TestHitCost(t *testing.T) {
	w := newWorld(t)
	w.hello()
	for _, path := range keptPaths {
		w.get(path)
	}
	w.db.Close()
	for _, path := range keptPaths {
		r := httptest.NewRequest("GET", path, nil)
		out := &discard{http.Header{}}
		n := testing.AllocsPerRun(100, func() { w.handler.ServeHTTP(out, r) })
		// The mux allocates for a pattern with names.
		if n > 4 {
			t.Errorf("%s: %.0f allocations", path, n)
		}
	}
}

// TestProblemIsNothingElse: what a handler said of the answer that it did not
// give must not be said of the page in its place, which caches would keep.
func TestProblemIsNothingElse(t *testing.T) {
	w := newWorld(t)
	said := []string{"Content-Encoding", "Content-Disposition", "Etag", "Last-Modified", "Link"}
	for name, fails := range map[string]func() error{
		"an error": func() error { return fault(http.StatusGone) },
		"a panic":  func() error { panic("it broke") },
	} {
		recorder := httptest.NewRecorder()
		w.site.handle(recorder, httptest.NewRequest("GET", "/", nil), func(out http.ResponseWriter, _ *http.Request) error {
			for _, h := range said {
				out.Header().Set(h, "x")
			}
			return fails()
		})
		for _, h := range said {
			if got := recorder.Header().Values(h); len(got) > 0 {
				t.Errorf("%s: %s is %q", name, h, got)
			}
		}
		if recorder.Code < 400 || recorder.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %v", name, recorder.Code, recorder.Header())
		}
	}
}
