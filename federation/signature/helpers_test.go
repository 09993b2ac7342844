package signature

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	ourHost = "blog.example.test"
	ourBase = "https://" + ourHost
	theirs  = "https://mastodon.example.test/users/bob#main-key"
	hello   = `{"type":"Like"}`
)

// noon is when the requests of these tests arrive.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func digestOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// sent is a signed request as a peer would send it, put together by hand.
type sent struct {
	method, target, body string
	header               http.Header
	covered              string
	signTarget           string // the (request-target) to sign when it is not that of the request
	created, expires     int64
	algorithm            string
}

// delivery is a POST as Mastodon signs it.
func delivery() *sent {
	return &sent{
		method: "POST", target: "/ap/inbox", body: hello, algorithm: "rsa-sha256",
		covered: "host date content-type digest (request-target)",
		header: http.Header{
			"Host":         {ourHost},
			"Date":         {noon.Format(http.TimeFormat)},
			"Digest":       {digestOf(hello)},
			"Content-Type": {"application/activity+json"},
		},
	}
}

// text is what draft-cavage section 2.3 signs.
func (s *sent) text() string {
	var lines []string
	for name := range strings.FieldsSeq(s.covered) {
		var value string
		switch name {
		case "(request-target)":
			value = strings.ToLower(s.method) + " " + s.target
			if s.signTarget != "" {
				value = strings.ToLower(s.method) + " " + s.signTarget
			}
		case "(created)":
			value = fmt.Sprint(s.created)
		case "(expires)":
			value = fmt.Sprint(s.expires)
		default:
			value = strings.Join(s.header.Values(name), ", ")
		}
		lines = append(lines, name+": "+value)
	}
	return strings.Join(lines, "\n")
}

// params is the Signature header.
func (s *sent) params(t testing.TB) string {
	t.Helper()
	sum := sha256.Sum256([]byte(s.text()))
	made, err := rsa.SignPKCS1v15(rand.Reader, key(), crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf(`keyId="%s"`, theirs)
	if s.algorithm != "" {
		out += fmt.Sprintf(`,algorithm="%s"`, s.algorithm)
	}
	if s.created != 0 {
		out += fmt.Sprintf(`,created=%d`, s.created)
	}
	if s.expires != 0 {
		out += fmt.Sprintf(`,expires=%d`, s.expires)
	}
	return out + fmt.Sprintf(`,headers="%s",signature="%s"`, s.covered, base64.StdEncoding.EncodeToString(made))
}

// arrive is the request as net/http hands it to a handler, which keeps Host
// out of the headers.
func (s *sent) arrive(t testing.TB) *http.Request {
	t.Helper()
	r := httptest.NewRequest(s.method, s.target, strings.NewReader(s.body))
	r.Header = s.header.Clone()
	r.Host = s.header.Get("Host")
	r.Header.Del("Host")
	r.Header.Set("Signature", s.params(t))
	return r
}

// check is what an inbox does with a request.
func check(r *http.Request, body string, now time.Time) error {
	s, err := Parse(r)
	if err != nil {
		return err
	}
	return s.Verify(r, []byte(body), ourBase, now, &key().PublicKey)
}

// wants fails the test unless err is as named: "" for none, "400" for
// ErrMalformed, "401" for another.
func wants(t *testing.T, err error, want string) {
	t.Helper()
	got := "401"
	if err == nil {
		got = ""
	} else if errors.Is(err, ErrMalformed) {
		got = "400"
	}
	if got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}
