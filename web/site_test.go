package web

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// world is a site on a database of its own, with a clock that stands. The
// present is a minute after everything that the database notes by default.
type world struct {
	t       *testing.T
	db      *storage.DB
	clock   *storagetest.Clock // the database's
	site    *Site
	blog    *blog.Blog
	handler http.Handler
	number  int
}

func newWorld(t *testing.T, changes ...func(*Options)) *world {
	t.Helper()
	clock := storagetest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	w := &world{t: t, clock: clock, db: storagetest.New(t, storagetest.At(clock))}
	w.blog = &blog.Blog{
		BaseURL: "https://blog.example.com", Handle: "blog", Title: "Example & Sons", Description: "Words about <things>.",
		Author: "Ada Example", Language: "en", Timezone: time.UTC, Avatar: DefaultAvatar(), Created: clock.Now(),
		Fields: []blog.Field{{Name: "Website", Value: "https://example.com"}, {Name: "Bad", Value: "javascript:alert(1)"}},
	}
	o := Options{Blog: w.blog, DB: w.db, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Now: func() time.Time { return clock.Now().Add(time.Minute) }}
	for _, change := range changes {
		change(&o)
	}
	w.db = o.DB
	var err error
	if w.site, err = New(o); err != nil {
		t.Fatal(err)
	}
	w.site.grace = 0 // a test that waits for its clock would never see a comment
	w.handler = w.site.Headers(routes(w.site))
	return w
}

// routes are the site's addresses as the program has them.
func routes(s *Site) http.Handler {
	mux := http.NewServeMux()
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /{$}":                  s.Home,
		"GET /page/{n}":             s.Page,
		"GET /posts/{slug}":         s.Post,
		"GET /posts/{slug}/{$}":     s.Post,
		"GET /tags/{tag}":           s.Tag,
		"GET /archive":              s.Archive,
		"GET /search":               s.Search,
		"GET /about":                s.About,
		"GET /blogroll":             s.Blogroll,
		"GET /blogroll.opml":        s.BlogrollFile,
		"GET /comments":             s.CommentsHelp,
		"GET /sitemap.xml":          s.Sitemap,
		"GET /interact":             s.Interact,
		"POST /interact":            s.Interact,
		"GET /tags/{tag}/{$}":       s.Tag,
		"GET /media/{name}":         s.Media,
		"GET /avatars/{name}":       s.Avatar,
		"GET /static/{name}":        s.Static,
		"GET /favicon.ico":          s.Favicon,
		"GET /robots.txt":           s.Robots,
		"GET /feed.xml":             s.FeedRSS,
		"GET /feed.atom":            s.FeedAtom,
		"GET /feed.json":            s.FeedJSON,
		"GET /tags/{tag}/feed.xml":  s.FeedRSS,
		"GET /tags/{tag}/feed.atom": s.FeedAtom,
		"GET /tags/{tag}/feed.json": s.FeedJSON,

		"GET /comments/feed.xml":               s.CommentsRSS,
		"GET /comments/feed.atom":              s.CommentsAtom,
		"GET /comments/feed.json":              s.CommentsJSON,
		"GET /posts/{slug}/comments/feed.xml":  s.CommentsRSS,
		"GET /posts/{slug}/comments/feed.atom": s.CommentsAtom,
		"GET /posts/{slug}/comments/feed.json": s.CommentsJSON,

		"/": s.NotFound,
	} {
		mux.Handle(pattern, handler)
	}
	return mux
}

// ask sends a request with headers given as name, value, name, value.
func (w *world) ask(method, path string, headers ...string) *http.Response {
	w.t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec.Result()
}

// get is the body of a GET that must answer 200.
func (w *world) get(path string) string {
	w.t.Helper()
	resp := w.ask("GET", path)
	body := text(w.t, resp)
	if resp.StatusCode != http.StatusOK {
		w.t.Fatalf("GET %s: %s\n%s", path, resp.Status, body)
	}
	return body
}

func text(t *testing.T, resp *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// publish publishes a Markdown file.
func (w *world) publish(name, file string) blog.Post {
	w.t.Helper()
	d, err := blog.Compose(name, []byte(file), blog.ComposeOptions{Now: w.clock.Now(), Timezone: time.UTC})
	if err != nil {
		w.t.Fatal(err)
	}
	p, _, _, err := w.db.Publish(w.t.Context(), d.Post, storage.PublishOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.look()
	return p
}

// look has the site see what changed, as Watch does.
func (w *world) look() {
	w.t.Helper()
	revisions, err := w.db.Revisions(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.site.see(revisions)
}

// comment adds a comment of somebody to a post, or below a parent.
func (w *world) comment(p blog.Post, parent int64, name, html string, changes ...func(*blog.Comment)) blog.Comment {
	w.t.Helper()
	w.number++
	c := blog.Comment{
		IRI: fmt.Sprintf("https://social.test/notes/%d", w.number), URL: fmt.Sprintf("https://social.test/@x/%d", w.number),
		PostID: p.ID, Parent: parent, HTML: html, Text: html, Visibility: blog.Public,
		Published: w.clock.Now().Add(-time.Hour).Add(time.Duration(w.number) * time.Second),
		Author: blog.Actor{IRI: "https://social.test/users/" + name, Type: "Person", Handle: strings.ToLower(name) + "@social.test",
			Name: name, URL: "https://social.test/@" + name, Inbox: "https://social.test/inbox"},
	}
	for _, change := range changes {
		change(&c)
	}
	stored, added, err := w.db.AddComment(w.t.Context(), storage.Incoming{Actor: c.Author.IRI, ID: c.IRI + "/create"}, c)
	if err != nil || !added {
		w.t.Fatalf("add a comment: %v %v", added, err)
	}
	w.look()
	return stored
}

func wantAll(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
}

func wantNone(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if strings.Contains(page, want) {
			t.Errorf("the page has %q", want)
		}
	}
}

// wantOrder wants the texts one after the other.
func wantOrder(t *testing.T, page string, wants ...string) {
	t.Helper()
	rest := page
	for _, want := range wants {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is not there, or not after what should come before it:\n%s", want, page)
		}
		rest = after
	}
}
