package federation

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

func TestNodeInfo(t *testing.T) {
	w := newObjectWorld(t)
	matchGolden(t, "nodeinfo-links", w.get("/.well-known/nodeinfo", http.StatusOK, "application/json"))
	const mediaType = `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"`
	matchGolden(t, "nodeinfo-empty", w.get("/nodeinfo/2.1", http.StatusOK, mediaType))

	w.publish(blog.Post{})
	w.publish(blog.Post{Visibility: blog.Local})
	w.publish(blog.Post{Visibility: blog.Unlisted})
	w.publish(blog.Post{Status: blog.Draft})
	for _, c := range []struct {
		after           time.Duration
		month, halfYear int
	}{{0, 1, 1}, {40 * 24 * time.Hour, 0, 1}, {200 * 24 * time.Hour, 0, 0}} {
		w.clock.Advance(c.after)
		var got vocab.NodeInfo
		if err := json.Unmarshal(w.get("/nodeinfo/2.1", http.StatusOK, mediaType), &got); err != nil {
			t.Fatal(err)
		}
		want := vocab.Usage{Users: vocab.Users{Total: 1, ActiveMonth: c.month, ActiveHalfyear: c.halfYear}, LocalPosts: 1}
		if got.Usage != want {
			t.Errorf("after %s: %+v, want %+v", c.after, got.Usage, want)
		}
	}
	if got := w.ask("/nodeinfo/2.1").Header.Get("Access-Control-Allow-Origin"); got != "*" {
		t.Errorf("scripts may not read it: %q", got)
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
