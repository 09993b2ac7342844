package federation

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"limelight/blog"
)

func TestActor(t *testing.T) {
	w := newObjectWorld(t)
	body := w.get("/ap/actor", http.StatusOK, "application/activity+json")
	matchGolden(t, "actor", body)
	sameShape(t, "out-01-actor.json", body)
}

// sameShape compares the names and their order with a file of what others are
// known to read, but for names that one of them has alone.
func sameShape(t *testing.T, fixture string, body []byte, leftOut ...string) {
	t.Helper()
	data, err := os.ReadFile("testdata/objects/fixtures/" + fixture)
	if err != nil {
		t.Fatal(err)
	}
	both := func(data []byte) []string {
		return dropRepeats(slices.DeleteFunc(keyPaths(t, data), func(path string) bool { return slices.Contains(leftOut, path) }))
	}
	if diff := cmp.Diff(both(data), both(body)); diff != "" {
		t.Errorf("%s: %s", fixture, diff)
	}
}

// dropRepeats keeps the first of each: lists are longer here and there.
func dropRepeats(paths []string) []string {
	var out []string
	for _, path := range paths {
		if !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}

// TestActorReads has our own reader of actors read ours.
func TestActorReads(t *testing.T) {
	w := newObjectWorld(t)
	a, err := readActor(Document{URL: w.blog.ActorIRI(), Body: w.get("/ap/actor", http.StatusOK, "application/activity+json")})
	if err != nil {
		t.Fatal(err)
	}
	key := a.key(w.blog.KeyIRI())
	if key == nil || key.Owner != w.blog.ActorIRI() {
		t.Fatalf("key %+v", key)
	}
	public, err := parsePEM(key.PEM)
	if err != nil || !w.node.standing.Load().key.Private.PublicKey.Equal(public) {
		t.Errorf("the key is not ours: %v", err)
	}
	if a.SharedInbox != w.blog.InboxIRI() || a.Icon != "https://blog.example.test/media/icon.png" {
		t.Errorf("%+v", a)
	}
}

func TestActorWithoutPictures(t *testing.T) {
	w := newObjectWorld(t, func(b *blog.Blog) {
		b.Avatar, b.Header, b.Fields, b.Description = blog.Image{}, blog.Image{}, nil, "One\ntwo\n\nthree"
		b.BaseURL = "http://localhost:8080"
	})
	got := w.node.person()
	if got.Icon != nil || got.Image != nil || got.Summary != "<p>One<br>two</p><p>three</p>" {
		t.Errorf("%+v", got)
	}
	if got.WebFinger != "blog@localhost:8080" || got.AttributionDomains[0] != "localhost" {
		t.Errorf("%s, %s", got.WebFinger, got.AttributionDomains)
	}
	if body := w.get("/ap/actor", http.StatusOK, "application/activity+json"); !strings.Contains(string(body), `"attachment":[]`) {
		t.Errorf("a list that is missing: %s", body)
	}
}

func TestConditional(t *testing.T) {
	w := newObjectWorld(t)
	first := w.ask("/ap/actor")
	etag := first.Header.Get("Etag")
	if etag == "" || first.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
		t.Fatalf("%v", first.Header)
	}
	for _, c := range []struct {
		name    string
		headers []string
		status  int
		length  string
	}{
		{"same", []string{"If-None-Match", etag}, http.StatusNotModified, ""},
		{"weak and others", []string{"If-None-Match", `"x", W/` + etag}, http.StatusNotModified, ""},
		{"two lines", []string{"If-None-Match", `"x"`, "If-None-Match", etag}, http.StatusNotModified, ""},
		{"another", []string{"If-None-Match", `"x"`}, http.StatusOK, first.Header.Get("Content-Length")},
		{"HEAD", []string{"HEAD"}, http.StatusOK, first.Header.Get("Content-Length")},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp := w.ask("/ap/actor", c.headers...)
			body := readBody(t, resp)
			if resp.StatusCode != c.status || resp.Header.Get("Content-Length") != c.length || resp.Header.Get("Etag") != etag {
				t.Errorf("%d %v", resp.StatusCode, resp.Header)
			}
			if wanted := c.status == http.StatusOK && c.headers[0] != "HEAD"; wanted != (len(body) > 0) {
				t.Errorf("%d bytes", len(body))
			}
		})
	}
}

// TestActorKeepsToItself: both are said when they are false too, since absence
// means something else at each server.
func TestActorKeepsToItself(t *testing.T) {
	w := newObjectWorld(t, func(b *blog.Blog) { b.Discoverable, b.Indexable = false, false })
	body := string(w.get("/ap/actor", http.StatusOK, "application/activity+json"))
	if !strings.Contains(body, `"discoverable":false,"indexable":false`) {
		t.Error(body)
	}
}
