package federation

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/vocab"
)

func TestWebFinger(t *testing.T) {
	w := newObjectWorld(t)
	body := w.get("/.well-known/webfinger?resource=acct:blog@blog.example.test", http.StatusOK, "application/jrd+json")
	matchGolden(t, "webfinger", body)
	sameShape(t, "out-09-webfinger.json", body)
}

func TestWebFingerResources(t *testing.T) {
	w := newObjectWorld(t)
	for _, c := range []struct {
		resource string
		status   int
	}{
		{"acct:blog@blog.example.test", http.StatusOK},
		{"ACCT:Blog@BLOG.example.TEST", http.StatusOK},
		{"acct:@blog@blog.example.test", http.StatusOK},
		{"blog@blog.example.test", http.StatusOK},
		{"@blog@blog.example.test", http.StatusOK},
		{"https://blog.example.test", http.StatusOK},
		{"https://blog.example.test/", http.StatusOK},
		{"HTTPS://Blog.Example.Test/", http.StatusOK},
		{"https://blog.example.test/ap/actor", http.StatusOK},
		{"acct:blog.example.test@blog.example.test", http.StatusOK},
		{"acct:BLOG.example.test@Blog.example.test", http.StatusOK},
		{"https://blog.example.test/ap/instance", http.StatusOK},
		{"https://blog.example.test/ap/instance/outbox", http.StatusNotFound},
		{"acct:other@blog.example.test", http.StatusNotFound},
		{"acct:blog@other.test", http.StatusNotFound},
		{"acct:blog@blog.example.test:443", http.StatusNotFound},
		{"http://blog.example.test/", http.StatusNotFound},
		{"https://user@blog.example.test/", http.StatusNotFound},
		{"https://blog.example.test/?x=1", http.StatusNotFound},
		{"https://blog.example.test/#x", http.StatusNotFound},
		{"https://blog.example.test/posts/hello", http.StatusNotFound},
		{"https://blog.example.test/AP/actor", http.StatusNotFound},
		{"mailto:blog@blog.example.test", http.StatusNotFound},
		{"", http.StatusBadRequest},
		{"blog", http.StatusBadRequest},
		{"@", http.StatusBadRequest},
		{"acct:", http.StatusBadRequest},
		{"/ap/actor", http.StatusBadRequest},
		{"https://blog.example.test/" + strings.Repeat("x", 3000), http.StatusBadRequest},
	} {
		t.Run(c.resource[:min(60, len(c.resource))], func(t *testing.T) {
			resp := w.ask("/.well-known/webfinger?resource=" + url.QueryEscape(c.resource))
			if resp.StatusCode != c.status {
				t.Errorf("%d, want %d", resp.StatusCode, c.status)
			}
			if resp.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Error("scripts may not read it")
			}
			if c.status != http.StatusOK {
				if body := readBody(t, resp); !json.Valid(body) || len(body) > 100 {
					t.Errorf("%s", body)
				}
			}
		})
	}
}

func TestWebFingerQueries(t *testing.T) {
	w := newObjectWorld(t)
	const self = "/.well-known/webfinger?resource=acct:blog@blog.example.test"
	for _, c := range []struct {
		name, path string
		status     int
		rels       []string
	}{
		{"no resource", "/.well-known/webfinger", http.StatusBadRequest, nil},
		{"two resources", self + "&resource=acct:x@y.test", http.StatusBadRequest, nil},
		{"bad escape", "/.well-known/webfinger?resource=%zz", http.StatusBadRequest, nil},
		{"one relation", self + "&rel=self", http.StatusOK, []string{"self"}},
		{"two relations", self + "&rel=self&rel=" + url.QueryEscape("http://webfinger.net/rel/avatar"), http.StatusOK,
			[]string{"self", "http://webfinger.net/rel/avatar"}},
		{"unknown relation", self + "&rel=other", http.StatusOK, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp := w.ask(c.path)
			if resp.StatusCode != c.status {
				t.Fatalf("%d, want %d", resp.StatusCode, c.status)
			}
			if c.rels == nil {
				return
			}
			var got vocab.ResourceDescriptor
			if err := json.Unmarshal(readBody(t, resp), &got); err != nil {
				t.Fatal(err)
			}
			if got.Subject != "acct:blog@blog.example.test" || got.Links == nil || len(got.Links) != len(c.rels) {
				t.Fatalf("%+v", got)
			}
			for i, l := range got.Links {
				if l.Rel != c.rels[i] {
					t.Errorf("%s, want %s", l.Rel, c.rels[i])
				}
			}
		})
	}
}

// TestWebFingerLocally is a blog at localhost, whose handle has a port.
func TestWebFingerLocally(t *testing.T) {
	w := newObjectWorld(t, func(b *blog.Blog) { b.BaseURL = "http://localhost:8080" })
	for _, resource := range []string{"acct:blog@localhost:8080", "blog@localhost:8080", "http://localhost:8080/", "http://localhost:8080/ap/actor"} {
		w.get("/.well-known/webfinger?resource="+url.QueryEscape(resource), http.StatusOK, "application/jrd+json")
	}
}
