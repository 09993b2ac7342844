package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"limelight/federation/doctor"
)

func TestAdviser(t *testing.T) {
	for name, c := range map[string]struct {
		base, from, host, path, forwarded string
		want                              string // in the log; empty for nothing at all
	}{
		"all is well":                 {"https://blog.example.com", "127.0.0.1:1", "blog.example.com", "/", "", ""},
		"the host in capitals":        {"https://blog.example.com", "127.0.0.1:1", "Blog.Example.com", "/", "", ""},
		"the handle's domain":         {"https://blog.example.com", "127.0.0.1:1", "example.com", "/.well-known/webfinger", "", ""},
		"a proxy that asks localhost": {"https://blog.example.com", "127.0.0.1:1", "localhost:8080", "/", "", "proxy_set_header Host $host"},
		"whether it lives":            {"https://blog.example.com", "127.0.0.1:1", "10.1.2.3:8080", "/healthz", "", ""},
		"no base_url":                 {"", "127.0.0.1:1", "pi.local:8080", "/", "", ""},
		"a proxy that is known":       {"https://blog.example.com", "10.9.9.9:1", "blog.example.com", "/", "203.0.113.9", ""},
		"one that is not":             {"https://blog.example.com", "[::ffff:172.17.0.1]:1", "blog.example.com", "/", "203.0.113.9", "address=172.17.0.1"},
		"doctor on this machine":      {"https://blog.example.com", "127.0.0.1:1", "blog.example.com", "/ap/inbox", doctor.Pretended, ""},
		"doctor through a proxy":      {"https://blog.example.com", "127.0.0.1:1", "blog.example.com", "/ap/inbox", doctor.Pretended + ", 203.0.113.9", "address=127.0.0.1"},
		"a stranger who pretends":     {"https://blog.example.com", "203.0.113.7:1", "blog.example.com", "/", "203.0.113.9", ""},
	} {
		var log strings.Builder
		config := defaults()
		config.Server.BaseURL, config.Federation.HandleDomain = c.base, "example.com"
		proxies, err := parseNetworks([]string{"10.0.0.0/8"})
		if err != nil {
			t.Fatal(err)
		}
		passed := 0
		h := newAdviser(&node{config: config, log: slog.New(slog.NewTextHandler(&log, nil))}, proxies).watch(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed++ }))
		for range 2 {
			r := httptest.NewRequest("GET", c.path, nil)
			r.RemoteAddr, r.Host = c.from, c.host
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
		if lines := strings.Count(log.String(), "\n"); lines > 1 || (lines == 1) != (c.want != "") || !strings.Contains(log.String(), c.want) || passed != 2 {
			t.Errorf("%s: %d requests passed, the log:\n%s", name, passed, &log)
		}
		if strings.Contains(log.String(), "203.0.113") {
			t.Errorf("%s: a visitor is in the log:\n%s", name, &log)
		}
	}
}

func TestAdviceAboutBaseURL(t *testing.T) {
	for base, want := range map[string]string{
		"":                         "",
		"https://blog.example.com": "",
		"http://blog.example.com":  "no https address",
		"https://localhost:8443":   "an address of this machine or network",
		"http://192.168.1.7":       "an address of this machine or network",
	} {
		var log strings.Builder
		config := defaults()
		config.Server.BaseURL = base
		(&node{config: config, log: slog.New(slog.NewTextHandler(&log, nil))}).advise()
		if (log.Len() > 0) != (want != "") || !strings.Contains(log.String(), want) {
			t.Errorf("%s: %s", base, &log)
		}
	}
}

func TestAdviceAboutStaging(t *testing.T) {
	for directory, want := range map[string]bool{"": false, "staging": true} {
		var log strings.Builder
		config := defaults()
		config.Server.BaseURL, config.Server.TLS, config.Server.ACMEDirectory = "https://blog.example.com", tlsAuto, directory
		(&node{config: config, log: slog.New(slog.NewTextHandler(&log, nil))}).advise()
		if strings.Contains(log.String(), "whose certificates no browser") != want || !want && log.Len() > 0 {
			t.Errorf("%q: %s", directory, &log)
		}
	}
}

func TestInitLooksTheDomainUp(t *testing.T) {
	for name, c := range map[string]struct {
		found []string
		err   error
		want  bool
	}{
		"there":   {[]string{"192.0.2.1"}, nil, true},
		"nowhere": {nil, errors.New("no such host"), false},
		"empty":   {nil, nil, false},
	} {
		asked := ""
		got := looksUp(t.Context(), func(_ context.Context, host string) ([]string, error) { asked = host; return c.found, c.err }, "blog.example.com:8443")
		if got != c.want || asked != "blog.example.com" {
			t.Errorf("%s: %v, asked for %q", name, got, asked)
		}
	}
	config := defaults()
	if err := takeDomain(config, "blog.example.com"); err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	config.tellNext(&told, false)
	if !strings.Contains(told.String(), "blog.example.com leads nowhere yet") {
		t.Errorf("told: %s", &told)
	}
}
