package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// redirects looks at where the front page, http and www lead.
func (x *exam) redirects(ctx context.Context) {
	x.home(ctx)
	x.plainHTTP(ctx)
	x.www(ctx)
}

// home finds out whether the blog is where it says.
func (x *exam) home(ctx context.Context) {
	home := x.url("/")
	a, hops, err := x.visitor.follow(ctx, home, "Accept", "text/html")
	loop := "Nobody reads the blog: browsers give up."
	switch {
	case errors.Is(err, errCircle):
		x.everywhere(ctx)
		x.fail("redirect.home", fmt.Sprintf("%s leads in a circle: %s", home, short(strings.Join(hops, ", "))), loop,
			x.caddy(), Remedy{"nginx", "take out the return or rewrite that answers https with a redirect to https; it belongs in the server with listen 80"},
			Remedy{"machine", "where Cloudflare or the like is in front: its mode should be Full (strict), not Flexible"})
	case err != nil:
		x.everywhere(ctx)
		x.fail("redirect.home", fmt.Sprintf("%s: %v", home, err), loop, x.passOn()...)
	case len(hops) > 0 && !strings.HasPrefix(a.url+"/", x.blog.BaseURL+"/"):
		x.everywhere(ctx)
		to := origin(a.url)
		x.fail("redirect.home", fmt.Sprintf("%s leads to %s", home, short(a.url)),
			"Other servers take what is there for another blog than the one whose ids they know.",
			x.config(fmt.Sprintf("[server]\nbase_url = %q  # only before the first follower came", to)), Remedy{"nginx", "take out the return that leads from " + x.base.Host + " elsewhere"}, x.caddy())
	case a.status/100 == 5:
		x.unanswered(home, a)
	case a.status != http.StatusOK || a.kind() != "text/html":
		x.fail("redirect.home", fmt.Sprintf("%s answers %s", home, a.line()), "Nobody reads the blog.", x.passOn()...)
	default:
		x.noteDate(a)
		x.ok("redirect.home", "%s answers %s", home, a.line())
	}
}

// everywhere finds out whether it is of any use to ask for more, when the front
// page is not answered or leads away.
func (x *exam) everywhere(ctx context.Context) {
	a, err := x.visitor.get(ctx, x.blog.ActorIRI(), "Accept", activityType)
	if err != nil || a.status/100 == 3 {
		x.dead = outcome(x.blog.ActorIRI(), a, err) + ", like the front page"
	}
}

// unanswered is a web server in front that has nobody behind it.
func (x *exam) unanswered(home string, a answer) {
	x.dead = fmt.Sprintf("%s answers %d", home, a.status)
	found, remedies := fmt.Sprintf("%s answers %s", home, a.line()), x.passOn()
	switch {
	case x.o.Local == nil:
		found += ": the web server in front does not find limelight, or it is not running"
	case x.state("serve") == OK:
		found += ", while `limelight serve` runs here: the web server in front looks for it somewhere else than at " + x.o.Upstream
	default:
		found += ": the web server in front is there, and limelight is not"
		remedies = []Remedy{{"machine", "limelight serve"}}
	}
	x.fail("redirect.home", found, "Nobody reads the blog, and what other servers send waits there for days at most.", remedies...)
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// plainHTTP looks at what those find who type the name alone.
func (x *exam) plainHTTP(ctx context.Context) {
	address := "http://" + x.base.Hostname() + "/"
	redirect := x.redirectRemedies()
	switch {
	case !x.https || x.base.Port() != "":
		x.skip("redirect.http", "the address is not that of a web server on the usual ports")
		return
	case !x.port80(x.base.Hostname()):
		x.skip("redirect.http", "-resolve does not say where port 80 is")
		return
	}
	a, err := x.visitor.get(ctx, address, "Accept", "text/html")
	if err != nil {
		x.warn("redirect.http", fmt.Sprintf("%s: %v", address, err), "Who types the name into an old browser, or follows a link without the s, finds nothing. Certificates that are proved by http cannot be renewed.", redirect...)
		return
	}
	at, _ := url.Parse(address)
	to, err := at.Parse(a.header.Get("Location"))
	switch {
	case a.status/100 == 3 && err == nil && to.Scheme == "https" && to.Hostname() == x.base.Hostname():
		x.ok("redirect.http", "%s leads to %s", address, short(to.String()))
	case a.status/100 == 3:
		x.warn("redirect.http", fmt.Sprintf("%s leads to %s", address, short(a.header.Get("Location"))), "Who leaves the s out does not come to the blog by https.", redirect...)
	default:
		x.warn("redirect.http", fmt.Sprintf("%s answers %s and does not lead to https", address, a.line()), "Readers stay on a connection that everybody on the way can read and change.", redirect...)
	}
}

// www looks at the name that some type from habit, where there is one.
func (x *exam) www(ctx context.Context) {
	host := x.base.Hostname()
	name := "www." + host
	if _, err := netip.ParseAddr(host); err == nil || !x.https || strings.HasPrefix(host, "www.") || !strings.Contains(host, ".") || x.base.Port() != "" {
		x.skip("redirect.www", "there is no such name of this blog")
		return
	}
	if _, ok := x.o.Resolve[net.JoinHostPort(name, "443")]; !ok {
		found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", name)
		if err != nil || len(found) == 0 {
			x.skip("redirect.www", "there is no %s", name)
			return
		}
	}
	remedies := x.wwwRemedies(name)
	a, err := x.visitor.get(ctx, "https://"+name+"/", "Accept", "text/html")
	switch {
	case err != nil:
		x.warn("redirect.www", fmt.Sprintf("https://%s/: %v", name, err), "Who types www. finds nothing, or a warning.", remedies...)
	case a.status/100 == 3 && strings.HasPrefix(a.header.Get("Location")+"/", x.blog.BaseURL+"/"):
		x.ok("redirect.www", "https://%s/ leads to %s", name, short(a.header.Get("Location")))
	default:
		x.warn("redirect.www", fmt.Sprintf("https://%s/ answers %s", name, a.line()), "The blog has two names: links and searches are split between them, and only one can be followed.", remedies...)
	}
}
