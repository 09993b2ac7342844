package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// hosted is a server that subscribes to feeds, as a hosted feed reader does.
type hosted struct {
	*httptest.Server
	got chan string // bodies of feeds that were rightly signed, with their types
}

const readersSecret = "between us"

func newHosted(t *testing.T) *hosted {
	t.Helper()
	r := &hosted{got: make(chan string, 100)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		if req.Method == http.MethodGet {
			_, _ = io.WriteString(w, req.FormValue("hub.challenge"))
			return
		}
		mac := hmac.New(sha256.New, []byte(readersSecret))
		mac.Write(body)
		if req.Header.Get("X-Hub-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("a feed is not rightly signed: %v", req.Header)
		}
		r.got <- req.Header.Get("Content-Type") + "\n" + string(body)
	}))
	t.Cleanup(r.Close)
	return r
}

// find reads where the hub and the feed are from the headers of an answer.
func (p *program) findHub(path string) (hub, self string) {
	p.t.Helper()
	resp, err := http.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	resp.Body.Close()
	for _, link := range resp.Header.Values("Link") {
		target, rel, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">; rel=")
		switch rel {
		case `"hub"`:
			hub = target
		case `"self"`:
			self = target
		}
	}
	return hub, self
}

// subscribe goes the way of a subscriber from the address of a feed.
func (r *hosted) subscribe(p *program, path string) {
	p.t.Helper()
	hub, topic := p.findHub(path)
	resp, err := http.PostForm(hub, url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {r.URL + "/hook"}, "hub.secret": {readersSecret}})
	if err != nil {
		p.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted || topic != p.url+path {
		p.t.Fatalf("subscribing to %s at %s: %s", topic, hub, resp.Status)
	}
}

// TestPush is a reader that is sent each format of the blog's feeds when a post
// comes, is edited and goes, across a restart.
func TestPush(t *testing.T) {
	p := startProgram(t, "LIMELIGHT_BLOG_STARTER=false")
	p.write("hello.md", "---\ntags: [tea]\n---\n# Hello\n\nText.\n")
	p.run("publish", "hello.md")
	feeds := []string{"/feed.xml", "/feed.atom", "/feed.json", "/tags/tea/feed.json"}
	r := newHosted(t)
	for _, path := range feeds {
		r.subscribe(p, path)
	}
	await(t, "the subscriptions", func() bool { return len(rows[subscriberRow](p, "subscribers")) == len(feeds) })
	p.stop()
	p.write("hello.md", "---\ntags: [tea]\n---\n# Hello there\n\nText.\n")
	p.run("publish", "hello.md")
	p.start()
	arrived := map[string]bool{}
	for range feeds {
		body := <-r.got
		if !strings.Contains(body, "Hello there") {
			t.Errorf("sent %s", body)
		}
		arrived[body] = true
	}
	for _, path := range feeds {
		status, body := p.get(path)
		kind := map[string]string{"xml": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}[path[strings.LastIndex(path, ".")+1:]]
		if !arrived[kind+"; charset=utf-8\n"+body] {
			t.Errorf("%s (%d) is not what was sent", path, status)
		}
	}
	p.run("unpublish", "hello")
	// The feed of a tag that nothing has any more is no feed, so three are sent.
	for range 3 {
		if body := <-r.got; strings.Contains(body, "Hello there") {
			t.Errorf("sent after the end: %s", body)
		}
	}
	await(t, "receipts", func() bool {
		for _, s := range rows[subscriberRow](p, "subscribers") {
			if s.State != "sent" || s.Status != http.StatusOK || !s.Signed {
				return false
			}
		}
		return true
	})
	if got := rows[subscriberRow](p, "subscribers"); len(got) != 3 || got[0].Callback != r.URL+"/hook" || !strings.Contains(p.run("subscribers"), "/feed.atom") {
		t.Errorf("listed: %+v", got)
	}
}

// TestNoPush has no hub, and another one.
func TestNoPush(t *testing.T) {
	p := startProgram(t, "LIMELIGHT_FEED_HUB=none")
	if hub, _ := p.findHub("/feed.xml"); hub != "" || strings.Contains(p.page("/feed.xml"), `rel="hub"`) {
		t.Errorf("a hub at %q", hub)
	}
	p.stop()
	pings := make(chan string, 100)
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { pings <- r.FormValue("hub.url") }))
	t.Cleanup(other.Close)
	p.env = append(p.env, "LIMELIGHT_FEED_HUB="+other.URL+"/")
	p.start()
	if hub, self := p.findHub("/comments/feed.atom"); hub != other.URL+"/" || self != p.url+"/comments/feed.atom" {
		t.Errorf("%s at the hub %s", self, hub)
	}
	p.write("hello.md", "# Hello\n\nText.\n")
	p.run("publish", "hello.md")
	if at := <-pings; at != p.url+"/feed.xml" {
		t.Errorf("pinged about %s", at)
	}
}
