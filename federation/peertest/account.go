package peertest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"embed"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// Shape is whose documents an account has.
type Shape string

const (
	Mastodon   Shape = "mastodon"   // key within the actor, shared inbox
	GoToSocial Shape = "gotosocial" // key at an address of its own that serves a stub of the actor; signed GETs only; no shared inbox
	Misskey    Shape = "misskey"    // as Mastodon, ids with no name in them, much of null
	Standalone Shape = "standalone" // the key is a document of its own, the actor names its id
)

//go:embed documents
var documents embed.FS

// Account is somebody at a peer.
type Account struct {
	Name   string
	Handle string // name@host
	IRI    string
	KeyID  string
	Inbox  string
	Shared string // the shared inbox, empty when it has none

	peer  *Peer
	shape Shape

	mu        sync.Mutex
	private   crypto.Signer
	status    int // what its documents answer
	objects   map[string]string
	aliases   []string // alsoKnownAs
	rewritten []string // what Rewrite was told
	serial    int
}

// Join adds an account at the path that its kind of server gives it.
func (p *Peer) Join(name string, shape Shape) *Account {
	path := "/users/" + name
	if shape == Misskey {
		path = fmt.Sprintf("/users/9x%x", name)
	}
	return p.JoinAt(path, name, shape)
}

// JoinAt adds an account whose id has the path: "/ap/users/112".
func (p *Peer) JoinAt(path, name string, shape Shape) *Account {
	a := &Account{
		Name: name, Handle: name + "@" + p.Host, IRI: p.URL + path, Inbox: p.URL + path + "/inbox", Shared: p.Shared,
		peer: p, shape: shape, private: processKey(), status: http.StatusOK, objects: map[string]string{},
	}
	a.KeyID = a.IRI + "#main-key"
	switch shape {
	case GoToSocial:
		a.KeyID, a.Shared = a.IRI+"/main-key", ""
	case Standalone:
		a.KeyID, a.Shared = p.URL+"/keys/"+name, ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.accounts = append(p.accounts, a)
	return a
}

// Leave has the account's documents answer 410 from now on, as after its
// deletion, or another status: 404, 503.
func (a *Account) Leave(status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status = status
}

// Rotate gives the account another key under the same id.
func (a *Account) Rotate() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.private = otherKey()
}

// Edwards gives the account an Ed25519 key under the same id.
func (a *Account) Edwards() {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		a.peer.t.Fatal(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.private = private
}

// PEM is the account's public key.
func (a *Account) PEM() string { return publicPEM(a.key().Public()) }

func (a *Account) key() crypto.Signer {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.private
}

// Document is the account's actor as it is served.
func (a *Account) Document() string { return a.fill(string(a.shape) + ".json") }

// document is what the account has at the path; the status is 0 for nothing.
func (a *Account) document(path string) (status int, text string) {
	a.mu.Lock()
	status, object := a.status, a.objects[path]
	a.mu.Unlock()
	switch a.peer.URL + path {
	case a.IRI:
		return status, a.Document()
	case a.KeyID:
		return status, a.fill(string(a.shape) + "-key.json")
	}
	if object == "" {
		return 0, ""
	}
	return status, object
}

func (a *Account) fill(name string) string {
	data, err := documents.ReadFile("documents/" + name)
	if err != nil {
		panic(err)
	}
	a.mu.Lock()
	aliases := quote(a.aliases)
	rewrite := strings.NewReplacer(a.rewritten...)
	a.mu.Unlock()
	text := strings.Replace(string(data), "{", `{"alsoKnownAs": `+aliases+",", min(1, len(a.aliases)))
	text = rewrite.Replace(text)
	return strings.NewReplacer("$IRI", a.IRI, "$NAME", a.Name, "$BASE", a.peer.URL, "$SHARED", a.Shared,
		"$KEYID", a.KeyID, `"$PEM"`, quote(a.PEM())).Replace(text)
}

// These keys are made once for all tests of a process: making a
// key takes longer than most tests.
var (
	processKey   = sync.OnceValue(newKey)
	otherKey     = sync.OnceValue(newKey)
	strangersKey = sync.OnceValue(newKey)
)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// ProcessKey is the one RSA key of a test process, for whoever else needs one.
func ProcessKey() *rsa.PrivateKey { return processKey() }

func publicPEM(key crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func quote(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}
