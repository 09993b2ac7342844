package federation

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"limelight/federation/peertest"
	"limelight/federation/signature"
)

// TestConnectionsAreBounded over more servers than connections are kept, of
// which the last is wanted again.
func TestConnectionsAreBounded(t *testing.T) {
	const servers = maxKept + 30
	b := defaultBounds()
	b.roots = x509.NewCertPool()
	var urls []string
	for range servers {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
		s.EnableHTTP2 = true
		s.StartTLS()
		t.Cleanup(s.Close)
		b.roots.AddCert(s.Certificate())
		urls = append(urls, s.URL)
	}
	c := testClient(t, ClientOptions{Key: signature.Key{ID: ourKeyID, Private: peertest.ProcessKey()}, AllowPrivate: []netip.Prefix{loopback}}, b)
	post := func(url string, m message) {
		t.Helper()
		m.key, m.body = c.keys.Load().post, signature.NewBody([]byte("{}"))
		if answer, err := c.post(t.Context(), url+"/inbox", m); err != nil || answer.Status != http.StatusAccepted {
			t.Fatal(answer, err)
		}
	}
	for _, url := range urls {
		post(url, message{})
	}
	// The last ones are closed a moment after their answers.
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(deliverPatience); c.connections.open.Load() > maxKept+1; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections stay open", c.connections.open.Load())
		}
	}
	before := c.connections.open.Load()
	post(urls[servers-1], message{more: true})
	same(t, "kept for who waits", c.connections.open.Load(), before+1)
}
