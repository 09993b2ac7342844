package doctor

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
)

// arrivals looks at what the node saw of the signed request.
func (x *exam) arrivals(context.Context) {
	a := x.arrival
	if a == nil {
		for _, id := range []string{"proxy.host", "proxy.visitor"} {
			x.skip(id, "no signed request came through to tell")
		}
		return
	}
	if strings.EqualFold(a.Host, x.base.Host) {
		x.ok("proxy.host", "%s", short(a.Host))
	} else {
		x.warn("proxy.host", fmt.Sprintf("requests for %s arrive as requests for %s", x.base.Host, short(a.Host)),
			"Some browsers are refused when a visitor fills in the form for following. limelight signs and verifies by base_url and is not misled, but what else looks at the Host is.",
			x.nginx("proxy_set_header Host $host;"), Remedy{"Caddy", "take out: header_up Host"})
	}
	x.visitorSeen()
}

// visitorSeen looks at whom the node takes the request to come from.
func (x *exam) visitorSeen() {
	a := x.arrival
	peer, err := netip.ParseAddrPort(a.Peer)
	inside := err == nil && (peer.Addr().Unmap().IsLoopback() || peer.Addr().Unmap().IsPrivate())
	said := strings.TrimSpace(a.ForwardedFor)
	const flood = "All visitors look like one to the limits on floods: one who sends too much has all others refused."
	trust := x.config(fmt.Sprintf("[server]\ntrusted_proxies = [\"%s\"]", peer.Addr().Unmap()))
	switch {
	case x.direct:
		x.ok("proxy.visitor", "there is no web server in front")
	case !inside && !a.Trusted:
		x.ok("proxy.visitor", "the connection comes from %s", short(a.Peer))
	case said == "":
		x.warn("proxy.visitor", fmt.Sprintf("the web server at %s does not say whom it speaks for", peer.Addr().Unmap()), flood,
			x.nginx("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"), Remedy{"Caddy", "take out: header_up -X-Forwarded-For"})
	case !a.Trusted:
		x.warn("proxy.visitor", fmt.Sprintf("the web server at %s says whom it speaks for, and is not believed", peer.Addr().Unmap()), flood, trust)
	case said == Pretended:
		x.warn("proxy.visitor", "the web server passes on whatever address a visitor pretends to have", "Who floods the blog looks like another visitor each time, and no limit holds.",
			x.nginx("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"))
	default:
		x.ok("proxy.visitor", "%s", short(a.From))
	}
}
