package signature

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-fed/httpsig"
)

// Key is what the blog signs with.
type Key struct {
	ID      string // IRI of the public key: "https://blog.example.com/ap/actor#main-key"
	Private *rsa.PrivateKey
}

// Sign sets Date, Signature and, with POST, the Digest of body, in place of
// such headers that the request had: a request may be signed again for another
// try. Covered are (request-target), host and date, with POST also the digest
// and the content type when there is one, which satisfies every known peer.
// body is ignored with GET. It is safe for concurrent use.
func (k Key) Sign(req *http.Request, body []byte, now time.Time) error {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	// httpsig signs the decoded path and no empty query, while peers verify what
	// they see on the wire, so it is shown a request whose path is just that.
	shown := &http.Request{
		Method: req.Method,
		URL:    &url.URL{Path: req.URL.RequestURI()},
		Header: http.Header{"Host": {host}, "Date": {now.UTC().Format(http.TimeFormat)}},
	}
	covered := []string{httpsig.RequestTarget, "host", "date"}
	if req.Method != http.MethodPost {
		body = nil
	} else {
		covered = append(covered, "digest")
		if body == nil {
			body = []byte{}
		}
		if contentType := req.Header.Get("Content-Type"); contentType != "" {
			shown.Header.Set("Content-Type", contentType)
			covered = append(covered, "content-type")
		}
	}
	// A signer of its own: httpsig's are not safe for concurrent use.
	signer, _, err := httpsig.NewSigner([]httpsig.Algorithm{httpsig.RSA_SHA256}, httpsig.DigestSha256, covered, httpsig.Signature, 0)
	if err == nil {
		err = signer.SignRequest(k.Private, k.ID, shown, body)
	}
	if err != nil {
		return fmt.Errorf("sign a request to %s: %w", host, err)
	}
	for _, name := range []string{"Date", "Digest"} {
		req.Header.Del(name)
		if v := shown.Header.Get(name); v != "" {
			req.Header.Set(name, v)
		}
	}
	req.Header.Set("Signature", sayRSA(shown.Header.Get("Signature")))
	return nil
}

// sayRSA names the algorithm as every peer knows it: httpsig always writes
// hs2019, which some refuse. The parameter is not part of what is signed.
func sayRSA(signature string) string {
	return strings.Replace(signature, `",algorithm="hs2019",`, `",algorithm="rsa-sha256",`, 1)
}
