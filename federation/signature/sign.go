package signature

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"
)

// Key is what the blog signs with.
type Key struct {
	ID      string // IRI of the public key: "https://blog.example.com/ap/actor#main-key"
	Private *rsa.PrivateKey
}

// Body is what a request carries, with its digest, so that one that goes to
// thousands of inboxes is digested once.
type Body struct {
	Bytes  []byte
	sha256 string // in base64
}

// NewBody digests b, which must not change any more.
func NewBody(b []byte) Body {
	sum := sha256.Sum256(b)
	return Body{b, base64.StdEncoding.EncodeToString(sum[:])}
}

// Sign signs the request by the scheme, with the Date and what else it takes, in
// place of such headers that the request had: a request may be signed again for
// another try. What is covered satisfies every known peer. By the draft it is
// (request-target), host and date, with POST also the Digest of body and the
// content type when there is one; by RFC 9421 @method and @target-uri, with POST
// also the Content-Digest, which is what Mastodon sends and asks for. body is
// ignored with GET. It is safe for concurrent use.
func (k Key) Sign(req *http.Request, body Body, scheme Scheme, now time.Time) error {
	for _, name := range []string{"Digest", "Content-Digest", "Signature", "Signature-Input"} {
		req.Header.Del(name)
	}
	req.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	digest := ""
	if req.Method == http.MethodPost {
		if body.sha256 == "" {
			body = NewBody(body.Bytes)
		}
		digest = body.sha256
	}
	var err error
	if scheme == RFC9421 {
		err = k.signMessage(req, digest, now)
	} else {
		err = k.signCavage(req, digest)
	}
	if err != nil {
		return fmt.Errorf("sign a request to %s: %w", hostOf(req), err)
	}
	return nil
}

// hostOf is the host that the request goes to, as its Host header will have it.
func hostOf(req *http.Request) string {
	if req.Host != "" {
		return req.Host
	}
	return req.URL.Host
}
