package peertest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// message is a request on its way to be signed by RFC 9421, and what twists
// change of it.
type message struct {
	req                  *http.Request
	body                 []byte // to be sent
	key                  crypto.Signer
	keyID                string
	label                string
	method, host, target string   // to be signed
	covered              []string // identifiers as they are written: `"@method"`
	params               []string // as they are written: created, keyid, alg
}

// signMessage sets the headers and returns the body to be sent.
func (a *Account) signMessage(req *http.Request, body []byte, t Twist) ([]byte, error) {
	m := &message{
		req: req, body: body, key: a.key(), keyID: a.KeyID, label: "sig1",
		method: req.Method, host: req.URL.Host, target: req.URL.RequestURI(),
		params: []string{fmt.Sprintf("created=%d", time.Now().Unix()), fmt.Sprintf(`keyid="%s"`, a.KeyID), `alg="rsa-v1_5-sha256"`},
	}
	if _, ok := m.key.(ed25519.PrivateKey); ok {
		m.params[2] = `alg="ed25519"`
	}
	if req.Method == http.MethodPost {
		req.Header.Set("Content-Digest", contentDigest(body))
	}
	m.cover(`"@method"`, `"@target-uri"`, `"content-digest"`)
	m.twist(t)
	input := "(" + strings.Join(m.covered, " ") + ")"
	for _, param := range m.params {
		input += ";" + param
	}
	made, err := signText(m.key, messageText(m.method, m.host, m.target, req.Header, m.covered, input))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Signature-Input", m.label+"="+input)
	req.Header.Set("Signature", m.label+"=:"+base64.StdEncoding.EncodeToString(made)+":")
	m.disturb(t)
	return m.body, nil
}

// cover has the components signed; a GET has no content.
func (m *message) cover(identifiers ...string) {
	m.covered = slices.DeleteFunc(identifiers, func(s string) bool {
		return m.req.Method == http.MethodGet && strings.HasPrefix(s, `"content-`)
	})
}

// contentDigest is the header of RFC 9530 for the body.
func contentDigest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// messageText is what RFC 9421 section 2.5 has signed, of a request by plain
// HTTP as all are between peers.
func messageText(method, host, target string, header http.Header, covered []string, input string) string {
	var lines []string
	path, query, _ := strings.Cut(target, "?")
	for _, identifier := range covered {
		name := strings.Split(identifier, `"`)[1]
		var value string
		switch name {
		case "@method":
			value = method
		case "@target-uri":
			value = "http://" + host + target
		case "@authority", "host":
			value = host
		case "@path":
			value = path
		case "@query":
			value = "?" + query
		case "@request-target":
			value = target
		default:
			var values []string
			for _, line := range header.Values(name) {
				values = append(values, strings.TrimSpace(line))
			}
			value = strings.Join(values, ", ")
		}
		lines = append(lines, identifier+": "+value)
	}
	return strings.Join(append(lines, `"@signature-params": `+input), "\n")
}
