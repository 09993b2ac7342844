package peertest

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Reply is what came back for a request.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Send signs an activity as the account and POSTs it to an inbox. The activity
// is JSON, as string, []byte or json.RawMessage, or is made JSON.
func (a *Account) Send(inbox string, activity any, twists ...Twist) Reply {
	a.peer.t.Helper()
	reply, err := a.TrySend(inbox, activity, twists...)
	if err != nil {
		a.peer.t.Fatalf("%s cannot send: %v", a.Handle, err)
	}
	return reply
}

// TrySend is Send for goroutines of the test and for nodes that may be down.
func (a *Account) TrySend(inbox string, activity any, twists ...Twist) (Reply, error) {
	body, err := encode(activity)
	if err != nil {
		return Reply{}, err
	}
	req, err := http.NewRequest(http.MethodPost, inbox, bytes.NewReader(body))
	if err != nil {
		return Reply{}, err
	}
	req.Header.Set("Content-Type", "application/activity+json")
	sent, err := a.sign(req, body, twists)
	if err != nil {
		return Reply{}, err
	}
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(sent)), int64(len(sent))
	return do(req)
}

// Get fetches an ActivityStreams document, signed by the account.
func (a *Account) Get(address string, twists ...Twist) Reply {
	a.peer.t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err == nil {
		req.Header.Set("Accept", "application/activity+json, application/ld+json")
		_, err = a.sign(req, nil, twists)
	}
	var reply Reply
	if err == nil {
		reply, err = do(req)
	}
	if err != nil {
		a.peer.t.Fatalf("%s cannot get %s: %v", a.Handle, address, err)
	}
	return reply
}

func encode(activity any) ([]byte, error) {
	switch v := activity.(type) {
	case string:
		return []byte(v), nil
	case []byte:
		return v, nil
	}
	return json.Marshal(activity)
}

func do(req *http.Request) (Reply, error) {
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return Reply{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return Reply{resp.StatusCode, resp.Header, string(data)}, err
}

// letter is a request on its way to be signed, and what twists change of it.
type letter struct {
	keyID, algorithm string
	key              crypto.Signer
	target, host     string
	covered          []string
	created, expires int64
	finish           []func(signature string) string
	repeat           bool
}

// sign sets the headers and returns the body to be sent.
func (a *Account) sign(req *http.Request, body []byte, twists []Twist) ([]byte, error) {
	req.Header.Set("User-Agent", "http.rb/5.3.1 (Mastodon/4.6.5; +"+a.peer.URL+"/)")
	req.Header.Set("Date", httpDate(time.Now()))
	for _, twist := range twists {
		if twist.isOfRFC9421() {
			return a.signMessage(req, body, twist)
		}
	}
	return a.signLetter(req, body, twists)
}

// signLetter signs by draft-cavage.
func (a *Account) signLetter(req *http.Request, body []byte, twists []Twist) ([]byte, error) {
	l := &letter{keyID: a.KeyID, algorithm: "rsa-sha256", key: a.key(), target: req.URL.RequestURI(), host: req.URL.Host}
	if _, ok := l.key.(ed25519.PrivateKey); ok {
		l.algorithm = "hs2019"
	}
	l.covered = []string{"host", "date", "(request-target)"}
	if req.Method == http.MethodPost {
		l.covered = []string{"host", "date", "content-type", "digest", "(request-target)"}
		req.Header.Set("Digest", digest(body))
	}
	for _, twist := range twists {
		l.twist(twist, req)
	}
	for _, twist := range twists {
		switch twist {
		case Unsigned:
			return body, nil
		case OtherBody:
			body = append(body[:len(body):len(body)], ' ')
		}
	}
	signature, err := l.signature(req)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Signature", signature)
	if l.repeat {
		req.Header.Add("Signature", signature)
	}
	return body, nil
}

func (l *letter) signature(req *http.Request) (string, error) {
	made, err := signText(l.key, signedText(req.Method, l.target, l.host, req.Header, l.covered, l.created, l.expires))
	if err != nil {
		return "", err
	}
	out := fmt.Sprintf(`keyId="%s",algorithm="%s",`, l.keyID, l.algorithm)
	if l.created != 0 {
		out += fmt.Sprintf("created=%d,", l.created)
	}
	if l.expires != 0 {
		out += fmt.Sprintf("expires=%d,", l.expires)
	}
	out += fmt.Sprintf(`headers="%s",signature="%s"`, strings.Join(l.covered, " "), base64.StdEncoding.EncodeToString(made))
	for _, f := range l.finish {
		out = f(out)
	}
	return out, nil
}

// signText signs by RSA with SHA-256 and PKCS #1 v1.5, or by Ed25519.
func signText(key crypto.Signer, text string) ([]byte, error) {
	if _, ok := key.(ed25519.PrivateKey); ok {
		return key.Sign(rand.Reader, []byte(text), crypto.Hash(0))
	}
	sum := sha256.Sum256([]byte(text))
	return key.Sign(rand.Reader, sum[:], crypto.SHA256)
}

func httpDate(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }
