package federation

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"limelight/federation/peertest"
	"limelight/federation/signature"
)

const ourKeyID = "https://blog.example.test/ap/actor#main-key"

var (
	loopback = netip.MustParsePrefix("127.0.0.0/8")
	oneOnly  = netip.MustParsePrefix("127.0.0.1/32")
)

// clientOptions are of a node that may speak to loopback.
func clientOptions() ClientOptions {
	return ClientOptions{
		Key:          signature.Key{ID: ourKeyID, Private: peertest.ProcessKey()},
		UserAgent:    "limelight/test (+https://blog.example.test/)",
		AllowPrivate: []netip.Prefix{loopback},
	}
}

func testClient(t testing.TB, o ClientOptions, b bounds) *Client {
	t.Helper()
	c := newClient(o, b)
	t.Cleanup(c.Close)
	return c
}

// knows has a peer take our signatures without asking for our key.
func knows(p *peertest.Peer) {
	p.Trust(ourKeyID, "https://blog.example.test/ap/actor", &peertest.ProcessKey().PublicKey)
}

// serve is a server whose pages check that requests are rightly signed for the
// host and path that they arrive at, by whichever scheme.
func serve(t *testing.T, pages map[string]http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(signedOnly(t, pages))
	t.Cleanup(server.Close)
	return server
}

func signedOnly(t *testing.T, pages map[string]http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := signature.Parse(r)
		if err == nil {
			err = s.Verify(r, nil, baseOf(r), time.Now(), &peertest.ProcessKey().PublicKey)
		}
		if err != nil {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		if page := pages[r.URL.Path]; page != nil {
			page(w, r)
			return
		}
		http.NotFound(w, r)
	})
}

// baseOf is the address of the server that the request arrived at.
func baseOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func object(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/activity+json")
		_, _ = w.Write([]byte(text))
	}
}

func moved(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func portOf(server *httptest.Server) string {
	return server.URL[strings.LastIndex(server.URL, ":")+1:]
}
