package web

import (
	"bytes"
	"image/png"
	"net/http"
	"path"
	"strings"
	"testing"
)

func TestMedia(t *testing.T) {
	w := newWorld(t)
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
