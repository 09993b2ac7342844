package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/web/browsertest"
)

// TestInteractInBrowser types a handle into the form of each page and is taken
// to another site, which the Content-Security-Policy must allow.
func TestInteractInBrowser(t *testing.T) {
	chromium := browsertest.Start(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<title>%s</title>", r.URL.Query().Get("uri"))
	}))
	defer elsewhere.Close()
	d := &door{to: blog.Destination{URL: elsewhere.URL + "/authorize_interaction?uri=there", Host: "social.test", Own: true}}
	w := newWorld(t, d.offer, func(o *Options) { o.PlainHTTP = true })
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	c := w.comment(p, 0, "Mira", "<p>Hi</p>")
	server := httptest.NewServer(w.handler)
	defer server.Close()
	for path, asked := range map[string]string{
		"/":            "@ann@social.test follow https://blog.example.com/ap/actor",
		"/interact":    "@ann@social.test follow https://blog.example.com/ap/actor",
		"/posts/hello": "@ann@social.test reply https://blog.example.com/ap/posts/" + p.ID,
		fmt.Sprintf("/interact?comment=%d", c.ID): "@ann@social.test reply https://social.test/notes/1",
	} {
		d.asked = nil
		browsertest.Open(t, chromium, server.URL+path, "light", 360)
		browsertest.Keep(t, chromium, "interact"+strings.ReplaceAll(path, "/", "-"))
		browsertest.Enter(t, chromium, "#who", "@ann@social.test")
		if title := browsertest.Ask[string](t, chromium, "document.title"); title != "there" || strings.Join(d.asked, ", ") != asked {
			t.Errorf("%s leads to %q, asked for %q", path, title, d.asked)
		}
	}
}
