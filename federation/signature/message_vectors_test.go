package signature

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// vector is a signature of RFC 9421 computed elsewhere.
type vector struct {
	Name, Key, Alg, Label, Input, Base, Signature string
	Request                                       struct {
		Method, Target, Body string
		Headers              map[string]string
	}
}

func (v vector) request() *http.Request {
	r := httptest.NewRequest(v.Request.Method, v.Request.Target, nil)
	for name, value := range v.Request.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Signature-Input", v.Label+"="+v.Input)
	r.Header.Set("Signature", v.Label+"=:"+v.Signature+":")
	return r
}

// TestMessageVectors holds bases and signatures against the published ones.
// None of those is what an inbox asks for: coverage and a SHA-256 are lacking.
func TestMessageVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/rfc9421.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Keys    map[string]string
		Vectors []vector
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	verified := 0
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			public := publicKey(t, file.Keys[v.Key])
			s, text := v.read(t)
			ours := v.Alg == algRSA || v.Alg == algEd25519
			if made(s.value, text, public) != ours {
				t.Errorf("verifies: %t, want %t", !ours, ours)
			}
			if ours {
				verified++
				if made(s.value, append(text, ' '), public) {
					t.Error("another base verifies")
				}
			}
			r := v.request()
			whole, err := Parse(r)
			if err == nil {
				err = whole.Verify(r, []byte(v.Request.Body), "https://"+v.Request.Headers["Host"], time.Unix(s.created, 0), public)
			}
			wants(t, err, "401")
		})
	}
	if verified != 2 {
		t.Errorf("%d vectors were verified, want that of section 4.3 and B.2.6", verified)
	}
}

// read is the signature, its coverage unchecked, and the base that belongs to it.
func (v vector) read(t *testing.T) (*Signature, []byte) {
	t.Helper()
	r := v.request()
	inputs, err := dictionary(r.Header, "Signature-Input")
	if err != nil {
		t.Fatal(err)
	}
	values, err := dictionary(r.Header, "Signature")
	if err != nil {
		t.Fatal(err)
	}
	s, err := labelled(v.Label, inputs, values)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := base64.StdEncoding.DecodeString(v.Signature)
	if s.params != v.Input || s.KeyID != v.Key || !bytes.Equal(s.value, want) {
		t.Errorf("read as %+v", s)
	}
	m, err := newMessage(r.Method, "https://"+v.Request.Headers["Host"], wireTarget(r), r.Header)
	if err != nil {
		t.Fatal(err)
	}
	text, err := m.base(s.covered, s.params)
	if err != nil || string(text) != v.Base {
		t.Errorf("base (%v)\n%s\nwant\n%s", err, text, v.Base)
	}
	return s, text
}

// TestPublishedContentDigests are those of RFC 9421 B.2, of both algorithms.
func TestPublishedContentDigests(t *testing.T) {
	const body = `{"hello": "world"}`
	short := "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
	long := "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
	if got := "sha-256=:" + NewBody([]byte(body)).sha256 + ":"; got != short {
		t.Errorf("made %s", got)
	}
	wants(t, checkContentDigest(http.Header{"Content-Digest": {short, long}}, []byte(body)), "")
	wants(t, checkContentDigest(http.Header{"Content-Digest": {short, long}}, []byte(body+" ")), "401")
}

func publicKey(t *testing.T, text string) crypto.PublicKey {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatalf("no PEM: %q", text)
	}
	if block.Type == "RSA PUBLIC KEY" {
		key, err := x509.ParsePKCS1PublicKey(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
