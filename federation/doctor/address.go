package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

const lookupTime = 10 * time.Second

// address looks at the address as it is written, at what its name leads to, and
// at whether anybody is there.
func (x *exam) address(ctx context.Context) {
	x.written()
	addresses, stated := x.names(ctx)
	if len(addresses) == 0 {
		x.dead = "its name leads nowhere"
		return
	}
	x.connections(ctx, addresses, stated)
}

// written looks at the address alone.
func (x *exam) written() {
	host := x.base.Hostname()
	addr, err := netip.ParseAddr(host)
	switch {
	case x.o.Local != nil && x.o.Local.NotFirst:
		x.fail("address", fmt.Sprintf("the database here is that of another address than %s", x.blog.BaseURL),
			"serve refuses to start: servers elsewhere know the blog by the address that it had first.", x.config("[server]\nbase_url = \"the address that the blog had\""))
	case host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && isPrivate(addr):
		x.fail("address", x.blog.BaseURL+" is an address of this machine or network",
			"Nobody elsewhere can follow the blog, or read it.", x.config("[server]\nbase_url = \"https://blog.example.com\""))
	case !x.https:
		x.fail("address", x.blog.BaseURL+" is no https address",
			"Mastodon and most others follow nobody at an http address: the search for the handle finds nothing.", x.config(fmt.Sprintf("[server]\nbase_url = \"https://%s\"", x.base.Host)), x.tlsRemedy())
	case x.base.Port() != "":
		x.warn("address", x.blog.BaseURL+" names a port",
			"Some servers speak to port 443 alone and cannot follow the blog.", x.config(fmt.Sprintf("[server]\nbase_url = \"https://%s\"", host)))
	default:
		x.ok("address", "%s", x.blog.BaseURL)
	}
}

// hostPort is where the blog's host is to be connected to.
func (x *exam) hostPort() string {
	if port := x.base.Port(); port != "" {
		return net.JoinHostPort(x.base.Hostname(), port)
	}
	if x.https {
		return net.JoinHostPort(x.base.Hostname(), "443")
	}
	return net.JoinHostPort(x.base.Hostname(), "80")
}

// names looks the name up. stated tells that the user said where it leads.
func (x *exam) names(ctx context.Context) (addresses []netip.Addr, stated bool) {
	host := x.base.Hostname()
	if to, ok := x.o.Resolve[x.hostPort()]; ok {
		x.skip("dns", "-resolve leads to %s; DNS was not asked", to)
		return []netip.Addr{to.Addr()}, true
	}
	if host == "localhost" {
		x.skip("dns", "that is this machine")
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, false
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		x.skip("dns", "the address has no name")
		return []netip.Addr{addr}, false
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		x.fail("dns", fmt.Sprintf("%s leads nowhere: %v", host, lookupFault(err)),
			"Nobody finds the blog, neither a browser nor a follower's server.", Remedy{"DNS", fmt.Sprintf("%s.  A  the public IPv4 address of the machine\n%s.  AAAA  its IPv6 address, if it has one", host, host)})
		return nil, false
	}
	var private []string
	all := make([]string, len(addresses))
	for i, a := range addresses {
		addresses[i] = a.Unmap()
		if all[i] = addresses[i].String(); isPrivate(addresses[i]) {
			private = append(private, all[i])
		}
	}
	remedy := Remedy{"DNS", fmt.Sprintf("%s.  A  the public address, and no record with %s", host, strings.Join(private, ", "))}
	switch list := strings.Join(all, ", "); {
	case len(private) == 0:
		x.ok("dns", "%s is %s", host, list)
	case len(private) < len(all):
		x.warn("dns", fmt.Sprintf("%s is %s, of which %s is private", host, list, strings.Join(private, ", ")),
			"Other servers refuse to speak to private addresses; some give up at the first one.", remedy)
	case inHosts(hostsFile, host):
		x.warn("dns", fmt.Sprintf("%s is %s by %s on this machine; what the world is told is not seen from here", host, list, hostsFile),
			"None, as long as DNS has a public address. Look from another machine to be sure.", Remedy{"machine", "take " + host + " out of " + hostsFile})
	default:
		x.fail("dns", fmt.Sprintf("%s is %s, which is private; perhaps seen from this network alone", host, list),
			"Other servers refuse to speak to private addresses. If the world is told another one, look from elsewhere or say it by -resolve.", remedy)
	}
	return addresses, false
}

const hostsFile = "/etc/hosts"

// inHosts tells whether the file of names that this machine has for itself knows
// the host: Debian puts there what the machine is called.
func inHosts(path, host string) bool {
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if names := strings.Fields(line); len(names) > 1 && slices.ContainsFunc(names[1:], func(n string) bool { return strings.EqualFold(n, host) }) {
			return true
		}
	}
	return false
}

func lookupFault(err error) error {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return errors.New(dns.Err)
	}
	return err
}

// connections tries every address, as each may be the one that somebody gets.
func (x *exam) connections(ctx context.Context, addresses []netip.Addr, stated bool) {
	_, port, _ := net.SplitHostPort(x.hostPort())
	var good, bad, untried []string
	for _, a := range addresses {
		to := net.JoinHostPort(a.String(), port)
		if stated {
			to = x.o.Resolve[x.hostPort()].String()
		}
		conn, err := (&net.Dialer{Timeout: dialTime}).DialContext(ctx, "tcp", to)
		switch {
		case err == nil:
			conn.Close()
			good = append(good, to)
		case a.Is6() && (errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT)):
			untried = append(untried, to+": this machine has no IPv6")
		default:
			bad = append(bad, fmt.Sprintf("%s: %s", to, connectFault(err)))
		}
	}
	open := Remedy{"machine", fmt.Sprintf("open port %s in the firewall, forward it in the router, and have the web server listen there", port)}
	switch found := strings.Join(append(bad, untried...), "; "); {
	case len(good) == 0:
		x.dead = "there is no connection to " + x.hostPort()
		x.fail("connect", found+x.instead(ctx), "Nobody reaches the blog. Within a home network that may be true for this machine alone: then look from elsewhere, or say the inner address by -resolve.", open, x.tlsRemedy())
	case len(bad) > 0:
		x.warn("connect", found, "Who is led to that address first waits, or finds nothing: some servers try one address only.", open, Remedy{"DNS", "remove the record with the address that does not answer"})
	default:
		x.ok("connect", "%s", strings.Join(append(good, untried...), ", "))
	}
}

// instead tells of a web server that speaks http alone.
func (x *exam) instead(ctx context.Context) string {
	if !x.https {
		return ""
	}
	a, err := x.visitor.do(ctx, ask{method: http.MethodGet, url: "http://" + x.base.Hostname() + "/", patience: dialTime})
	if err != nil {
		return ""
	}
	return fmt.Sprintf("; http answers %s, so there is a web server without https", a.line())
}

func connectFault(err error) string {
	var op *net.OpError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused, nobody listens there"
	case errors.As(err, &op) && op.Timeout():
		return "no answer, as behind a firewall"
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return err.Error()
}
