package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"limelight/blog"
	"limelight/storage"
	"limelight/web/browsertest"
)

// head is what a page says of itself to those who show links to it.
type head struct {
	lang, title, canonical string
	meta                   map[string]string // by name or property
	cards                  []string          // JSON-LD
	scripts                int               // of any type
}

func readHead(t *testing.T, page string) head {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	h := head{meta: map[string]string{}}
	for n := range root.Descendants() {
		value := func(name string) string {
			for _, a := range n.Attr {
				if a.Key == name {
					return a.Val
				}
			}
			return ""
		}
		switch n.Data {
		case "html":
			h.lang = value("lang")
		case "title":
			h.title = n.FirstChild.Data
		case "link":
			if value("rel") == "canonical" {
				h.canonical = value("href")
			}
		case "meta":
			h.meta[value("name")+value("property")] = value("content")
		case "script":
			h.scripts++
			if value("type") == "application/ld+json" {
				h.cards = append(h.cards, n.FirstChild.Data)
			}
		}
	}
	return h
}

// hostile is what an author may well write, and what would end a tag, a script,
// a string or an entity.
const hostile = `Ampersands & </script><script>alert("1")</script> <!-- 'quotes' ` + "\u2028" + ` {{.}} &amp;quot; \ é 🎸`

// store publishes a post as it is.
func (w *world) store(p blog.Post) blog.Post {
	w.t.Helper()
	stored, _, _, err := w.db.Publish(w.t.Context(), p, storage.PublishOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.look()
	return stored
}

func TestLinkCard(t *testing.T) {
	w := newWorld(t)
	p := w.store(blog.Post{
		Slug: "hello", Title: hostile, Summary: "Summary: " + hostile, HTML: "<p>Hi</p>", Language: "pt-BR",
		Tags:  []blog.Tag{{Slug: "go", Name: `Go & "co"`}},
		Image: blog.Image{Path: "/media/a.jpg", Type: "image/jpeg", Alt: "Alt: " + hostile, Width: 1600, Height: 900},
	})
	h := readHead(t, w.get("/posts/hello"))
	summary := "Summary: " + hostile
	published := p.Published.Format("2006-01-02T15:04:05Z")
	for name, want := range map[string]string{
		"description": summary, "og:title": hostile, "og:description": summary, "og:type": "article", "og:locale": "pt_BR",
		"og:site_name": w.site.blog.Title, "og:url": "https://blog.example.com/posts/hello",
		"og:image": "https://blog.example.com/media/a.jpg", "og:image:alt": "Alt: " + hostile, "og:image:width": "1600", "og:image:height": "900",
		"article:published_time": published, "fediverse:creator": "@blog@blog.example.com", "author": "Ada Example",
	} {
		if h.meta[name] != want {
			t.Errorf("%s is %q, want %q", name, h.meta[name], want)
		}
	}
	if h.lang != "pt-BR" || h.canonical != "https://blog.example.com/posts/hello" || h.title != hostile+" · "+w.site.blog.Title {
		t.Errorf("lang %q, canonical %q, title %q", h.lang, h.canonical, h.title)
	}
	if len(h.cards) != 1 || h.scripts != 1 {
		t.Fatalf("%d cards and %d scripts", len(h.cards), h.scripts)
	}
	// Mastodon resolves entities in the JSON before it reads it.
	if h.cards[0] != html.UnescapeString(h.cards[0]) {
		t.Errorf("there is an entity in %s", h.cards[0])
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(h.cards[0]), &got); err != nil {
		t.Fatalf("%v: %s", err, h.cards[0])
	}
	home := "https://blog.example.com/"
	want := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "@id": home + "posts/hello", "url": home + "posts/hello",
		"headline": hostile, "description": summary, "inLanguage": "pt-BR", "datePublished": published, "keywords": []any{`Go & "co"`},
		"image":  map[string]any{"@type": "ImageObject", "url": home + "media/a.jpg", "caption": "Alt: " + hostile, "width": 1600.0, "height": 900.0},
		"author": map[string]any{"@type": "Person", "name": "Ada Example", "url": home},
		"publisher": map[string]any{"@type": "Organization", "name": w.site.blog.Title, "url": home,
			"logo": got["publisher"].(map[string]any)["logo"]},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCardPicture: what stands for a post in a card.
func TestCardPicture(t *testing.T) {
	lead, inText := blog.Image{Path: "/media/lead.jpg", Type: "image/jpeg"}, blog.Image{Path: "/media/text.jpg", Type: "image/jpeg"}
	for _, c := range []struct {
		name string
		post blog.Post
		want string
	}{
		{"lead", blog.Post{Image: lead, Images: []blog.Image{inText}}, "/media/lead.jpg"},
		{"in the text", blog.Post{Images: []blog.Image{inText}}, "/media/text.jpg"},
		{"none", blog.Post{}, ""},
		{"behind a warning", blog.Post{Image: lead, Images: []blog.Image{inText}, Sensitive: true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			if c.want == "" {
				c.want = w.site.blog.Avatar.Path
			}
			c.post.Slug, c.post.Title, c.post.HTML = "hello", "Hello", "<p>Hi</p>"
			w.store(c.post)
			h := readHead(t, w.get("/posts/hello"))
			if got := strings.TrimPrefix(h.meta["og:image"], "https://blog.example.com"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestCardNote: a note has a name too.
func TestCardNote(t *testing.T) {
	w := newWorld(t)
	w.store(blog.Post{Slug: "note", HTML: "<p>A few words</p>"})
	h := readHead(t, w.get("/posts/note"))
	var card struct{ Headline, DateModified string }
	if err := json.Unmarshal([]byte(h.cards[0]), &card); err != nil || card.Headline != "A few words" || card.DateModified != "" {
		t.Errorf("%+v %v", card, err)
	}
	w.clock.Advance(3600e9)
	w.store(blog.Post{Slug: "note", HTML: "<p>Other words</p>"})
	h = readHead(t, w.get("/posts/note"))
	if err := json.Unmarshal([]byte(h.cards[0]), &card); err != nil || card.Headline != "Other words" || card.DateModified == "" {
		t.Errorf("%+v %v", card, err)
	}
}

// TestCardIsNoScript: the policy lets nothing run, and has no objection to data.
func TestCardIsNoScript(t *testing.T) {
	w := newWorld(t)
	w.store(blog.Post{Slug: "hello", Title: hostile, HTML: "<p>Hi</p>"})
	mux := http.NewServeMux()
	mux.Handle("/", w.handler)
	mux.HandleFunc("/script", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header()["Content-Security-Policy"] = w.site.policies
		rw.Header().Set("Content-Type", "text/html")
		_, _ = rw.Write([]byte(`<!doctype html><script>window.ran = true</script>`))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	chromium := browsertest.Start(t)
	browsertest.WatchPolicy(t, chromium)
	for path, want := range map[string][]string{"/posts/hello": {}, "/script": {"script-src-elem inline"}} {
		browsertest.Open(t, chromium, server.URL+path, "light", 800)
		if got := browsertest.Refused(t, chromium); !slices.Equal(got, want) {
			t.Errorf("%s: refused was %q, want %q", path, got, want)
		}
	}
	if n := browsertest.Ask[int](t, chromium, "document.scripts.length"); n == 0 {
		t.Error("there is no script to speak of")
	}
}
