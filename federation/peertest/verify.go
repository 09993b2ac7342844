package peertest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// ownedKey is a public key and the actor that it belongs to.
type ownedKey struct {
	owner  string
	public *rsa.PublicKey
}

// signatureForm is how nearly everybody writes the header; Lemmy's expression
// for keyId demands the fragment.
var signatureForm = regexp.MustCompile(`^keyId="([^"]+#[^"]+)",algorithm="rsa-sha256",headers="([^"]+)",signature="([^"]+)"$`)

// verify tells whose key signed the request, by either scheme.
func (p *Peer) verify(r *http.Request, body []byte) (ownedKey, error) {
	if schemeOf(r) == ByRFC9421 {
		return p.verifyMessage(r, body)
	}
	return p.verifyLetter(r, body)
}

// verifyLetter holds a request signed by the draft against what Mastodon,
// GoToSocial, Misskey, Akkoma and Lemmy together demand.
func (p *Peer) verifyLetter(r *http.Request, body []byte) (ownedKey, error) {
	lines := r.Header.Values("Signature")
	if len(lines) != 1 {
		return ownedKey{}, fmt.Errorf("%d Signature headers", len(lines))
	}
	parts := signatureForm.FindStringSubmatch(lines[0])
	if parts == nil {
		return ownedKey{}, fmt.Errorf("unusual Signature: %s", lines[0])
	}
	covered := strings.Split(parts[2], " ")
	needed := []string{"(request-target)", "host", "date"}
	if r.Method == http.MethodPost {
		needed = append(needed, "digest")
	}
	for _, name := range needed {
		if !slices.Contains(covered, name) {
			return ownedKey{}, fmt.Errorf("the signature does not cover %s", name)
		}
	}
	if r.Host != p.Host {
		return ownedKey{}, fmt.Errorf("the Host is %s", r.Host)
	}
	date, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", r.Header.Get("Date"))
	if err != nil || time.Since(date).Abs() > 30*time.Second {
		return ownedKey{}, fmt.Errorf("the Date is %q", r.Header.Get("Date"))
	}
	if r.Method == http.MethodPost && r.Header.Get("Digest") != digest(body) {
		return ownedKey{}, fmt.Errorf("the Digest is %q, not %q", r.Header.Get("Digest"), digest(body))
	}
	if r.Header.Get("Content-Digest") != "" {
		return ownedKey{}, fmt.Errorf("it has a Content-Digest, which nobody signed")
	}
	key, err := p.keyOf(parts[1])
	if err != nil {
		return ownedKey{}, err
	}
	signature, err := base64.StdEncoding.DecodeString(parts[3])
	if err != nil {
		return ownedKey{}, err
	}
	sum := sha256.Sum256([]byte(signedText(r.Method, r.RequestURI, r.Host, r.Header, covered, 0, 0)))
	if err := rsa.VerifyPKCS1v15(key.public, crypto.SHA256, sum[:], signature); err != nil {
		return ownedKey{}, fmt.Errorf("the signature by %s does not verify: %w", parts[1], err)
	}
	return key, nil
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// signedText is what draft-cavage-12 section 2.3 has signed.
func signedText(method, target, host string, header http.Header, covered []string, created, expires int64) string {
	var lines []string
	for _, name := range covered {
		switch name {
		case "(request-target)":
			lines = append(lines, name+": "+strings.ToLower(method)+" "+target)
		case "(created)":
			lines = append(lines, fmt.Sprintf("%s: %d", name, created))
		case "(expires)":
			lines = append(lines, fmt.Sprintf("%s: %d", name, expires))
		case "host":
			lines = append(lines, "host: "+host)
		default:
			lines = append(lines, name+": "+strings.Join(header.Values(name), ", "))
		}
	}
	return strings.Join(lines, "\n")
}

// keyOf fetches the key as a server would that meets the sender for the first
// time, unsigned, and believes it only of an actor on the key's host that it
// belongs to.
func (p *Peer) keyOf(keyID string) (ownedKey, error) {
	p.mu.Lock()
	key, known := p.keys[keyID]
	p.mu.Unlock()
	if known {
		return key, nil
	}
	address, _, _ := strings.Cut(keyID, "#")
	key, err := fetchKey(address, keyID)
	if err != nil {
		return ownedKey{}, fmt.Errorf("the key %s: %w", keyID, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys[keyID] = key
	return key, nil
}

func fetchKey(address, keyID string) (ownedKey, error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return ownedKey{}, err
	}
	req.Header.Set("Accept", "application/activity+json, application/ld+json")
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return ownedKey{}, err
	}
	defer resp.Body.Close()
	kind := resp.Header.Get("Content-Type")
	if resp.StatusCode != http.StatusOK || kind != "application/activity+json" && kind != "application/activity+json; charset=utf-8" {
		return ownedKey{}, fmt.Errorf("its actor is answered %d as %q", resp.StatusCode, kind)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return ownedKey{}, err
	}
	var actor struct {
		ID, Type, PreferredUsername, Inbox string
		PublicKey                          struct{ ID, Owner, PublicKeyPem string }
	}
	if err := json.Unmarshal(data, &actor); err != nil {
		return ownedKey{}, err
	}
	key := actor.PublicKey
	if actor.ID != address || key.ID != keyID || key.Owner != actor.ID || actor.Inbox == "" || actor.PreferredUsername == "" {
		return ownedKey{}, fmt.Errorf("its actor is not whole: %+v", actor)
	}
	block, _ := pem.Decode([]byte(key.PublicKeyPem))
	if block == nil {
		return ownedKey{}, fmt.Errorf("it is no PEM: %q", key.PublicKeyPem)
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return ownedKey{}, err
	}
	rsaKey, ok := public.(*rsa.PublicKey)
	if !ok || rsaKey.N.BitLen() < 2048 {
		return ownedKey{}, fmt.Errorf("it is a %T", public)
	}
	return ownedKey{actor.ID, rsaKey}, nil
}
