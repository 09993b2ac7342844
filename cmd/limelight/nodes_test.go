package main

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/web/browsertest"
)

// hand is a node's actor in the hand of the test: a blog does not follow by
// itself.
func (p *program) hand() *peertest.Account {
	p.t.Helper()
	db := p.open()
	row, err := db.Node(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(row.PrivateKey))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		p.t.Fatal(err)
	}
	b := blog.Blog{BaseURL: p.url}
	return peertest.Adopt(p.t, b.ActorIRI(), b.KeyIRI(), b.InboxIRI(), key.(*rsa.PrivateKey))
}

// rows decodes what a command writes with -json.
func rows[T any](p *program, args ...string) []T {
	p.t.Helper()
	var out []T
	if err := json.Unmarshal([]byte(p.run(append(args, "-json")...)), &out); err != nil {
		p.t.Fatal(err)
	}
	return out
}

// TestTwoNodes has one blog follow another, take its post and answer it: with
// real signatures, keys fetched from each other, and real deliveries.
func TestTwoNodes(t *testing.T) {
	ann, bea := startProgram(t), startProgram(t)
	to, me := blog.Blog{BaseURL: ann.url}, bea.hand()
	if reply := me.Send(to.InboxIRI(), me.Act("Follow", to.ActorIRI())); reply.Status != http.StatusAccepted {
		t.Fatalf("the Follow was answered %d %s", reply.Status, reply.Body)
	}
	await(t, "the Accept at the other node", func() bool {
		return slices.ContainsFunc(rows[deliveryRow](ann, "deliveries"), func(d deliveryRow) bool {
			return d.Type == "Accept" && d.State == blog.Sent && d.Inbox == me.Inbox
		})
	})
	if f := rows[followerRow](ann, "followers"); len(f) != 1 || f[0].ID != me.IRI || f[0].Handle != "blog@"+strings.TrimPrefix(bea.url, "http://") {
		t.Errorf("the followers are %+v", f)
	}

	ann.write("news.md", "---\ntitle: News\n---\nSomething happened.\n")
	said := strings.Fields(ann.run("publish", "news.md"))
	page := said[len(said)-1] // the address comes last
	await(t, "the post at the other node", func() bool {
		return slices.ContainsFunc(rows[deliveryRow](ann, "deliveries", "-post", "news"), func(d deliveryRow) bool {
			return d.Type == "Create" && d.State == blog.Sent && d.Status == http.StatusAccepted && d.Inbox == me.Inbox
		})
	})

	note := me.Note(page, "<p>Well <strong>said</strong>.</p>")
	if reply := me.Send(to.InboxIRI(), me.Act("Create", note)); reply.Status != http.StatusAccepted {
		t.Fatalf("the reply was answered %d %s", reply.Status, reply.Body)
	}
	await(t, "the reply on the page", func() bool { return strings.Contains(ann.page("/posts/news"), "Well <strong>said</strong>.") })
	if c := rows[commentRow](ann, "comments", "-post", "news"); len(c) != 1 || c[0].IRI != note.ID || c[0].Author.Name != "Limelight" {
		t.Errorf("the comments are %+v", c)
	}
}

// portrait is a picture as a server has it of somebody.
func portrait(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 400, 400))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{200, 60, 40, 255}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(120, 100, 280, 300), image.NewUniform(color.RGBA{250, 220, 180, 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pageWithReply is what the browser made of a post with a reply.
type pageWithReply struct {
	Scroll  int      `json:"scroll"` // width of everything, pixels
	Words   string   `json:"words"`  // of the comment
	Name    string   `json:"name"`   // of its author
	Link    string   `json:"link"`   // to the original
	Avatar  bool     `json:"avatar"` // loaded, from the blog itself
	Images  []string `json:"images"` // alternative texts of the pictures in the words
	Scripts int      `json:"scripts"`
	Loaded  []string `json:"loaded"` // origins of all that was loaded
}

const lookAtReply = `(() => {
	const c = document.querySelector('.comment'), i = c.querySelector('img');
	return {
		scroll: document.documentElement.scrollWidth,
		words: c.querySelector('.words').innerText,
		name: c.querySelector('.who .p-name').innerText,
		link: c.querySelector('time').closest('a').href,
		images: [...c.querySelectorAll('.words img')].filter(i => i.naturalWidth && i.src.startsWith(location.origin)).map(i => i.alt),
		avatar: !!i && i.naturalWidth > 0 && i.src.startsWith(location.origin),
		scripts: [...document.scripts].filter(s => s.type !== "application/ld+json").length,
		loaded: performance.getEntriesByType('resource').map(e => new URL(e.name).origin),
	};
})()`

// TestReplyInBrowser is the whole way of a reply: a Mastodon account answers
// the first post, and Chromium shows it beneath, with the author's picture.
func TestReplyInBrowser(t *testing.T) {
	chromium := browsertest.Start(t)
	p, peer := startProgram(t), peertest.New(t)
	picture := portrait(t)
	bob := peer.Join("bob", peertest.Mastodon)
	for _, path := range []string{"/avatars/bob.png", "/media/stage.png", "/emoji/guitar.png"} {
		peer.Handle(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			w.Write(picture)
		})
	}
	to := blog.Blog{BaseURL: p.url}
	note := bob.Note(p.url+"/posts/rush-a-reflection", `<p>I saw them in 1981, and <a href="https://example.com/1981">wrote about it</a>.</p><p>What a night. :guitar:</p>`)
	note.Attachment = []any{
		map[string]any{"type": "Document", "mediaType": "image/png", "url": peer.URL + "/media/stage.png", "name": "The stage, from far back"},
		map[string]any{"type": "Document", "mediaType": "video/mp4", "url": peer.URL + "/media/encore.mp4", "name": "The encore"},
	}
	note.Tag = map[string]any{"type": "Emoji", "name": ":guitar:", "icon": map[string]any{"type": "Image", "url": peer.URL + "/emoji/guitar.png"}}
	if reply := bob.Send(to.InboxIRI(), bob.Act("Create", note)); reply.Status != http.StatusAccepted {
		t.Fatalf("the reply was answered %d %s", reply.Status, reply.Body)
	}
	await(t, "the reply with a picture on the page", func() bool {
		page := p.page("/posts/rush-a-reflection")
		return strings.Contains(page, "What a night.") && strings.Count(page, `src="/avatars/`) == 3
	})
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1280} {
			t.Run(fmt.Sprintf("%s %d", scheme, width), func(t *testing.T) {
				browsertest.Open(t, chromium, p.url+"/posts/rush-a-reflection", scheme, width)
				await(t, "the picture, which loads when it is looked at", func() bool {
					return browsertest.Ask[bool](t, chromium, "[...document.querySelectorAll('.comment img')].every(i => { i.scrollIntoView(); return i.complete && i.naturalWidth > 0 })")
				})
				browsertest.Keep(t, chromium, fmt.Sprintf("reply-%s-%d", scheme, width))
				got := browsertest.Ask[pageWithReply](t, chromium, lookAtReply)
				if got.Scroll > int(width) || got.Scripts != 0 || !got.Avatar || got.Link != note.URL ||
					!strings.HasPrefix(got.Words, "I saw them in 1981, and wrote about it.\n\nWhat a night.") || !strings.HasSuffix(got.Words, "🎞 The encore") ||
					strings.Join(got.Images, ", ") != ":guitar:, The stage, from far back" || got.Name == "" {
					t.Errorf("%+v", got)
				}
				for _, origin := range got.Loaded {
					if origin != p.url {
						t.Errorf("something was loaded from %s", origin)
					}
				}
			})
		}
	}
}
