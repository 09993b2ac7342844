package federation

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"limelight/blog"
)

func TestWantsActivity(t *testing.T) {
	const profiled = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	for _, c := range []struct {
		name   string
		accept []string
		want   bool
	}{
		{"none", nil, false},
		{"empty", []string{""}, false},
		{"anything", []string{"*/*"}, false},
		{"a browser", []string{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}, false},
		{"activity", []string{"application/activity+json"}, true},
		{"activity in capitals", []string{"Application/Activity+JSON"}, true},
		{"with a charset", []string{"application/activity+json; charset=utf-8"}, true},
		{"JSON-LD with the profile", []string{profiled}, true},
		{"JSON-LD with two profiles", []string{`application/ld+json;profile="https://x.test/ https://www.w3.org/ns/activitystreams"`}, true},
		{"JSON-LD without", []string{"application/ld+json"}, false},
		{"JSON", []string{"application/json"}, false},
		{"Mastodon's fetch", []string{"application/activity+json, application/ld+json"}, true},
		{"Mastodon's search", []string{profiled + ", application/activity+json, text/html;q=0.1"}, true},
		{"GoToSocial", []string{profiled + ",application/activity+json"}, true},
		{"Akkoma's two lines", []string{"application/activity+json", profiled}, true},
		{"lines of both kinds", []string{"text/html;q=0.5", "application/activity+json"}, true},
		{"activity or anything", []string{"application/activity+json, */*"}, true},
		{"anything or activity", []string{"*/*, application/activity+json"}, true},
		{"rather anything", []string{"application/activity+json;q=0.5, */*;q=0.8"}, false},
		{"rather HTML", []string{"application/activity+json;q=0.5, text/html"}, false},
		{"HTML first at the same weight", []string{"text/html, application/activity+json"}, false},
		{"activity first at the same weight", []string{"application/activity+json, text/html"}, true},
		{"HTML hardly, anything gladly", []string{"text/html;q=0.1, application/activity+json;q=0.5, */*"}, true},
		{"never", []string{"application/activity+json;q=0"}, false},
		{"never, exactly", []string{"application/activity+json;q=0.000, text/html;q=0"}, false},
		{"bad weight", []string{"application/activity+json;q=x"}, false},
		{"weight that is no number", []string{"application/activity+json;q=NaN"}, false},
		{"weight too heavy", []string{"application/activity+json;q=7, text/html;q=0.1"}, false},
		{"comma in quotes", []string{`text/html;x=", application/activity+json"`}, false},
		{"quote without an end", []string{`text/html;x=", application/activity+json`}, false},
		{"only commas", []string{",,;,;q=1,"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header["Accept"] = c.accept
			if got := WantsActivity(r); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	w := newObjectWorld(t)
	public := w.publish(blog.Post{Slug: "public"})
	unlisted := w.publish(blog.Post{Slug: "unlisted", Visibility: blog.Unlisted})
	w.publish(blog.Post{Slug: "local", Visibility: blog.Local})
	w.publish(blog.Post{Slug: "draft", Status: blog.Draft})
	w.publish(blog.Post{Slug: "scheduled", Published: w.clock.Now().AddDate(0, 0, 1)})
	deleted := w.publish(blog.Post{Slug: "deleted"})
	if _, _, err := w.db.Unpublish(t.Context(), "deleted"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path   string
		status int
		to     string
	}{
		{"/", http.StatusSeeOther, w.blog.ActorIRI()},
		{"/posts/public", http.StatusSeeOther, w.blog.PostIRI(public.ID)},
		{"/posts/unlisted", http.StatusSeeOther, w.blog.PostIRI(unlisted.ID)},
		{"/posts/deleted", http.StatusSeeOther, w.blog.PostIRI(deleted.ID)},
		{"/posts/local", http.StatusNotFound, ""},
		{"/posts/draft", http.StatusNotFound, ""},
		{"/posts/scheduled", http.StatusNotFound, ""},
		{"/posts/unknown", http.StatusNotFound, ""},
	} {
		t.Run(c.path, func(t *testing.T) {
			resp := w.ask(c.path)
			if resp.StatusCode != c.status || resp.Header.Get("Location") != c.to || resp.Header.Get("Vary") != "Accept" {
				t.Errorf("%d %v", resp.StatusCode, resp.Header)
			}
		})
	}
	w.get("/ap/posts/"+deleted.ID, http.StatusGone, "application/activity+json")
}
