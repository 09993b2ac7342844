package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// TestOldAddresses: whoever comes by an address from before finds the post.
func TestOldAddresses(t *testing.T) {
	w := newWorld(t)
	b := storage.Brought{Source: "x", ID: "1", Post: blog.Post{Slug: "hello", Title: "Hello", HTML: "<p>x</p>", Published: time.Now().AddDate(-1, 0, 0)}}
	for _, old := range []string{"https://old.example/2020/01/Hällo%20World/", "/?p=7", "/posts/Hello_World/", "/hello.html", "/blog/hello/index.html", "/posts/hello/"} {
		b.Paths = append(b.Paths, blog.OldPathOf(old))
	}
	if _, err := w.db.Bring(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/2020/01/H%C3%A4llo%20World/": "/posts/hello", "/2020/01/H%C3%A4llo%20World": "/posts/hello", "/?p=7": "/posts/hello",
		"/posts/Hello_World/": "/posts/hello", "/hello.html": "/posts/hello", "/blog/hello": "/posts/hello", "/posts/hello/": "/posts/hello",
		"/feed/": "/feed.xml", "/index.xml": "/feed.xml", "/comments/feed/": "/comments/feed.xml",
	} {
		resp := w.ask("GET", path)
		if got := resp.Header.Get("Location"); resp.StatusCode != 301 || got != want {
			t.Errorf("%s: %d to %q", path, resp.StatusCode, got)
		}
	}
	for path, want := range map[string]int{"/?p=8": 200, "/?p=x": 200, "/?q=1": 200, "/posts/hello": 200, "/posts/other": 404, "/2020": 404, "/%00": 404} {
		if resp := w.ask("GET", path); resp.StatusCode != want {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	if resp := w.ask("POST", "/hello.html"); resp.StatusCode != 405 {
		t.Errorf("POST: %d", resp.StatusCode)
	}
}

// TestImportedComments stand on the page with their writer's name, and nobody is
// asked to answer somebody who has no account.
func TestImportedComments(t *testing.T) {
	w := newWorld(t)
	b := storage.Brought{Source: "x", ID: "1", Post: blog.Post{Slug: "hello", Title: "Hello", HTML: "<p>x</p>", Published: time.Now().AddDate(-1, 0, 0)},
		Comments: []blog.Comment{{IRI: "tag:old.example,2015:comment/1", HTML: "<p>Nice</p>", Text: "Nice", Published: time.Now().AddDate(-1, 0, 0),
			Author: blog.Actor{IRI: "tag:old.example,2015:by/bob", Name: "Bob <b>", URL: "javascript:alert(1)"}}}}
	if _, err := w.db.Bring(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	page := w.get("/posts/hello")
	for text, want := range map[string]bool{"Bob &lt;b&gt;": true, "<p>Nice</p>": true, "javascript:": false, "tag:old.example": false, "/interact?comment=": false} {
		if strings.Contains(page, text) != want {
			t.Errorf("the page with %q: %t", text, !want)
		}
	}
	cs, err := w.db.Comments(t.Context(), storage.CommentFilter{})
	if err != nil || len(cs) != 1 {
		t.Fatal(cs, err)
	}
	if resp := w.ask("GET", fmt.Sprintf("/interact?comment=%d", cs[0].ID)); resp.StatusCode != 404 {
		t.Errorf("answering it: %d", resp.StatusCode)
	}
	if feed := w.get("/comments/feed.xml"); strings.Contains(feed, "Nice") {
		t.Error("it is news in the feed of comments")
	}
}
