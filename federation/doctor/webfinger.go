package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"limelight/federation/vocab"
)

const (
	activityType = "application/activity+json"
	jrdType      = "application/jrd+json"
	linkedType   = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	findsNothing = "Who searches for the handle finds nothing, and nobody new can follow."
)

// webfinger asks who the blog is, by handle and by address, as Mastodon does.
func (x *exam) webfinger(ctx context.Context) {
	x.byAddress(ctx)
	x.byHandle(ctx)
	x.byDomain(ctx)
	x.hostMeta(ctx)
}

// asked is a WebFinger answer that could be read.
type asked struct {
	answer
	vocab.ResourceDescriptor
	hops []string
}

// finger asks a host about a resource. fault says in words what is wrong, and is
// empty for an answer about the blog.
func (x *exam) finger(ctx context.Context, base, resource string) (f asked, fault string) {
	address := base + "/.well-known/webfinger?resource=" + url.QueryEscape(resource)
	var err error
	f.answer, f.hops, err = x.visitor.follow(ctx, address, "Accept", jrdType+", application/json")
	switch {
	case err != nil:
		return f, fmt.Sprintf("%s: %v", address, err)
	case f.status == http.StatusGone:
		x.gone = true
		return f, left
	case f.status != http.StatusOK:
		return f, fmt.Sprintf("%s answers %s", address, f.line())
	}
	if f.ResourceDescriptor, err = vocab.DecodeDescriptor(f.body); err != nil {
		return f, fmt.Sprintf("%s answers %s and no WebFinger", address, f.line())
	}
	self := slices.IndexFunc(f.Links, func(l vocab.Link) bool { return l.Rel == "self" && l.Type == activityType })
	switch {
	case self < 0:
		return f, address + " names no account (a link with rel=self and type=" + activityType + ")"
	case f.Links[self].Href != x.blog.ActorIRI():
		return f, fmt.Sprintf("%s names another account, %s", address, short(f.Links[self].Href))
	}
	return f, ""
}

// wellKnown has what is below /.well-known/ passed on.
func (x *exam) wellKnown() []Remedy {
	return []Remedy{x.caddy(), {"nginx", fmt.Sprintf("location /.well-known/ {  # above others that take it; certbot needs /.well-known/acme-challenge/ alone\n    proxy_pass http://%s;\n    proxy_set_header Host $host;\n}", x.o.Upstream)}}
}

// byAddress finds the handle out where nobody said it.
func (x *exam) byAddress(ctx context.Context) {
	f, fault := x.finger(ctx, x.blog.BaseURL, x.blog.HomeURL())
	if x.gone {
		for _, id := range []string{"webfinger.url", "webfinger.handle", "webfinger.domain"} {
			x.skip(id, left)
		}
	}
	if fault != "" {
		x.fail("webfinger.url", fault, "Who pastes the blog's address into the search at Mastodon finds nothing.", x.wellKnown()...)
		return
	}
	x.ok("webfinger.url", "%s is %s", x.blog.HomeURL(), short(f.Subject))
	x.scripts(f.answer)
	acct, ok := strings.CutPrefix(f.Subject, "acct:")
	if name, host, both := strings.Cut(acct, "@"); ok && both && x.blog.Handle == "" {
		x.blog.Handle, x.blog.HandleHost = name, host
	}
}

// scripts looks at the header without which pages elsewhere cannot ask (RFC 7033
// section 5).
func (x *exam) scripts(a answer) {
	if origins := a.header.Values("Access-Control-Allow-Origin"); len(origins) != 1 || origins[0] != "*" {
		x.warn("webfinger.scripts", fmt.Sprintf("Access-Control-Allow-Origin is %q; it should be there once, with *", origins),
			"Pages that look handles up in the browser do not find the blog.", Remedy{"nginx", "take out proxy_hide_header and add_header with Access-Control-Allow-Origin: limelight sends it"}, x.caddy())
		return
	}
	x.ok("webfinger.scripts", "any page may ask")
}

func (x *exam) byHandle(ctx context.Context) {
	if x.blog.Handle == "" {
		x.skip("webfinger.handle", "the handle is not known")
		return
	}
	acct := x.blog.Acct()
	f, fault := x.finger(ctx, x.blog.BaseURL, "acct:"+acct)
	switch {
	case fault != "":
		x.fail("webfinger.handle", fault, findsNothing, x.wellKnown()...)
	case !strings.EqualFold(f.Subject, "acct:"+acct):
		x.fail("webfinger.handle", fmt.Sprintf("@%s is %s there", acct, short(f.Subject)), "Mastodon takes the account for another one, or refuses it.", x.config("[blog]\nhandle = "+fmt.Sprintf("%q", x.blog.Handle)+"  # and start limelight serve anew"))
	case f.kind() != jrdType && f.kind() != "application/json":
		x.warn("webfinger.handle", fmt.Sprintf("the answer about @%s is %s and should be %s", acct, short(f.kind()), jrdType), "Strict servers do not find the handle.", x.wellKnown()...)
	case len(f.hops) > 0:
		x.warn("webfinger.handle", fmt.Sprintf("the question about @%s is led on to %s", acct, short(f.hops[len(f.hops)-1])), "Some servers do not follow, and find nothing.", x.wellKnown()...)
	default:
		x.ok("webfinger.handle", "@%s is %s", acct, x.blog.ActorIRI())
	}
}

// byDomain asks at the domain that the handle bears, when it is another.
func (x *exam) byDomain(ctx context.Context) {
	if x.blog.Handle == "" || len(x.blog.HandleHosts()) == 1 {
		x.skip("webfinger.domain", "the handle bears the domain of the blog")
		return
	}
	base := x.base.Scheme + "://" + x.blog.HandleHost
	f, fault := x.finger(ctx, base, "acct:"+x.blog.Acct())
	switch {
	case fault != "":
		x.fail("webfinger.domain", fault, findsNothing+" Who follows already is not affected.", x.domainRemedies()...)
	case !strings.EqualFold(f.Subject, "acct:"+x.blog.Acct()):
		x.fail("webfinger.domain", fmt.Sprintf("%s says that @%s is %s", base, x.blog.Acct(), short(f.Subject)), findsNothing, x.domainRemedies()...)
	default:
		x.ok("webfinger.domain", "%s leads @%s to the blog", base, x.blog.Acct())
	}
}

// hostMeta is asked by few, and by Mastodon when WebFinger failed.
func (x *exam) hostMeta(ctx context.Context) {
	address := x.url("/.well-known/host-meta")
	a, err := x.visitor.get(ctx, address, "Accept", "application/xrd+xml, application/xml")
	template := x.blog.BaseURL + "/.well-known/webfinger?resource={uri}"
	switch {
	case err != nil:
		x.warn("hostmeta", fmt.Sprintf("%s: %v", address, err), "A few old servers do not find the handle.", x.wellKnown()...)
	case a.status != http.StatusOK || !strings.Contains(string(a.body), template):
		x.warn("hostmeta", fmt.Sprintf("%s answers %s and does not lead to WebFinger", address, a.line()), "A few old servers do not find the handle.", x.wellKnown()...)
	default:
		x.ok("hostmeta", "leads to WebFinger")
	}
}
