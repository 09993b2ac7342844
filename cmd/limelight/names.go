package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// open are attributes that are what they are: servers and places of this machine.
var open = []string{"base_url", "base_url_host", "stack", "file", "folder", "channel", "work"}

var (
	urlPattern     = regexp.MustCompile(`\b([a-zA-Z][a-zA-Z0-9+.-]*://)(?:[^\s/"'<>\\@]*@)?([^\s/"'<>\\?#]+)[/?#][^\s"'<>\\]*`)
	personPattern  = regexp.MustCompile(`@?[\pL\pN_.+%-]+@([\pL\pN-]+(?:\.[\pL\pN-]+)+|localhost)`)
	addressPattern = regexp.MustCompile(`\[?[0-9a-fA-F]*(?:[.:][0-9a-fA-F]*){2,}(?:%[a-z0-9]+)?\]?`)
)

// withoutNames is an attribute that names no person and no address.
func withoutNames(a slog.Attr) slog.Attr {
	if slices.Contains(open, a.Key) || a.Key == "host" && !strings.ContainsAny(a.Value.String(), "@/") {
		return a
	}
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, tameText(v.String()))
	case slog.KindAny:
		switch x := v.Any().(type) {
		case error:
			return slog.String(a.Key, tameText(x.Error()))
		case nil, netip.Addr: // of a proxy on this machine or network
			return a
		default:
			return slog.String(a.Key, tameText(fmt.Sprint(x)))
		}
	}
	return a
}

// tameText leaves of a URL scheme and host, of a handle the server, and of an
// address of the network nothing.
func tameText(s string) string {
	if strings.Contains(s, "://") {
		s = urlPattern.ReplaceAllString(s, "$1$2/…")
	}
	if strings.ContainsRune(s, '@') {
		s = personPattern.ReplaceAllString(s, "…@$1")
	}
	if strings.Count(s, ":") > 1 || strings.Count(s, ".") > 2 {
		s = addressPattern.ReplaceAllStringFunc(s, withoutAddress)
	}
	return s
}

// withoutAddress looks whether what looks like an address is one, alone or with a
// port.
func withoutAddress(s string) string {
	const none = "[address]"
	rest := ""
	for {
		bare := strings.Trim(s, "[]")
		if _, err := netip.ParseAddr(bare); err == nil {
			return none + rest
		}
		if _, err := netip.ParseAddrPort(s); err == nil {
			return none + s[strings.LastIndexByte(s, ':'):] + rest
		}
		if last := len(s) - 1; last > 0 && strings.IndexByte(".:", s[last]) >= 0 { // the end of a sentence, or of a clause
			s, rest = s[:last], s[last:]+rest
			continue
		}
		return s + rest
	}
}
