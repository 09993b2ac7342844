package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// discard is a connection whose other end reads everything at once.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkFeed compares a feed out of memory with a bare handler that writes
// the same bytes. What a connection costs comes on top of both, and is far more.
func BenchmarkFeed(b *testing.B) {
	db := storagetest.New(b)
	profile := &blog.Blog{BaseURL: "https://blog.example.com", Handle: "blog", Title: "Blog", Timezone: time.UTC, Avatar: DefaultAvatar(), Created: time.Now()}
	site, err := New(Options{Blog: profile, DB: db})
	if err != nil {
		b.Fatal(err)
	}
	p := blog.Post{Slug: "hello", Title: "Hello", HTML: strings.Repeat("<p>Words and words.</p>\n", 2500), Source: "x"}
	if _, _, _, err := db.Publish(b.Context(), p, storage.PublishOptions{}); err != nil {
		b.Fatal(err)
	}
	handler := site.Headers(routes(site))
	request, err := http.NewRequest("GET", "/feed.xml", nil)
	if err != nil {
		b.Fatal(err)
	}
	handler.ServeHTTP(&discard{http.Header{}}, request)
	kept, ok := site.cache.GetIfPresent(key{kind: "feed.xml"})
	if !ok {
		b.Fatal("the feed is not kept")
	}
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		_, _ = w.Write(kept.body)
	})
	for name, h := range map[string]http.Handler{"hit": handler, "bare": bare} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			w := &discard{http.Header{}}
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, request)
			}
		})
	}
}
