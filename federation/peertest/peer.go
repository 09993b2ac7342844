package peertest

import (
	"crypto/rsa"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a peer waits for what the test says will happen.
const patience = 30 * time.Second

// Peer is a server with accounts.
type Peer struct {
	URL    string // "http://127.0.0.1:40123"
	Host   string // "127.0.0.1:40123"
	Shared string // the shared inbox

	t      testing.TB
	server *httptest.Server

	mu         sync.Mutex
	accounts   []*Account
	pages      map[string]http.HandlerFunc // by path
	fetches    map[string]int              // GETs by path
	script     []Answer
	always     Answer
	deliveries []Delivery
	arrived    chan struct{} // closed and replaced whenever a delivery arrived
	keys       map[string]ownedKey
	closed     bool
	tongue     Tongue
	turnedAway int
}

// New starts a server at 127.0.0.1 that ends with the test.
func New(t testing.TB) *Peer { return NewAt(t, "127.0.0.1") }

// NewAt starts a server at another loopback address, for tests that need
// several hosts: "127.0.0.2" and so on, all there on Linux.
func NewAt(t testing.TB, ip string) *Peer {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		t.Fatalf("a peer cannot listen: %v", err)
	}
	p := &Peer{
		t:       t,
		pages:   map[string]http.HandlerFunc{},
		fetches: map[string]int{},
		arrived: make(chan struct{}),
		keys:    map[string]ownedKey{},
	}
	p.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: p, ReadHeaderTimeout: patience}}
	p.server.Start()
	p.URL = p.server.URL
	p.Host = listener.Addr().String()
	p.Shared = p.URL + "/inbox"
	t.Cleanup(p.Close)
	return p
}

// Close ends the server before the test does: its host cannot be reached then.
func (p *Peer) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.server.CloseClientConnections()
	p.server.Close()
}

// Handle serves a path of the test's own choosing.
func (p *Peer) Handle(path string, h http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages[path] = h
}

// Serve serves a document at a path, as ActivityStreams.
func (p *Peer) Serve(path, document string) {
	p.Handle(path, func(w http.ResponseWriter, _ *http.Request) { writeObject(w, document) })
}

// Fetches counts the GETs of a path so far.
func (p *Peer) Fetches(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetches[path]
}

// Trust has the peer take public for the key with the id and the owner, for
// senders that it cannot fetch them from.
func (p *Peer) Trust(keyID, owner string, public *rsa.PublicKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys[keyID] = ownedKey{owner, public}
}

// ServeHTTP is the server.
func (p *Peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		p.inbox(w, r)
		return
	}
	p.mu.Lock()
	p.fetches[r.URL.Path]++
	page := p.pages[r.URL.Path]
	p.mu.Unlock()
	switch {
	case page != nil:
		page(w, r)
	case r.URL.Path == "/.well-known/webfinger":
		p.webFinger(w, r)
	default:
		p.object(w, r)
	}
}

// object serves what accounts have under their paths.
func (p *Peer) object(w http.ResponseWriter, r *http.Request) {
	for _, a := range p.joined() {
		status, document := a.document(r.URL.Path)
		switch {
		case status == 0:
			continue
		case status != http.StatusOK:
			http.Error(w, http.StatusText(status), status)
		case a.shape == GoToSocial && r.Header.Get("Signature") == "":
			http.Error(w, "GoToSocial gives nothing to unsigned requests", http.StatusUnauthorized)
		case !p.fetchIsGood(w, r):
		default:
			writeObject(w, document)
		}
		return
	}
	http.NotFound(w, r)
}

// fetchIsGood verifies a GET that is signed and fails the test when it is
// signed wrongly.
func (p *Peer) fetchIsGood(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("Signature") == "" {
		return true
	}
	if _, err := p.verify(r, nil); err != nil {
		p.violation("GET %s: %v", r.URL, err)
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return false
	}
	return p.understands(w, r)
}

// webFinger answers acct: queries for accounts, RFC 7033.
func (p *Peer) webFinger(w http.ResponseWriter, r *http.Request) {
	resource := r.URL.Query().Get("resource")
	for _, a := range p.joined() {
		if strings.EqualFold(resource, "acct:"+a.Handle) {
			w.Header().Set("Content-Type", "application/jrd+json")
			fmt.Fprintf(w, `{"subject":"acct:%s","links":[{"rel":"self","type":"application/activity+json","href":%q},`+
				`{"rel":"http://ostatus.org/schema/1.0/subscribe","template":%q}]}`,
				a.Handle, a.IRI, p.URL+"/authorize_interaction?uri={uri}")
			return
		}
	}
	http.NotFound(w, r)
}

func (p *Peer) joined() []*Account {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*Account(nil), p.accounts...)
}

// violation fails the test, unless it is over.
func (p *Peer) violation(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.t.Errorf("peer %s: "+format, append([]any{p.Host}, args...)...)
	}
}

func writeObject(w http.ResponseWriter, document string) {
	w.Header().Set("Content-Type", "application/activity+json; charset=utf-8")
	fmt.Fprint(w, document)
}

func hostOf(iri string) string {
	u, err := url.Parse(iri)
	if err != nil {
		return ""
	}
	return u.Host
}
