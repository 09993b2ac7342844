package federation

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// reach is where a guard lets connections go besides the listed networks.
type reach int

const (
	listedOnly reach = iota // nowhere else
	httpsOnly               // public addresses, port 443
)

// guard looks at each address as it is dialled: after the name was looked up,
// whatever it resolved to a moment ago, and on every redirect.
type guard struct {
	listed []netip.Prefix
	reach  reach
	public *ssrf.Guardian
}

func newGuard(listed []netip.Prefix, r reach) guard {
	return guard{listed, r, ssrf.New(ssrf.WithPorts(443))}
}

// control is for net.Dialer.Control.
func (g guard) control(network, address string, conn syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	ip := to.Addr().Unmap().WithZone("")
	for _, prefix := range g.listed {
		if prefix.Contains(ip) {
			return nil
		}
	}
	if g.reach == listedOnly {
		return fmt.Errorf("%w: %s is not in federation.allow_private_networks", ErrRefused, ip)
	}
	if err := g.public.Safe(network, address, conn); err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return nil
}

// address reads an IRI that strangers sent as a URL to ask: without fragment,
// the host in lower case and ASCII, without a port that is the scheme's own.
// What it resolves to is for the guard.
func (c *Client) address(iri string) (*url.URL, error) {
	refused := func(why string) (*url.URL, error) {
		return nil, fmt.Errorf("%w: %s: %.200q", ErrRefused, why, iri)
	}
	host := hostName(iri)
	if host == "" {
		return refused("it is no plain http(s) URL")
	}
	if host == c.self {
		return refused("that is ourselves")
	}
	u, err := url.Parse(iri)
	if err != nil || u.Opaque != "" {
		return refused("it is no plain http(s) URL")
	}
	if net.ParseIP(host) != nil && strings.Contains(host, ":") {
		host = "[" + host + "]" // hostName leaves the brackets with the port
	}
	u.Host, u.Fragment, u.RawFragment = host, "", ""
	switch {
	case !isName(u.Hostname()) && !isAddress(u.Hostname()):
		return refused("its host is neither a name nor a plain address")
	case !isPort(u.Port()):
		return refused("there is no such port")
	case c.private:
		return u, nil
	case u.Scheme != "https":
		return refused("only https is spoken")
	case u.Port() != "":
		return refused("only port 443 is spoken to")
	}
	return u, nil
}

// isAddress tells whether host is an IP address in the one spelling that
// everybody reads alike. 0x7f.1, 2130706433 and fe80::1%25eth0 are not.
func isAddress(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == ""
}

// isPort tells whether port is one, or empty.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// isName tells whether host is made of labels, the last of which does not look
// like a number, since resolvers take such names for addresses.
func isName(host string) bool {
	if len(host) > 253 {
		return false
	}
	last := ""
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
		last = label
	}
	return last[0] < '0' || last[0] > '9'
}
