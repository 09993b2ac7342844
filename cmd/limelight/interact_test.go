package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"limelight/federation/peertest"
	"limelight/web/browsertest"
)

// TestInteractInBrowser has a visitor with an account elsewhere answer the first
// post from its page, and follow from the front page: the program asks their
// server, and Chromium ends up there with the id to act on.
func TestInteractInBrowser(t *testing.T) {
	chromium := browsertest.Start(t)
	p, peer := startProgram(t), peertest.New(t)
	ann := peer.Join("ann", peertest.Mastodon)
	peer.Handle("/authorize_interaction", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<title>%s</title>", r.URL.Query().Get("uri"))
	})
	for path, want := range map[string]string{"/": p.url + "/ap/actor", "/posts/rush-a-reflection": p.url + "/ap/posts/"} {
		before := peer.Fetches("/.well-known/webfinger")
		browsertest.Open(t, chromium, p.url+path, "light", 360)
		if n := peer.Fetches("/.well-known/webfinger") - before; n != 0 {
			t.Errorf("reading %s asked the visitor's server %d times", path, n)
		}
		browsertest.Enter(t, chromium, "#who", "@"+ann.Handle)
		if title := browsertest.Ask[string](t, chromium, "document.title"); !strings.HasPrefix(title, want) {
			t.Errorf("%s leads to %q", path, title)
		}
	}
}
