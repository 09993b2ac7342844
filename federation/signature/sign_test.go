package signature

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSignedOverTheWire(t *testing.T) {
	for name, c := range map[string]struct {
		method, target, body, contentType, covered string
		message                                    string // covered by RFC 9421
	}{
		"POST":                {"POST", "/inbox", hello, "application/activity+json", "(request-target) host date digest content-type", "@method @target-uri content-digest"},
		"POST without type":   {"POST", "/inbox", hello, "", "(request-target) host date digest", "@method @target-uri content-digest"},
		"POST of nothing":     {"POST", "/inbox", "", "", "(request-target) host date digest", "@method @target-uri content-digest"},
		"GET":                 {"GET", "/users/bob", "", "", "(request-target) host date", "@method @target-uri"},
		"GET with a type":     {"GET", "/users/bob", "", "text/plain", "(request-target) host date", "@method @target-uri"},
		"encoded path":        {"GET", "/caf%C3%A9/a%2Fb?x=%20&y", "", "", "(request-target) host date", "@method @target-uri"},
		"empty query":         {"GET", "/?", "", "", "(request-target) host date", "@method @target-uri"},
		"no path":             {"GET", "", "", "", "(request-target) host date", "@method @target-uri"},
		"non-ASCII unescaped": {"GET", "/café", "", "", "(request-target) host date", "@method @target-uri"},
	} {
		for scheme, covered := range map[Scheme]string{Cavage: c.covered, RFC9421: c.message} {
			t.Run(name+" by "+scheme.String(), func(t *testing.T) {
				var got error
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					s, err := Parse(r)
					if err != nil {
						got = err
						return
					}
					if names := strings.Join(s.covered, " "); names != covered || s.KeyID != theirs || s.Scheme != scheme {
						t.Errorf("signed %q as %q by %s", names, s.KeyID, s.Scheme)
					}
					got = s.Verify(r, body, "http://"+r.Host, noon, &key().PublicKey)
				}))
				defer server.Close()
				req, err := http.NewRequest(c.method, server.URL+c.target, strings.NewReader(c.body))
				if err != nil {
					t.Fatal(err)
				}
				if c.contentType != "" {
					req.Header.Set("Content-Type", c.contentType)
				}
				if err := (Key{theirs, key()}).Sign(req, NewBody([]byte(c.body)), scheme, noon); err != nil {
					t.Fatal(err)
				}
				resp, err := server.Client().Do(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if got != nil {
					t.Errorf("the peer refuses it: %v", got)
				}
			})
		}
	}
}

// The headers by RFC 9421 to the letter, as Mastodon 4.7 writes them.
func TestSignMessageHeaders(t *testing.T) {
	req := httptest.NewRequest("POST", "https://Blog.Example.Test:443/ap/inbox?a=1", nil)
	if err := (Key{theirs, key()}).Sign(req, NewBody([]byte(hello)), RFC9421, noon); err != nil {
		t.Fatal(err)
	}
	p := newPost()
	p.target = "/ap/inbox?a=1"
	// RSA by PKCS #1 v1.5 makes the same of the same.
	for name, want := range map[string]string{
		"Signature-Input": "sig1=" + p.input(),
		"Signature":       "sig1=" + p.value(t),
		"Content-Digest":  sha256Of(hello),
		"Date":            "Tue, 24 Nov 2026 12:00:00 GMT",
		"Digest":          "",
	} {
		if got := req.Header.Get(name); got != want {
			t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
		}
	}
}

// A key's id that no header can hold must not be half a signature.
func TestSignWithAnOddKeyID(t *testing.T) {
	req := httptest.NewRequest("GET", "https://blog.example.test/", nil)
	if err := (Key{"https://blog.example.test/\n", key()}).Sign(req, Body{}, RFC9421, noon); err == nil || req.Header.Get("Signature") != "" {
		t.Errorf("signed: %v, %v", req.Header, err)
	}
}

// Another try, by either scheme, leaves nothing of the one before.
func TestSignAgainByTheOther(t *testing.T) {
	k := Key{ID: theirs, Private: key()}
	req := httptest.NewRequest("POST", "https://"+ourHost+"/ap/inbox", nil)
	for i, scheme := range []Scheme{Cavage, RFC9421, Cavage, RFC9421, RFC9421} {
		now := noon.Add(time.Duration(i) * time.Minute)
		if err := k.Sign(req, NewBody([]byte(hello)), scheme, now); err != nil {
			t.Fatal(err)
		}
		s, err := Parse(req)
		if err != nil || s.Scheme != scheme {
			t.Fatalf("%d: %+v %v", i, s, err)
		}
		wants(t, s.Verify(req, []byte(hello), ourBase, now, &key().PublicKey), "")
		for name, is := range map[string]bool{"Signature": true, "Date": true, "Digest": scheme == Cavage, "Content-Digest": scheme == RFC9421, "Signature-Input": scheme == RFC9421} {
			if n := len(req.Header.Values(name)); n > 1 || n == 1 != is {
				t.Errorf("%d: %d %s headers", i, n, name)
			}
		}
	}
}

func TestSignNamesTheAlgorithm(t *testing.T) {
	req := &http.Request{Method: "GET", URL: &url.URL{Scheme: "https", Host: ourHost, Path: "/"}, Header: http.Header{}}
	if err := (Key{theirs, key()}).Sign(req, Body{}, Cavage, noon); err != nil {
		t.Fatal(err)
	}
	got := req.Header.Get("Signature")
	want := `keyId="` + theirs + `",algorithm="rsa-sha256",headers="(request-target) host date",signature="`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s...", got, want)
	}
	if date := req.Header.Get("Date"); date != "Tue, 24 Nov 2026 12:00:00 GMT" {
		t.Errorf("Date: %s", date)
	}
}
