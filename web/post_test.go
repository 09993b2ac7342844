package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

func TestPost(t *testing.T) {
	w := newWorld(t)
	w.publish("before.md", "---\ntitle: Before\ndate: 2026-11-01\n---\nText.\n")
	w.publish("after.md", "---\ntitle: \"\"\ndate: 2026-11-03\n---\nAfter all.\n")
	p := w.publish("hello.md", "---\ntitle: Hello\ndate: 2026-11-02\nsummary: In short.\ntags: [self hosting]\n---\n## Part\n\nWords.\n")
	page := w.get("/posts/hello")
	wantAll(t, page,
		"<title>Hello · Example &amp; Sons</title>", `<link rel="canonical" href="https://blog.example.com/posts/hello">`,
		`<meta name="description" content="In short.">`, `<meta name="fediverse:creator" content="@blog@blog.example.com">`,
		`property="og:type" content="article"`, `property="og:title" content="Hello"`,
		`property="article:published_time" content="2026-11-02T00:00:00Z"`,
		`<link rel="alternate" type="application/activity+json" href="https://blog.example.com/ap/posts/`+p.ID+`">`,
		`<h1 class="p-name" dir="auto">Hello</h1>`, "h-entry", "e-content", `class="dt-published" datetime="2026-11-02T00:00:00Z"`,
		"Ada Example", "<h2 id=\"part\">Part</h2>", "No comments yet", "Leave a reply",
		`readonly value="https://blog.example.com/posts/hello"`, `readonly value="@blog@blog.example.com"`,
		`rel="prev" href="/posts/before"`, `rel="next" href="/posts/after"`, "After all.",
		`<a class="skip" href="#main"`, `<main id="main">`,
	)
	wantNone(t, page, "updated", " like", " boost", "noindex")
	if got, want := w.ask("GET", "/posts/hello").Header.Get("Link"), `<https://blog.example.com/ap/posts/`+p.ID+`>; rel="alternate"; type="application/activity+json"`; got != want {
		t.Errorf("Link: %s", got)
	}
}

func TestPostReactions(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	for i, typ := range []blog.ReactionType{blog.Like, blog.Like, blog.Boost} {
		iri := "https://social.test/" + string(rune('a'+i))
		r := blog.Reaction{Type: typ, IRI: iri + "/r", PostID: p.ID, Actor: blog.Actor{IRI: iri, Inbox: iri + "/inbox"}}
		if _, err := w.db.React(t.Context(), storage.Incoming{Actor: iri, ID: iri + "/r"}, r); err != nil {
			t.Fatal(err)
		}
	}
	wantAll(t, w.get("/posts/hello"), "2 likes", "1 boost<")
	wantAll(t, w.get("/"), "2 likes", "1 boost<")
}

func TestPostStates(t *testing.T) {
	tests := []struct {
		name, policy, meta string
		want, not          string
	}{
		{"open", "", "", "Leave a reply", "Comments are closed"},
		{"held", "held", "", "once the author has read it", "Comments are closed"},
		{"closed by the blog", "closed", "", "Comments are closed", "Leave a reply"},
		{"closed by the post", "open", "comments: closed\n", "Comments are closed", "Leave a reply"},
		{"opened by the post", "closed", "comments: open\n", "Leave a reply", "Comments are closed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, func(o *Options) { o.CommentsPolicy = tt.policy })
			w.publish("hello.md", "---\ntitle: Hello\n"+tt.meta+"---\nWords.\n")
			page := w.get("/posts/hello")
			wantAll(t, page, tt.want, "@blog@blog.example.com")
			wantNone(t, page, tt.not)
		})
	}
}

func TestPostClosedWithComments(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	w.comment(p, 0, "Mira", "<p>Still here</p>")
	w.publish("hello.md", "---\ntitle: Hello\ncomments: closed\n---\nWords.\n")
	wantAll(t, w.get("/posts/hello"), "Still here", "no more replies", "1 comment<")
}

func TestPostClosesByItself(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.CommentsClose = 24 * time.Hour })
	w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	w.publish("ever.md", "---\ntitle: Ever\ncomments: known\n---\nWords.\n")
	wantAll(t, w.get("/posts/hello"), "Leave a reply")
	w.clock.Advance(24 * time.Hour)
	wantAll(t, w.get("/posts/hello"), "Comments are closed")
	wantAll(t, w.get("/posts/ever"), "your first one once the author has read it")
}

func TestPostWithWarning(t *testing.T) {
	w := newWorld(t)
	w.publish("care.md", "---\ntitle: Care\nsummary: spiders\nsensitive: true\n---\nEight legs.\n")
	page := w.get("/posts/care")
	wantOrder(t, page, "<details", "Content warning:", "spiders", "Eight legs", "</details>")
	wantAll(t, page, `<meta name="description" content="spiders">`)
	wantNone(t, page[:strings.Index(page, "<body>")], "Eight")
}

func TestPostUpdated(t *testing.T) {
	w := newWorld(t)
	w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	wantAll(t, w.get("/posts/hello"), "Words.")
	w.clock.Advance(72 * 3600e9)
	w.publish("hello.md", "---\ntitle: Hello\n---\nOther words.\n")
	page := w.get("/posts/hello")
	wantAll(t, page, "Other words.", "23 November 2026", `updated <time class="dt-updated" datetime="2026-11-26T10:00:00Z">26 November 2026`, "article:modified_time")
}

func TestPostAddresses(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	for path, location := range map[string]string{
		"/posts/hello/":        "/posts/hello",
		"/posts/HELLO":         "/posts/hello",
		"/posts/Hello/":        "/posts/hello",
		"/posts/" + p.ID:       "/posts/hello",
		"/posts/Hello?a=b":     "/posts/hello",
		"/posts/nothing-here/": "/posts/nothing-here",
	} {
		resp := w.ask("GET", path)
		if resp.StatusCode != http.StatusMovedPermanently || resp.Header.Get("Location") != location {
			t.Errorf("%s answers %d to %q", path, resp.StatusCode, resp.Header.Get("Location"))
		}
	}
	for path, want := range map[string]int{
		"/posts/hello?utm_source=x": 200, "/posts/hello?comments=2": 200, "/posts/hello?after=2": 404, "/posts/hello?after=0": 404,
		"/posts/hello?after=x": 404, "/posts/hello?after=": 404, "/posts/hello?after=01": 404, "/posts/hello?after=99999999999999999999": 404, "/posts/nothing": 404, "/posts/%2F%2Fevil.example%2F": 404, "/posts/" + strings.Repeat("a", 101): 404,
		"/posts/he%00llo": 404,
	} {
		if got := w.ask("GET", path).StatusCode; got != want {
			t.Errorf("%s answers %d, not %d", path, got, want)
		}
	}
}

func TestPostDeleted(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	w.get("/posts/hello")
	if _, _, err := w.db.Unpublish(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	w.look()
	resp := w.ask("GET", "/posts/hello")
	page := text(t, resp)
	if resp.StatusCode != http.StatusGone || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a deleted post answers %d, %v", resp.StatusCode, resp.Header)
	}
	wantAll(t, page, "Taken down", `href="/"`, "noindex")
	wantNone(t, page, "Hello", "canonical")
	if resp := w.ask("GET", "/posts/"+p.ID); resp.StatusCode != http.StatusGone {
		t.Errorf("by its id it answers %d", resp.StatusCode)
	}
	if n := w.site.cache.EstimatedSize(); n != 0 {
		t.Errorf("%d pages are kept of a post that is deleted", n)
	}
}

func TestPostInAnotherLanguage(t *testing.T) {
	w := newWorld(t)
	w.publish("rtl.md", "---\ntitle: سلام\nlanguage: fa\n---\nمتن\n")
	wantAll(t, w.get("/posts/rtl"), `<html lang="fa" dir="rtl">`)
	wantAll(t, w.get("/"), `<html lang="en" dir="ltr">`, `lang="fa" dir="rtl"`)
}
