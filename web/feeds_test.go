package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"limelight/blog"
)

// readFeed is a JSON feed as a reader has it.
type readFeed struct {
	Title string `json:"title"`
	Self  string `json:"feed_url"`
	Next  string `json:"next_url"`
	Items []struct {
		ID, URL, Title string
		HTML           string    `json:"content_html"`
		Published      time.Time `json:"date_published"`
		Modified       time.Time `json:"date_modified"`
	} `json:"items"`
}

func (w *world) feed(address string) (f readFeed) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(w.get(strings.TrimPrefix(address, w.blog.BaseURL))), &f); err != nil {
		w.t.Fatal(err)
	}
	return f
}

// walk reads a feed and its pages to the end; between is called after each page.
func (w *world) walk(address string, between func()) (titles []string, pages []int) {
	w.t.Helper()
	for address != "" {
		f := w.feed(address)
		pages = append(pages, len(f.Items))
		for _, item := range f.Items {
			titles = append(titles, item.Title)
		}
		if len(pages) > 20 {
			w.t.Fatalf("the feed has no end: %s", address)
		}
		address = f.Next
		between()
	}
	return titles, pages
}

// many publishes n posts, a day apart, the last one first in lists.
func (w *world) many(n int) {
	w.t.Helper()
	for i := range n {
		w.publish(fmt.Sprintf("p%d.md", i), fmt.Sprintf("---\ntitle: P%d\ndate: %s\ntags: [t%d]\n---\nText.\n", i,
			w.clock.Now().AddDate(0, 0, i-n).Format(time.RFC3339), i%2))
	}
}

// TestFeedPages walks a feed while posts are published and taken down, even the
// one that a page begins after.
func TestFeedPages(t *testing.T) {
	w := newWorld(t)
	w.many(70)
	titles, pages := w.walk("/feed.json", func() {})
	if fmt.Sprint(pages) != "[30 30 10]" || titles[0] != "P69" || titles[69] != "P0" {
		t.Errorf("pages of %v: %v", pages, titles)
	}
	seen := map[string]int{}
	rounds := 0
	titles, _ = w.walk("/feed.json", func() {
		rounds++
		w.publish(fmt.Sprintf("new%d.md", rounds), "---\ntitle: New\n---\nText.\n")
		if rounds == 1 {
			if _, _, err := w.db.Unpublish(t.Context(), "p40"); err != nil {
				t.Fatal(err)
			}
			w.look()
		}
	})
	for _, title := range titles {
		seen[title]++
	}
	for i := range 70 {
		if title := fmt.Sprintf("P%d", i); seen[title] != 1 && i != 40 || seen[title] > 1 {
			t.Errorf("%s was seen %d times", title, seen[title])
		}
	}
	if titles, pages = w.walk("/tags/t1/feed.json", func() {}); fmt.Sprint(pages) != "[30 5]" || titles[0] != "P69" || titles[34] != "P1" {
		t.Errorf("pages of a tag of %v: %v", pages, titles)
	}
}

// TestFeedPagesBack goes the other way, and wants each page to know the others.
func TestFeedPagesBack(t *testing.T) {
	w := newWorld(t)
	w.many(70)
	second := w.feed("/feed.json").Next
	third := w.feed(second).Next
	atom := func(address string) string {
		return w.get(strings.TrimPrefix(strings.Replace(address, "json", "atom", 1), w.blog.BaseURL))
	}
	escaped := func(address string) string { return strings.Replace(address, "json", "atom", 1) }
	wantAll(t, atom(third), `href="`+escaped(second)+`" rel="previous"`, `href="https://blog.example.com/feed.atom" rel="first"`, "<id>https://blog.example.com/feed.atom</id>")
	wantNone(t, atom(third), `rel="next"`)
	wantAll(t, atom(second), `href="https://blog.example.com/feed.atom" rel="previous"`, `href="`+escaped(third)+`" rel="next"`, `href="`+escaped(second)+`" rel="self"`)
	wantNone(t, w.get("/feed.atom"), `rel="previous"`, `rel="first"`)
	for _, path := range []string{"/feed.json?before=", "/feed.json?before=p1", "/feed.json?before=0193a5f2-0000-7000-8000-000000000001", "/feed.json?before=%00",
		"/feed.json?before=" + strings.Repeat("a", 41), "/feed.xml?before=" + w.feed(third).Items[9].ID[len("urn:uuid:"):]} {
		if resp := w.ask("GET", path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	if resp := w.ask("GET", "/feed.json?utm_source=x"); resp.StatusCode != http.StatusOK {
		t.Errorf("another query: %d", resp.StatusCode)
	}
}

// TestLargePosts holds that a page of a feed is bounded, and that nothing is lost
// by it in either direction.
func TestLargePosts(t *testing.T) {
	w := newWorld(t)
	for i := range 7 {
		w.publish(fmt.Sprintf("p%d.md", i), fmt.Sprintf("---\ntitle: P%d\ndate: 2026-01-0%d\n---\n%s\n", i, i+1, strings.Repeat("words ", 50_000*(1+i%3))))
	}
	titles, pages := w.walk("/feed.json", func() {})
	if fmt.Sprint(titles) != "[P6 P5 P4 P3 P2 P1 P0]" || fmt.Sprint(pages) != "[3 3 1]" {
		t.Errorf("%v in pages of %v", titles, pages)
	}
	last := w.feed("/feed.json")
	for last.Next != "" {
		last = w.feed(last.Next)
	}
	page := w.get(strings.TrimPrefix(strings.Replace(last.Self, "json", "atom", 1), w.blog.BaseURL))
	_, before, _ := strings.Cut(page, `rel="first"`)
	_, before, _ = strings.Cut(before, `before=`)
	before, _, _ = strings.Cut(before, `"`)
	if got := w.feed("/feed.json?before=" + before).Items; got[0].Title != "P3" {
		t.Errorf("the page before the last begins with %s", got[0].Title)
	}
}

// TestLargePostIsNotPushedOut is a reader who comes by once an hour, goes on to no
// other page, and misses nothing of what was published meanwhile.
func TestLargePostIsNotPushedOut(t *testing.T) {
	w := newWorld(t)
	w.hello()
	w.clock.Advance(time.Minute)
	w.publish("large.md", "---\ntitle: Large\n---\n"+strings.Repeat("words ", 170_000)+"\n")
	w.clock.Advance(time.Minute)
	w.publish("small.md", "---\ntitle: Small\n---\n"+strings.Repeat("words ", 10_000)+"\n")
	var titles []string
	for _, item := range w.feed("/feed.json").Items {
		titles = append(titles, item.Title)
	}
	if fmt.Sprint(titles) != "[Small Large Hello]" {
		t.Errorf("the first page has %v", titles)
	}
}

// TestFeedKeepsItsDate holds that what happens elsewhere on the blog makes
// nobody fetch a feed again.
func TestFeedKeepsItsDate(t *testing.T) {
	w := newWorld(t)
	w.hello()
	before := w.ask("GET", "/tags/x/feed.atom")
	w.clock.Advance(time.Hour)
	w.publish("other.md", "---\ntitle: Other\ntags: [y]\n---\nText.\n")
	after := w.ask("GET", "/tags/x/feed.atom")
	for _, name := range []string{"Etag", "Last-Modified"} {
		if before.Header.Get(name) == "" || before.Header.Get(name) != after.Header.Get(name) {
			t.Errorf("%s was %q and is %q", name, before.Header.Get(name), after.Header.Get(name))
		}
	}
	if w.ask("GET", "/feed.atom").Header.Get("Last-Modified") == before.Header.Get("Last-Modified") {
		t.Error("the blog's own feed kept its date")
	}
}

func TestFeedForms(t *testing.T) {
	w := newWorld(t)
	w.hello()
	for path, own := range map[string]string{"/feed.xml": "application/rss+xml", "/feed.atom": "application/atom+xml", "/feed.json": "application/feed+json",
		"/comments/feed.xml": "application/rss+xml", "/posts/hello/comments/feed.atom": "application/atom+xml"} {
		plain := w.get(path)
		resp := w.ask("GET", path, "Accept-Encoding", "gzip, deflate, br", "Origin", "https://elsewhere.test")
		h := resp.Header
		if h.Get("Content-Type") != own+"; charset=utf-8" || h.Get("Content-Encoding") != "br" || h.Get("Access-Control-Allow-Origin") != "*" ||
			!strings.HasSuffix(h.Get("Etag"), `-br"`) || !strings.HasPrefix(h.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: %v", path, h)
		}
		body, err := io.ReadAll(brotli.NewReader(resp.Body))
		if err != nil || string(body) != plain {
			t.Errorf("%s: other words when unpacked: %v", path, err)
		}
		again := w.ask("GET", path, "Accept-Encoding", "br", "If-None-Match", h.Get("Etag"))
		if again.StatusCode != http.StatusNotModified || again.Header.Get("Etag") != h.Get("Etag") || again.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: known by its tag: %d %v", path, again.StatusCode, again.Header)
		}
		shown := w.ask("GET", path, "Sec-Fetch-Dest", "document").Header.Get("Content-Type")
		if want := "application/xml; charset=utf-8"; strings.HasSuffix(path, "json") == (shown == want) {
			t.Errorf("%s is shown by a browser as %s", path, shown)
		}
		if styled := strings.Contains(plain, `<?xml-stylesheet type="text/css" href="`+w.site.assets["feed.css"].path+`"?>`); styled == strings.HasSuffix(path, "json") {
			t.Errorf("%s: styled is %v", path, styled)
		}
	}
}

// TestFeedsAreFound wants every page to name the feeds of what it shows, the
// blog's before those of the talk: readers take the first.
func TestFeedsAreFound(t *testing.T) {
	w := newWorld(t)
	w.hello()
	for path, below := range map[string][]string{
		"/": {"", "/comments"}, "/posts/hello": {"", "/posts/hello/comments"}, "/tags/x": {"/tags/x", ""}, "/comments": {"", "/comments"},
		"/archive": {""}, "/about": {""}, "/search": {""},
	} {
		var want []string
		for _, b := range below {
			want = append(want, `href="`+b+`/feed.xml"`, `href="`+b+`/feed.atom"`, `href="`+b+`/feed.json"`)
		}
		head, _, _ := strings.Cut(w.get(path), "</head>")
		wantOrder(t, head, want...)
		if n := strings.Count(head, "/feed."); n != len(want) {
			t.Errorf("%s names %d feeds, want %d", path, n, len(want))
		}
		for _, b := range below {
			w.get(b + "/feed.xml")
		}
	}
}

// TestShortFeeds wants summaries where the author wants them.
func TestShortFeeds(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Feeds = FeedOptions{Short: true, Hubs: []string{"https://hub.example.com/"}} })
	w.publish("hello.md", "---\ntitle: Hello\nsummary: In short.\n---\nAt length.\n")
	for _, path := range []string{"/feed.xml", "/feed.atom", "/feed.json"} {
		wantAll(t, w.get(path), "In short.", "https://hub.example.com/")
		wantNone(t, w.get(path), "At length.")
	}
}

// TestOldPostsStayOld holds the order of a feed: what is imported or edited late
// stands where its date is, under its date.
func TestOldPostsStayOld(t *testing.T) {
	w := newWorld(t)
	w.publish("new.md", "---\ntitle: New\ndate: 2026-11-01\n---\nText.\n")
	w.publish("old.md", "---\ntitle: Old\ndate: 2020-11-01\n---\nText.\n")
	w.clock.Advance(time.Hour)
	w.publish("old.md", "---\ntitle: Old\ndate: 2020-11-01\n---\nBetter.\n")
	items := w.feed("/feed.json").Items
	if len(items) != 2 || items[1].Title != "Old" || items[1].Published.Year() != 2020 || !items[1].Modified.Equal(w.clock.Now()) {
		t.Errorf("%+v", items)
	}
	wantAll(t, w.get("/feed.atom"), "<published>2020-11-01T00:00:00Z</published>")
}

// TestScheduledPosts appear on time, under the time they were promised for.
func TestScheduledPosts(t *testing.T) {
	w := newWorld(t)
	w.publish("later.md", "---\ntitle: Later\ndate: 2026-11-23T12:00:00Z\n---\nText.\n")
	if items := w.feed("/feed.json").Items; len(items) != 0 {
		t.Fatalf("before its time: %+v", items)
	}
	w.clock.Advance(2*time.Hour + 5*time.Second)
	if _, err := w.db.PublishDue(t.Context(), w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.look()
	items := w.feed("/feed.json").Items
	if len(items) != 1 || !items[0].Published.Equal(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", items)
	}
}

func TestCommentFeeds(t *testing.T) {
	w := newWorld(t)
	p := w.hello()
	quiet := w.publish("quiet.md", "---\ntitle: Quiet\nvisibility: unlisted\n---\nText.\n")
	first := w.comment(p, 0, "Mira", "<p>First</p>")
	w.comment(p, first.ID, "Noor", "<p>Second</p>")
	w.comment(p, 0, "Held", "<p>waits</p>", func(c *blog.Comment) { c.State = blog.Held })
	w.comment(p, 0, "Unlisted", "<p>mumbles</p>", func(c *blog.Comment) { c.Visibility = blog.Unlisted })
	w.comment(p, 0, "Secret", "<p>whispers</p>", func(c *blog.Comment) { c.Visibility = blog.Direct })
	w.comment(quiet, 0, "Olga", "<p>Third</p>")
	titles := func(path string) string {
		var all []string
		for _, item := range w.feed(path).Items {
			all = append(all, item.Title)
		}
		return strings.Join(all, ", ")
	}
	for path, want := range map[string]string{"/comments/feed.json": "Noor on Hello, Mira on Hello", "/posts/hello/comments/feed.json": "Noor on Hello, Mira on Hello",
		"/posts/quiet/comments/feed.json": "Olga on Quiet"} {
		if got := titles(path); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	atom := w.get("/posts/hello/comments/feed.atom")
	wantOrder(t, atom, `href="https://blog.example.com/ap/posts/`+p.ID+`/replies" rel="related" type="application/activity+json"`,
		"Noor on Hello", `<thr:in-reply-to ref="https://social.test/notes/1" href="https://blog.example.com/posts/hello#comment-`,
		"Mira on Hello", `<thr:in-reply-to ref="urn:uuid:`+p.ID+`" href="https://blog.example.com/posts/hello"`)

	// The count in the feed of posts is that of the page, as of its last change.
	wantAll(t, w.get("/feed.xml"), "<slash:comments>3</slash:comments>")
	w.comment(p, 0, "Pia", "<p>Later</p>")
	wantAll(t, w.get("/feed.xml"), "<slash:comments>3</slash:comments>")
	wantAll(t, w.get("/comments/feed.xml"), "Later")
	if _, err := w.db.DecideComment(t.Context(), first.ID, blog.Erased); err != nil {
		t.Fatal(err)
	}
	w.look()
	wantNone(t, w.get("/comments/feed.xml"), "First")
	wantNone(t, w.get("/posts/hello/comments/feed.xml"), "First")

	if resp := w.ask("GET", "/posts/Hello/comments/feed.xml"); resp.Header.Get("Location") != "/posts/hello/comments/feed.xml" {
		t.Errorf("in capitals: %d %v", resp.StatusCode, resp.Header)
	}
	if resp := w.ask("GET", "/posts/"+p.ID+"/comments/feed.xml"); resp.Header.Get("Location") != "/posts/hello/comments/feed.xml" {
		t.Errorf("by its id: %d %v", resp.StatusCode, resp.Header)
	}
	if _, _, err := w.db.Unpublish(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	w.look()
	for path, want := range map[string]int{"/posts/hello/comments/feed.xml": 410, "/posts/none/comments/feed.xml": 404, "/posts/h%C3%A9/comments/feed.xml": 404,
		"/comments/feed.xml?before=0": 404, "/comments/feed.xml?before=01": 404, "/comments/feed.xml?before=abc": 404, "/comments/feed.xml?before=1": 404} {
		if got := w.ask("GET", path).StatusCode; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// TestCommentFeedPages walks the talk while people go on talking.
func TestCommentFeedPages(t *testing.T) {
	w := newWorld(t)
	p := w.hello()
	for i := range 65 {
		w.comment(p, 0, fmt.Sprintf("C%d", i), "<p>Hi</p>")
	}
	for _, address := range []string{"/comments/feed.json", "/posts/hello/comments/feed.json"} {
		titles, pages := w.walk(address, func() { w.comment(p, 0, "New", "<p>Hi</p>") })
		var old []string
		for _, title := range titles {
			if !strings.HasPrefix(title, "New") {
				old = append(old, title)
			}
		}
		if len(pages) != 3 || len(old) != 65 || old[0] != "C64 on Hello" || old[64] != "C0 on Hello" {
			t.Errorf("%s in pages of %v: %v", address, pages, titles)
		}
	}
	third := w.feed(w.feed("/comments/feed.json").Next).Next
	page := w.get(strings.TrimPrefix(strings.Replace(third, "json", "xml", 1), w.blog.BaseURL))
	second := strings.Replace(w.feed("/comments/feed.json").Next, "json", "xml", 1)
	wantAll(t, page, `href="`+second+`" rel="previous"`)
}

// TestCacheIsBounded asks for more feeds than there is room for.
func TestCacheIsBounded(t *testing.T) {
	w := newWorld(t)
	for i := range 12 {
		w.publish(fmt.Sprintf("p%d.md", i), fmt.Sprintf("---\ntitle: P%d\ntags: [t%d]\n---\n%s\n", i, i, bytes.Repeat([]byte("words and "), 40_000)))
	}
	for i := range 12 {
		for _, file := range []string{"feed.xml", "feed.atom", "feed.json"} {
			w.get(fmt.Sprintf("/tags/t%d/%s", i, file))
		}
	}
	w.site.cache.CleanUp()
	if n := w.site.cache.WeightedSize(); n > cacheBytes {
		t.Errorf("%d bytes are kept, %d may be", n, cacheBytes)
	}
}
