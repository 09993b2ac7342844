package federation

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxIRI bounds ids and links that strangers send, in bytes.
const maxIRI = 2048

// hostName is where an id comes from: the host of its URL in lower case and
// ASCII, with its port unless that is the scheme's own. It is empty for
// whatever cannot be an id: not http(s), no host, user information, control
// characters or blanks, over 2,048 bytes. Hosts are compared in this form only
// (CVE-2023-42451: Mastodon normalised a slash away).
func hostName(iri string) string {
	if len(iri) > maxIRI || strings.ContainsFunc(iri, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return ""
	}
	if host := plainHost(iri); host != "" {
		return host
	}
	return parsedHost(iri)
}

// plainHost is hostName of an id as nearly all are: a name in lower case of
// letters, digits, dots and single hyphens, perhaps a port, nothing escaped. A
// reply has a dozen of them, and to parse one takes ten times as long. It is
// empty for any other, which parsedHost looks at.
func plainHost(iri string) string {
	rest, secure := strings.CutPrefix(iri, "https://")
	if !secure {
		var ok bool
		if rest, ok = strings.CutPrefix(iri, "http://"); !ok {
			return ""
		}
	}
	if strings.IndexByte(rest, '%') >= 0 {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	name, port, ported := strings.Cut(rest, ":")
	if ported && (port == "" || port == "443" || port == "80" || strings.Trim(port, "0123456789") != "") {
		return ""
	}
	last := byte('.') // a label starts
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case (c == '.' || c == '-') && last != '.' && last != '-':
		default:
			return ""
		}
		last = c
	}
	if last == '.' || last == '-' {
		return ""
	}
	return rest
}

func parsedHost(iri string) string {
	u, err := url.Parse(iri)
	if err != nil || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	host := u.Hostname()
	if net.ParseIP(host) == nil {
		if host, err = idna.Lookup.ToASCII(strings.TrimSuffix(host, ".")); err != nil {
			return ""
		}
	}
	port := u.Port()
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return strings.ToLower(host)
	}
	return net.JoinHostPort(strings.ToLower(host), port)
}

// sameOrigin tells whether both ids come from one host, which alone may speak
// for both (FEP-fe34).
func sameOrigin(a, b string) bool {
	host := hostName(a)
	return host != "" && host == hostName(b)
}

// personURL is a link that people may be shown: an http(s) URL, or empty.
func personURL(u string) string {
	if hostName(u) == "" {
		return ""
	}
	return u
}
