package signature

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

var edwards = sync.OnceValue(func() ed25519.PrivateKey {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return private
})

func sha256Of(body string) string {
	sum := sha256.Sum256([]byte(body))
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

func sha512Of(body string) string {
	sum := sha512.Sum512([]byte(body))
	return "sha-512=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// post is a request signed by RFC 9421 as a peer would send it, put together by
// hand.
type post struct {
	method, target, body string
	base                 string // scheme and host
	header               http.Header
	covered              string            // identifiers of components, separated by spaces
	params               string            // after the list
	signed               map[string]string // values to sign where they are not those of the request
	key                  crypto.Signer
}

// newPost is a POST as Mastodon 4.7 signs it.
func newPost() *post {
	return &post{
		method: "POST", target: "/ap/inbox", body: hello, base: ourBase,
		header:  http.Header{"Content-Type": {"application/activity+json"}, "Content-Digest": {sha256Of(hello)}, "Date": {noon.Format(http.TimeFormat)}},
		covered: `"@method" "@target-uri" "content-digest"`,
		params:  fmt.Sprintf(`;created=%d;keyid="%s";alg="rsa-v1_5-sha256"`, noon.Unix(), theirs),
		signed:  map[string]string{},
		key:     key(),
	}
}

// text is what section 2.5 signs.
func (p *post) text() string {
	path, query, _ := strings.Cut(p.target, "?")
	scheme, host, _ := strings.Cut(p.base, "://")
	var b strings.Builder
	for identifier := range strings.FieldsSeq(p.covered) {
		name := strings.Trim(strings.SplitN(identifier, ";", 2)[0], `"`)
		value, ok := map[string]string{
			"@method": p.method, "@target-uri": p.base + p.target, "@authority": host, "host": host, "@scheme": scheme,
			"@request-target": p.target, "@path": path, "@query": "?" + query,
		}[name]
		if !ok {
			value = strings.Join(p.header.Values(name), ", ")
		}
		if signed, ok := p.signed[name]; ok {
			value = signed
		}
		b.WriteString(identifier + ": " + value + "\n")
	}
	return b.String() + `"@signature-params": ` + p.input()
}

func (p *post) input() string { return "(" + p.covered + ")" + p.params }

// value is the signature as a structured field.
func (p *post) value(t testing.TB) string {
	t.Helper()
	text, hash := []byte(p.text()), crypto.Hash(0)
	if _, ok := p.key.(*rsa.PrivateKey); ok {
		sum := sha256.Sum256(text)
		text, hash = sum[:], crypto.SHA256
	}
	made, err := p.key.Sign(rand.Reader, text, hash)
	if err != nil {
		t.Fatal(err)
	}
	return ":" + base64.StdEncoding.EncodeToString(made) + ":"
}

// arrive is the request as net/http hands it to a handler, by a proxy that
// speaks plain HTTP to it and has put another Host there.
func (p *post) arrive(t testing.TB) *http.Request {
	t.Helper()
	r := httptest.NewRequest(p.method, p.target, strings.NewReader(p.body))
	r.Header = p.header.Clone()
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Signature-Input", "sig1="+p.input())
	r.Header.Set("Signature", "sig1="+p.value(t))
	return r
}

// checkMessage is what an inbox does with it.
func checkMessage(p *post, r *http.Request) error {
	s, err := Parse(r)
	if err != nil {
		return err
	}
	return s.Verify(r, []byte(p.body), ourBase, noon, p.key.Public())
}
