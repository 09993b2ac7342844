package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestHomeWithoutPosts(t *testing.T) {
	w := newWorld(t)
	page := w.get("/")
	wantAll(t, page, "Nothing has been published here yet", "@blog@blog.example.com", "/feed.xml")
	wantNone(t, page, "Older posts", "Newer posts")
}

func TestHome(t *testing.T) {
	w := newWorld(t)
	w.publish("first.md", "---\ntitle: The first\ndate: 2026-11-01\nsummary: A teaser.\ntags: [self hosting]\n---\nBody.\n")
	w.publish("note.md", "---\ntitle: \"\"\ndate: 2026-11-02\n---\nA whole *note*.\n")
	w.publish("warned.md", "---\ntitle: Care\ndate: 2026-11-03\nsummary: spiders\nsensitive: true\n---\nHidden words.\n")
	p := w.publish("long.md", "---\ntitle: Long\ndate: 2026-11-04\n---\n"+strings.Repeat("word ", 200)+"end.\n")
	w.comment(p, 0, "Mira", "<p>Hello</p>")
	page := w.get("/")
	wantAll(t, page,
		"<title>Example &amp; Sons</title>", `<html lang="en" dir="ltr">`,
		`<meta name="description" content="Words about &lt;things&gt;.">`,
		`<link rel="canonical" href="https://blog.example.com/">`,
		`<link rel="alternate" type="application/rss+xml" title="Example &amp; Sons (RSS)" href="/feed.xml">`,
		`type="application/atom+xml"`, `type="application/feed+json"`,
		`<link rel="alternate" type="application/activity+json" href="https://blog.example.com/ap/actor">`,
		`<link rel="me" href="https://example.com">`, `<a rel="me" href="https://example.com">`,
		`property="og:type" content="website"`, `property="og:image" content="https://blog.example.com/static/avatar-`,
		`href="/posts/first">The first</a>`, "A teaser.", `href="/tags/self-hosting"`, ">self hosting<", "1 November 2026",
		"A whole <em>note</em>.", "Content warning:</b> <bdi>spiders", "1 comment<", `href="/posts/long#comments"`, "word…",
	)
	wantNone(t, page, "Hidden words", "javascript:alert(1)\"", "Older posts", "end.")
	wantOrder(t, page, "/posts/long", "/posts/warned", "/posts/note", "/posts/first")
}

// TestRelMe: the front page vouches for the actor's url first, then for each of
// the author's addresses once; posts name their author's account.
func TestRelMe(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Blog.Me = []string{"https://social.example/@ann", "https://example.com"}
		o.Blog.Creator = "ann@social.example"
	})
	home := w.get("/")
	wantOrder(t, home, `<link rel="me" href="https://blog.example.com/">`, `<link rel="me" href="https://social.example/@ann">`,
		`<link rel="me" href="https://example.com">`)
	if n := strings.Count(home, `<link rel="me"`); n != 3 {
		t.Errorf("%d links", n)
	}
	w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	post := w.get("/posts/hello")
	wantAll(t, post, `<meta name="fediverse:creator" content="@ann@social.example">`, `readonly value="@blog@blog.example.com"`)
	wantNone(t, post, `<link rel="me"`)
}

func TestOlderPages(t *testing.T) {
	w := newWorld(t)
	for i := 1; i <= 21; i++ {
		w.publish(fmt.Sprintf("p%02d.md", i), fmt.Sprintf("---\ntitle: Number %02d\ndate: 2026-10-%02d\ntags: [x]\n---\nText.\n", i, i))
	}
	first, second, third := w.get("/"), w.get("/page/2"), w.get("/page/3")
	wantAll(t, first, "Number 21", "Number 12", `rel="next" href="/page/2"`)
	wantNone(t, first, "Number 11", `rel="prev"`)
	wantAll(t, second, "Number 11", "Number 02", `rel="next" href="/page/3"`, `rel="prev" href="/"`, "Page 2 of 3")
	wantAll(t, third, "Number 01", `rel="prev" href="/page/2"`)
	wantNone(t, third, `rel="next"`)
	wantAll(t, w.get("/tags/x?page=3"), "Number 01", `rel="prev" href="/tags/x?page=2"`)
	wantAll(t, w.get("/tags/x?page=2"), `rel="prev" href="/tags/x"`, "<title>x, page 2 ·")
	for path, want := range map[string]int{
		"/page/1": 301, "/page/0": 404, "/page/4": 404, "/page/02": 404, "/page/-1": 404, "/page/x": 404, "/page/99999999999": 404,
		"/tags/x?page=4": 404, "/tags/x?page=0": 404, "/tags/x?page=1": 200, "/tags/x?other=1;2": 200,
	} {
		if got := w.ask("GET", path).StatusCode; got != want {
			t.Errorf("%s answers %d, not %d", path, got, want)
		}
	}
}

func TestTag(t *testing.T) {
	w := newWorld(t)
	w.publish("a.md", "---\ntitle: Tagged\ntags: [Self Hosting, köln]\n---\nText.\n")
	w.publish("b.md", "---\ntitle: Other\n---\nText.\n")
	page := w.get("/tags/self-hosting")
	wantAll(t, page, "Tagged", ">Self Hosting</h1>", `href="/tags/self-hosting/feed.xml"`, `href="/feed.xml"`, `"https://blog.example.com/tags/self-hosting"`)
	wantNone(t, page, "Other")
	wantAll(t, w.get("/tags/k%C3%B6ln"), "Tagged")
	for path, location := range map[string]string{
		"/tags/Self%20Hosting": "/tags/self-hosting",
		"/tags/SELF-hosting":   "/tags/self-hosting",
		"/tags/self-hosting/":  "/tags/self-hosting",
		"/tags/%2F%2Fevil":     "/tags/evil",
	} {
		resp := w.ask("GET", path)
		if resp.StatusCode != http.StatusMovedPermanently || resp.Header.Get("Location") != location {
			t.Errorf("%s answers %d to %q", path, resp.StatusCode, resp.Header.Get("Location"))
		}
	}
	for _, path := range []string{"/tags/nothing", "/tags/%00", "/tags/---", "/tags/" + strings.Repeat("a", 500)} {
		if got := w.ask("GET", path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got)
		}
	}
}

// TestListed holds who is in lists and feeds: public and local posts, nothing
// else.
func TestListed(t *testing.T) {
	w := newWorld(t)
	w.publish("public.md", "---\ntitle: Public\ntags: [x]\n---\nwords-public\n")
	w.publish("local.md", "---\ntitle: Local\ntags: [x]\nvisibility: local\n---\nwords-local\n")
	w.publish("unlisted.md", "---\ntitle: Unlisted\ntags: [x, rare]\nvisibility: unlisted\n---\nwords-unlisted\n")
	w.publish("draft.md", "---\ntitle: Draft\ntags: [x]\ndraft: true\n---\nwords-draft\n")
	w.publish("later.md", "---\ntitle: Later\ntags: [x]\ndate: 2027-01-01\n---\nwords-later\n")
	for _, path := range []string{"/", "/tags/x", "/feed.xml", "/feed.atom", "/feed.json", "/tags/x/feed.xml"} {
		page := w.get(path)
		wantAll(t, page, "words-public", "words-local")
		wantNone(t, page, "nlisted", "raft", "words-later")
	}
	for path, want := range map[string]int{
		"/posts/public": 200, "/posts/local": 200, "/posts/unlisted": 200, "/posts/draft": 404, "/posts/later": 404,
		"/tags/rare": 404, "/tags/rare/feed.xml": 404,
	} {
		if got := w.ask("GET", path).StatusCode; got != want {
			t.Errorf("%s answers %d, not %d", path, got, want)
		}
	}
	wantAll(t, w.get("/posts/unlisted"), `<meta name="robots" content="noindex">`)
	wantNone(t, w.get("/posts/public"), "noindex")
	local := w.get("/posts/local")
	wantAll(t, local, "stays on this site")
	wantNone(t, local, "Leave a reply", "application/activity+json", "/posts/unlisted")
}
