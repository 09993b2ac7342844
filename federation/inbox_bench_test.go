package federation

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/federation/signature"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// BenchmarkReply is one reply as Mastodon sends it through the whole inbox, with
// what surrounds it of HTTP left out. cmd/bench measures it with the rest.
func BenchmarkReply(b *testing.B) {
	db := storagetest.New(b)
	const base = "http://blog.example.test"
	n, err := New(Options{Blog: &blog.Blog{BaseURL: base, Handle: "blog", Title: "Blog", Timezone: time.UTC}, DB: db,
		Key: peertest.ProcessKey(), AllowPrivate: []netip.Prefix{loopback}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	p, _, _, err := db.Publish(b.Context(), blog.Post{Slug: "hello", Title: "hello", HTML: "<p>" + strings.Repeat("Words and words. ", 500) + "</p>"}, storage.PublishOptions{})
	if err != nil {
		b.Fatal(err)
	}
	peer := peertest.New(b)
	peer.Trust(base+"/ap/instance#main-key", base+"/ap/instance", &peertest.ProcessKey().PublicKey)
	bob := peer.Join("bob", peertest.Mastodon)
	fixture, err := os.ReadFile("vocab/testdata/fixtures/03-create-reply.json")
	if err != nil {
		b.Fatal(err)
	}
	requests := make([]*http.Request, b.N+1)
	for i := range requests {
		body := []byte(strings.NewReplacer("https://mastodon.example.test/users/bob/statuses/115598765432101234", fmt.Sprintf("%s/statuses/%d", bob.IRI, i),
			"https://mastodon.example.test/users/bob", bob.IRI, "https://mastodon.example.test", peer.URL,
			"https://blog.example.test/ap/posts/0193a5f2-7c4e-7b3a-9d21-5e8f0a1b2c3d", n.blog.PostIRI(p.ID), "https://blog.example.test", base).Replace(string(fixture)))
		r := httptest.NewRequest(http.MethodPost, base+"/ap/inbox", bytes.NewReader(body))
		r.RequestURI = "/ap/inbox"
		r.Header.Set("Content-Type", "application/activity+json")
		if err := (signature.Key{ID: bob.KeyID, Private: peertest.ProcessKey()}).Sign(r, signature.NewBody(body), signature.Cavage, time.Now()); err != nil {
			b.Fatal(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		requests[i] = r
	}
	take := func(r *http.Request) {
		w := httptest.NewRecorder()
		n.Inbox(w, r)
		if w.Code != http.StatusAccepted {
			b.Errorf("%d %s", w.Code, w.Body)
		}
	}
	take(requests[b.N])
	var next atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			take(requests[next.Add(1)-1])
		}
	})
}
