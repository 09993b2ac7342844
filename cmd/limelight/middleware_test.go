package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestTrustProxies(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/24")}
	tests := []struct {
		name, from, forwarded, want string
	}{
		{"no proxy, header ignored", "203.0.113.9:1234", "198.51.100.1", "203.0.113.9:1234"},
		{"from the proxy", "127.0.0.1:1234", "198.51.100.1", "198.51.100.1:0"},
		{"a chain of proxies", "127.0.0.1:1234", "198.51.100.1, 10.0.0.7", "198.51.100.1:0"},
		{"a visitor who lies", "127.0.0.1:1234", "1.2.3.4, 198.51.100.1", "198.51.100.1:0"},
		{"no header", "127.0.0.1:1234", "", "127.0.0.1:1234"},
		{"rubbish", "127.0.0.1:1234", "unknown", "127.0.0.1:1234"},
		{"IPv6", "[::1]:1234", "198.51.100.1", "[::1]:1234"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got, header string
			h := trustProxies(proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got, header = r.RemoteAddr, r.Header.Get("X-Forwarded-Proto")
			}))
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.from
			r.Header.Set("X-Forwarded-Proto", "https")
			if tt.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tt.forwarded)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != tt.want {
				t.Errorf("address %s, want %s", got, tt.want)
			}
			if fromProxy := tt.from[:3] == "127"; (header == "https") != fromProxy {
				t.Errorf("X-Forwarded-Proto kept: %v, from a proxy: %v", header == "https", fromProxy)
			}
		})
	}
}
