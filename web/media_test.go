package web

import (
	"bytes"
	"image/png"
	"net/http"
	"path"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// keeping has a site whose media lie at the place.
func keeping(t *testing.T, use func(*storage.Options)) func(*Options) {
	return func(o *Options) { o.DB = storagetest.New(t, use) }
}

func TestMedia(t *testing.T) {
	storagetest.EachMedia(t, func(t *testing.T, place storagetest.Media) { testMedia(t, newWorld(t, keeping(t, place.Use))) })
}

func testMedia(t *testing.T, w *world) {
	for name, data := range map[string]string{"0af3.jpg": "0123456789", "page.html": "<script>alert(1)</script>"} {
		if err := w.db.SaveMedia(t.Context(), name, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	resp := w.ask("GET", "/media/0af3.jpg")
	h := resp.Header
	if text(t, resp) != "0123456789" || h.Get("Content-Type") != "image/jpeg" || !strings.Contains(h.Get("Cache-Control"), "immutable") ||
		!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Etag") == "" {
		t.Errorf("%v", h)
	}
	if resp := w.ask("GET", "/media/0af3.jpg", "If-None-Match", h.Get("Etag")); resp.StatusCode != http.StatusNotModified {
		t.Errorf("with its tag it answers %d", resp.StatusCode)
	}
	if resp := w.ask("GET", "/media/0af3.jpg", "Range", "bytes=2-4"); resp.StatusCode != http.StatusPartialContent || text(t, resp) != "234" {
		t.Errorf("a range answers %d", resp.StatusCode)
	}
	if resp := w.ask("HEAD", "/media/0af3.jpg"); resp.Header.Get("Content-Length") != "10" || text(t, resp) != "" {
		t.Errorf("HEAD: %v", resp.Header)
	}
	h = w.ask("GET", "/media/page.html").Header
	if h.Get("Content-Type") != "application/octet-stream" || h.Get("Content-Disposition") != "attachment" {
		t.Errorf("a page among the media: %v", h)
	}
	resp = w.ask("GET", "/media/nothing.jpg")
	if resp.StatusCode != http.StatusNotFound || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("nothing answers %d, %v", resp.StatusCode, resp.Header)
	}
}

// TestMediaAway answers that it is worth to come again, whatever is wrong there.
func TestMediaAway(t *testing.T) {
	s := storagetest.NewS3(t)
	w := newWorld(t, keeping(t, s.Options))
	if err := w.db.SaveMedia(t.Context(), "0af3.jpg", []byte("0123456789")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/media/0af3.jpg", "/avatars/0af3.jpg"} {
		s.Fail(func(w http.ResponseWriter, r *http.Request) bool {
			storagetest.Refuse(w, r, http.StatusForbidden, "AccessDenied")
			return true
		})
		resp := w.ask("GET", path)
		if h := resp.Header; resp.StatusCode != http.StatusServiceUnavailable || h.Get("Retry-After") == "" || h.Get("Cache-Control") != "no-store" || h.Get("Etag") != "" {
			t.Errorf("%s answers %d, %v", path, resp.StatusCode, h)
		}
		s.Fail(nil)
	}
	if resp := w.ask("GET", "/media/0af3.jpg"); resp.StatusCode != http.StatusOK || text(t, resp) != "0123456789" {
		t.Errorf("then it answers %d", resp.StatusCode)
	}
	if resp := w.ask("GET", "/avatars/0af3.jpg"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("what is not there answers %d", resp.StatusCode)
	}
}

// TestMediaElsewhere has browsers ask media_url for what lies there, and lets them.
func TestMediaElsewhere(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Blog.MediaURL = "https://media.example.com/blog" })
	p := w.store(blog.Post{Slug: "hello", Title: "Hello", HTML: `<p><img src="/media/0af3.jpg" alt="A"> <a href="/media/b.mp3">B</a> <a href="/about">C</a></p>`,
		Image: blog.Image{Path: "/media/lead.jpg", Type: "image/jpeg"}})
	author := blog.Actor{IRI: "https://a.test/ann", Type: "Person", Inbox: "https://a.test/inbox", AvatarURL: "https://a.test/a.png"}
	_, _, err := w.db.AddComment(t.Context(), storage.Incoming{}, blog.Comment{IRI: "https://a.test/1", PostID: p.ID, HTML: "<p>Hi</p>", Text: "Hi", Visibility: blog.Public, Author: author})
	if err == nil {
		err = w.db.SaveAvatar(t.Context(), author.IRI, "ann.png", []byte("x"))
	}
	if err != nil {
		t.Fatal(err)
	}
	w.look()
	resp := w.ask("GET", "/posts/hello")
	page := text(t, resp)
	wantAll(t, page, `src="https://media.example.com/blog/0af3.jpg"`, `href="https://media.example.com/blog/b.mp3"`, `href="/about"`,
		`src="https://media.example.com/blog/lead.jpg"`, `content="https://media.example.com/blog/lead.jpg"`, `src="https://media.example.com/blog/avatars/ann.png"`)
	wantNone(t, page, `"/media/`, `"/avatars/`)
	csp := resp.Header.Get("Content-Security-Policy")
	wantAll(t, csp, "img-src 'self' https://media.example.com/blog/;", "media-src 'self' https://media.example.com/blog/;")
	feed := w.get("/feed.xml")
	wantAll(t, feed, "https://media.example.com/blog/0af3.jpg", "https://blog.example.com/about")
	wantNone(t, feed, "blog.example.com/media/")
}

func TestStatic(t *testing.T) {
	w := newWorld(t)
	for name, a := range w.site.assets {
		h := w.ask("GET", "/static/"+name).Header
		lasting := strings.Contains(h.Get("Cache-Control"), "immutable")
		if want := path.Base(a.path) == name; lasting != want {
			t.Errorf("%s: %s", name, h.Get("Cache-Control"))
		}
		if h.Get("Content-Type") != assetTypes[path.Ext(name)] {
			t.Errorf("%s: %s", name, h.Get("Content-Type"))
		}
	}
	css := w.get(w.site.assets["site.css"].path)
	wantNone(t, css, "http://", "https://", "url(", "@import")
	if got := w.ask("GET", "/favicon.ico").Header.Get("Content-Type"); got != "image/x-icon" {
		t.Errorf("favicon: %s", got)
	}
}

func TestDefaultAvatar(t *testing.T) {
	w := newWorld(t)
	a := DefaultAvatar()
	c, err := png.DecodeConfig(bytes.NewReader([]byte(w.get(a.Path))))
	if err != nil || c.Width != a.Width || c.Height != a.Height || a.Type != "image/png" {
		t.Errorf("%+v: %dx%d, %v", a, c.Width, c.Height, err)
	}
}
