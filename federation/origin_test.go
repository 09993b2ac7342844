package federation

import (
	"strings"
	"testing"
)

func TestHostName(t *testing.T) {
	for name, c := range map[string]struct{ iri, want string }{
		"plain":            {"https://mastodon.example.test/users/bob", "mastodon.example.test"},
		"case":             {"HTTPS://Mastodon.Example.TEST/users/bob", "mastodon.example.test"},
		"own port":         {"https://a.test:443/x", "a.test"},
		"other port":       {"http://127.0.0.1:8080/x", "127.0.0.1:8080"},
		"IPv6":             {"http://[::1]:8080/x", "[::1]:8080"},
		"unicode":          {"https://bücher.test/x", "xn--bcher-kva.test"},
		"dot at the end":   {"https://a.test./x", "a.test"},
		"user information": {"https://a.test@b.test/x", ""},
		"backslash":        {`https://a.test\@b.test/x`, ""},
		"blank":            {"https://a.test /x", ""},
		"line break":       {"https://a.test/\nx", ""},
		"other scheme":     {"acct:bob@a.test", ""},
		"javascript":       {"javascript://a.test/%0aalert(1)", ""},
		"no host":          {"https:///x", ""},
		"relative":         {"/users/bob", ""},
		"empty":            {"", ""},
		"long":             {"https://a.test/" + strings.Repeat("x", maxIRI), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := hostName(c.iri); got != c.want {
				t.Errorf("hostName(%.60q) = %q, want %q", c.iri, got, c.want)
			}
		})
	}
}

func TestSameOrigin(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"same":            {"https://a.test/1", "https://a.test/2#x", true},
		"written apart":   {"https://A.test:443/1", "https://a.test/2", true},
		"below":           {"https://a.test/1", "https://b.a.test/1", false},
		"other port":      {"https://a.test/1", "https://a.test:8443/1", false},
		"longer name":     {"https://a.test/1", "https://a.test.evil.test/1", false},
		"neither has one": {"mailto:x", "mailto:x", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sameOrigin(c.a, c.b); got != c.want {
				t.Errorf("sameOrigin(%q, %q) = %t", c.a, c.b, got)
			}
		})
	}
}

// TestPlainHost: the short way never says anything else than the long one.
func TestPlainHost(t *testing.T) {
	plain := 0
	for _, host := range []string{"a.test", "a", "a-b.test", "1.test", "127.0.0.1", "a.test.", ".a.test", "a..test", "-a.test", "a-.test", "a.-test", "a--b.test",
		"xn--bcher-kva.test", "A.test", "a_b.test", "a.test:443", "a.test:80", "a.test:8443", "a.test:", "a.test:0443", "a.test:99999999", "a.test:8o", "a.test:1:2", "127.0.0.1:8080", "1.2:3", "a@b.test", "[::1]", "", "a.test\\b", "bücher.test", strings.Repeat("a", 70) + ".test"} {
		for _, rest := range []string{"", "/", "/x", "?x=1", "#x", "/%41", "/%zz", "/x?y#z", "/@bob", "//b.test", ":x", "/ü", "/[", "/:"} {
			for _, scheme := range []string{"https://", "http://", "HTTPS://", "https:/", "//"} {
				iri := scheme + host + rest
				got := plainHost(iri)
				if got == "" {
					continue
				}
				if plain++; got != parsedHost(iri) {
					t.Errorf("%q: %q, and parsed %q", iri, got, parsedHost(iri))
				}
			}
		}
	}
	if plain < 20 {
		t.Errorf("only %d were plain", plain)
	}
}
