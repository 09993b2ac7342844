package federation

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

// nodeInfo is the document of a version.
func (w *objectWorld) nodeInfo(version string) (got vocab.NodeInfo) {
	w.t.Helper()
	body := w.get("/nodeinfo/"+version, http.StatusOK, `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/`+version+`#"`)
	if err := json.Unmarshal(body, &got); err != nil {
		w.t.Fatal(err)
	}
	return got
}

func TestNodeInfo(t *testing.T) {
	w := newObjectWorld(t)
	matchGolden(t, "nodeinfo-links", w.get("/.well-known/nodeinfo", http.StatusOK, "application/json"))
	matchGolden(t, "nodeinfo-empty", w.get("/nodeinfo/2.1", http.StatusOK, `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"`))
	for _, version := range []string{"2.0", "2.1"} {
		if got := w.nodeInfo(version); got.Version != version {
			t.Errorf("%s at %s", got.Version, version)
		}
		if got := w.ask("/nodeinfo/" + version).Header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("scripts may not read it: %q", got)
		}
	}
}

// TestNodeInfoCounts: public posts and the author's own words count, nothing
// that is kept from others and nobody else's.
func TestNodeInfoCounts(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(blog.Post{})
	w.publish(blog.Post{Visibility: blog.Local})
	w.publish(blog.Post{Visibility: blog.Unlisted})
	w.publish(blog.Post{Status: blog.Draft})
	w.comment(p, nil)
	const day = 24 * time.Hour
	for _, c := range []struct {
		what            string
		after           time.Duration
		say             []blog.Visibility
		comments        int
		month, halfYear int
	}{
		{"a post today", 0, nil, 0, 1, 1},
		{"nothing for a month", 40 * day, nil, 0, 0, 1},
		{"two replies", 0, []blog.Visibility{blog.Public, blog.Unlisted}, 2, 1, 1},
		{"private words", 40 * day, []blog.Visibility{blog.Direct, blog.Followers}, 2, 0, 1},
		{"nothing for half a year", 180 * day, nil, 2, 0, 0},
	} {
		w.clock.Advance(c.after)
		for _, visibility := range c.say {
			w.comment(p, func(own *blog.Comment) {
				own.IRI = strings.Replace(own.IRI, "https://peer.test", w.blog.BaseURL, 1)
				own.Author.IRI, own.Source, own.Visibility, own.Published = w.blog.ActorIRI(), blog.Own, visibility, w.clock.Now()
			})
		}
		want := vocab.Usage{Users: vocab.Users{Total: 1, ActiveMonth: c.month, ActiveHalfyear: c.halfYear}, LocalPosts: 1, LocalComments: c.comments}
		if got := w.nodeInfo("2.0").Usage; got != want {
			t.Errorf("%s: %+v, want %+v", c.what, got, want)
		}
	}
}

func TestHostMeta(t *testing.T) {
	w := newObjectWorld(t)
	const template = "https://blog.example.test/.well-known/webfinger?resource={uri}"
	var doc struct {
		XMLName xml.Name `xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 XRD"`
		Link    struct {
			Rel      string `xml:"rel,attr"`
			Template string `xml:"template,attr"`
		}
	}
	if err := xml.Unmarshal(w.get("/.well-known/host-meta", http.StatusOK, "application/xrd+xml; charset=utf-8"), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Link.Rel != "lrdd" || doc.Link.Template != template {
		t.Errorf("%+v", doc)
	}
	for _, c := range []struct{ path, accept, mediaType string }{
		{"/.well-known/host-meta.json", "", "application/json"},
		{"/.well-known/host-meta.json", "application/xrd+xml", "application/json"},
		{"/.well-known/host-meta", "application/json", "application/json"},
		{"/.well-known/host-meta", "application/jrd+json, application/json;q=0.9", "application/json"},
		{"/.well-known/host-meta", "", "application/xrd+xml; charset=utf-8"},
		{"/.well-known/host-meta", "*/*", "application/xrd+xml; charset=utf-8"},
		{"/.well-known/host-meta", "application/xrd+xml, application/xml, application/json", "application/xrd+xml; charset=utf-8"},
	} {
		var headers []string
		if c.accept != "" {
			headers = []string{"Accept", c.accept}
		}
		resp := w.ask(c.path, headers...)
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != c.mediaType || resp.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s for %q: %d %v", c.path, c.accept, resp.StatusCode, resp.Header)
		}
		if c.mediaType != "application/json" {
			continue
		}
		var got vocab.ResourceDescriptor
		if err := json.Unmarshal(readBody(t, resp), &got); err != nil || len(got.Links) != 1 || got.Links[0].Template != template {
			t.Errorf("%+v %v", got, err)
		}
	}
}
