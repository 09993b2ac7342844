package storage

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxLabels bounds how many parent domains of a host are looked up; a DNS name
// has 127 labels at most.
const maxLabels = 127

// hostOf is the host of an IRI in lower case and ASCII, with its port when it
// names one, and domainOf the same without a port. Empty when there is none.
func hostOf(iri string) string {
	u, err := url.Parse(iri)
	if err != nil {
		return ""
	}
	host := asciiHost(u.Hostname())
	if port := u.Port(); port != "" && host != "" {
		return net.JoinHostPort(host, port)
	}
	return host
}

func domainOf(iri string) string {
	u, err := url.Parse(iri)
	if err != nil {
		return ""
	}
	return asciiHost(u.Hostname())
}

// asciiHost is a host name as certificates and peers spell it.
func asciiHost(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}

// blockTargets are all the targets whose block keeps the actor out: itself,
// its host with and without port, and every domain above it.
func blockTargets(actorIRI string) []string {
	targets := []string{actorIRI}
	host, domain := hostOf(actorIRI), domainOf(actorIRI)
	if domain == "" {
		return targets
	}
	if host != domain {
		targets = append(targets, host)
	}
	for range maxLabels {
		targets = append(targets, domain)
		_, parent, ok := strings.Cut(domain, ".")
		if !ok || net.ParseIP(domain) != nil {
			break
		}
		domain = parent
	}
	return targets
}
