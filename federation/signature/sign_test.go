package signature

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestSignedOverTheWire(t *testing.T) {
	for name, c := range map[string]struct {
		method, target, body, contentType, covered string
	}{
		"POST":                {"POST", "/inbox", hello, "application/activity+json", "(request-target) host date digest content-type"},
		"POST without type":   {"POST", "/inbox", hello, "", "(request-target) host date digest"},
		"POST of nothing":     {"POST", "/inbox", "", "", "(request-target) host date digest"},
		"GET":                 {"GET", "/users/bob", "", "", "(request-target) host date"},
		"GET with a type":     {"GET", "/users/bob", "", "text/plain", "(request-target) host date"},
		"encoded path":        {"GET", "/caf%C3%A9/a%2Fb?x=%20&y", "", "", "(request-target) host date"},
		"empty query":         {"GET", "/?", "", "", "(request-target) host date"},
		"no path":             {"GET", "", "", "", "(request-target) host date"},
		"non-ASCII unescaped": {"GET", "/café", "", "", "(request-target) host date"},
	} {
		t.Run(name, func(t *testing.T) {
			var got error
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				s, err := Parse(r)
				if err != nil {
					got = err
					return
				}
				if covered := strings.Join(s.covered, " "); covered != c.covered || s.KeyID != theirs || s.algorithm != "rsa-sha256" {
					t.Errorf("signed %q as %q with %q", covered, s.KeyID, s.algorithm)
				}
				got = s.Verify(r, body, r.Host, noon, &key().PublicKey)
			}))
			defer server.Close()
			req, err := http.NewRequest(c.method, server.URL+c.target, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if c.contentType != "" {
				req.Header.Set("Content-Type", c.contentType)
			}
			if err := (Key{theirs, key()}).Sign(req, []byte(c.body), noon); err != nil {
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

func TestSignNamesTheAlgorithm(t *testing.T) {
	req := &http.Request{Method: "GET", URL: &url.URL{Scheme: "https", Host: ourHost, Path: "/"}, Header: http.Header{}}
	if err := (Key{theirs, key()}).Sign(req, nil, noon); err != nil {
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
