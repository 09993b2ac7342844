package web

import (
	"encoding/xml"
	"strings"
	"testing"

	"limelight/blog"
)

func TestArchive(t *testing.T) {
	w := newWorld(t)
	wantAll(t, w.get("/archive"), "Nothing has been published here yet")
	w.publish("new.md", "---\ntitle: New & shiny\ndate: 2026-11-02\n---\nWords.\n")
	w.publish("note.md", "---\ntitle: \"\"\ndate: 2025-12-31\n---\nOnly a note.\n")
	w.publish("old.md", "---\ntitle: Old\ndate: 2025-01-02\n---\nWords.\n")
	w.publish("unlisted.md", "---\ntitle: Unlisted\nvisibility: unlisted\n---\nWords.\n")
	page := w.get("/archive")
	wantOrder(t, page, `id="year-2026"`, `href="/posts/new"`, "New &amp; shiny", "2 Nov", `id="year-2025"`, "Only a note.", "31 Dec", "Old", "2 Jan")
	wantAll(t, page, `<link rel="canonical" href="https://blog.example.com/archive">`)
	wantNone(t, page, "Unlisted", "noindex")
}

func TestSitemap(t *testing.T) {
	w := newWorld(t)
	w.publish("hello.md", "---\ntitle: Hello\ndate: 2026-11-02\n---\nWords.\n")
	w.publish("unlisted.md", "---\ntitle: Unlisted\nvisibility: unlisted\n---\nWords.\n")
	resp := w.ask("GET", "/sitemap.xml")
	var sitemap struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []struct {
			Loc     string `xml:"loc"`
			Lastmod string `xml:"lastmod"`
		} `xml:"url"`
	}
	if err := xml.NewDecoder(resp.Body).Decode(&sitemap); err != nil {
		t.Fatal(err)
	}
	last := sitemap.URLs[len(sitemap.URLs)-1]
	if len(sitemap.URLs) != 5 || sitemap.URLs[0].Loc != "https://blog.example.com/" || last.Loc != "https://blog.example.com/posts/hello" || last.Lastmod != "2026-11-02T00:00:00Z" {
		t.Errorf("%+v", sitemap.URLs)
	}
	if got := resp.Header.Get("Content-Type"); got != "application/xml; charset=utf-8" {
		t.Errorf("it is %s", got)
	}
}

func TestSearch(t *testing.T) {
	w := newWorld(t)
	p := w.publish("tea.md", "---\ntitle: Tea\n---\nFirst of all, the <b>milk</b> & then water.\n")
	w.publish("care.md", "---\ntitle: Care\nsummary: spiders\nsensitive: true\n---\nMilk for eight legs.\n")
	w.publish("hidden.md", "---\ntitle: Milk\nvisibility: unlisted\n---\nwords-unlisted milk\n")
	w.comment(p, 0, "Mira", "<p>words-comment milk</p>")
	page := w.get("/search?q=MIL")
	wantAll(t, page, "2 posts", `href="/posts/tea"`, "First of all, the <mark>milk</mark> &amp; then water.", "spiders", "noindex", `value="MIL"`, `role="search"`)
	wantNone(t, page, "eight legs", "words-unlisted", "words-comment", "canonical")
	wantAll(t, w.get("/search?q=nowhere"), "No post has all of these words")
	wantNone(t, w.get("/search"), "No post", "Results")
	wantNone(t, w.get("/search?q=%20%00"), "Results")
	checkHTML(t, "/search", w.get("/search?q="+strings.Repeat("%22x", 1000)))
	if n := w.site.cache.EstimatedSize(); n != 0 {
		t.Errorf("%d searches are kept", n)
	}
	if got := w.ask("GET", "/search?q=tea").Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %s", got)
	}
}

func TestAbout(t *testing.T) {
	wantAll(t, newWorld(t).get("/about"), "About Example &amp; Sons", "Words about &lt;things&gt;.", "Written by", "https://example.com")
	w := newWorld(t, func(o *Options) {
		o.About = &blog.Post{Title: "Who <we> are", HTML: "<p>Two <em>people</em>.</p>", Language: "de"}
	})
	page := w.get("/about")
	wantAll(t, page, "<title>Who &lt;we&gt; are ·", "Who &lt;we&gt; are</h1>", "<p>Two <em>people</em>.</p>", `<html lang="de"`, `content="Two people."`,
		`<link rel="canonical" href="https://blog.example.com/about">`)
	wantNone(t, page, "Written by")
	checkHTML(t, "/about", page)
	if resp := w.ask("GET", "/about", "If-None-Match", w.ask("GET", "/about").Header.Get("Etag")); resp.StatusCode != 304 {
		t.Errorf("asked again it answers %d", resp.StatusCode)
	}
}

func TestCommentsHelp(t *testing.T) {
	for policy, want := range map[string]string{"": "within seconds", "open": "within seconds", "held": "reads a comment before", "known": "reads your first comment", "closed": "takes no comments"} {
		w := newWorld(t, func(o *Options) { o.CommentsPolicy = policy })
		wantAll(t, w.get("/comments"), want, "How to change or remove one", "@blog@blog.example.com", "#noblog")
	}
}

func TestPagesAreFound(t *testing.T) {
	w := newWorld(t, newDoor().offer)
	w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	for _, path := range []string{"/", "/posts/hello", "/archive", "/search", "/about", "/comments", "/nothing"} {
		wantAll(t, text(t, w.ask("GET", path)), `href="/archive"`, `href="/search"`, `href="/about"`, `href="/comments"`)
	}
	wantAll(t, text(t, w.ask("GET", "/nothing")), `action="/search"`, `name="q"`)
}
