package peertest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The forms of both headers as Mastodon 4.7 writes them. Fedify takes the id of
// the key from quotes, so it has none in it.
var (
	inputForm = regexp.MustCompile(`^sig1=(\(("[a-z@-]+"(?: "[a-z@-]+")*)\);created=([0-9]+);keyid="([^"\\#]+#[^"\\]+)";alg="rsa-v1_5-sha256")$`)
	bytesForm = regexp.MustCompile(`^sig1=:([A-Za-z0-9+/]+=*):$`)
)

// verifyMessage holds a request signed by RFC 9421 against what Mastodon and
// Fedify together demand, and tells whose key signed it.
func (p *Peer) verifyMessage(r *http.Request, body []byte) (ownedKey, error) {
	inputs, values := r.Header.Values("Signature-Input"), r.Header.Values("Signature")
	if len(inputs) != 1 || len(values) != 1 {
		return ownedKey{}, fmt.Errorf("%d Signature-Input and %d Signature headers", len(inputs), len(values))
	}
	input, value := inputForm.FindStringSubmatch(inputs[0]), bytesForm.FindStringSubmatch(values[0])
	if input == nil || value == nil {
		return ownedKey{}, fmt.Errorf("unusual Signature-Input or Signature: %s: %s", inputs[0], values[0])
	}
	covered := strings.Split(input[2], " ")
	needed := []string{`"@method"`, `"@target-uri"`}
	if r.Method == http.MethodPost {
		needed = append(needed, `"content-digest"`)
	}
	for _, identifier := range needed {
		if !slices.Contains(covered, identifier) {
			return ownedKey{}, fmt.Errorf("the signature does not cover %s", identifier)
		}
	}
	if r.Host != p.Host {
		return ownedKey{}, fmt.Errorf("the Host is %s", r.Host)
	}
	created, err := strconv.ParseInt(input[3], 10, 64)
	if err != nil || time.Since(time.Unix(created, 0)).Abs() > 30*time.Second {
		return ownedKey{}, fmt.Errorf("created is %s", input[3])
	}
	if got := r.Header.Get("Content-Digest"); r.Method == http.MethodPost && got != contentDigest(body) {
		return ownedKey{}, fmt.Errorf("the Content-Digest is %q, not %q", got, contentDigest(body))
	}
	if r.Header.Get("Digest") != "" {
		return ownedKey{}, fmt.Errorf("it has the Digest of the draft, which nobody signed")
	}
	key, err := p.keyOf(input[4])
	if err != nil {
		return ownedKey{}, err
	}
	made, err := base64.StdEncoding.DecodeString(value[1])
	if err != nil {
		return ownedKey{}, err
	}
	sum := sha256.Sum256([]byte(messageText(r.Method, r.Host, r.RequestURI, r.Header, covered, input[1])))
	if err := rsa.VerifyPKCS1v15(key.public, crypto.SHA256, sum[:], made); err != nil {
		return ownedKey{}, fmt.Errorf("the signature by %s does not verify: %w", input[4], err)
	}
	return key, nil
}
