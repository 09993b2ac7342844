package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

const browserAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// negotiation asks for the front page as a browser and as another server, first
// under addresses that no cache knows and then under one that both ask for.
func (x *exam) negotiation(ctx context.Context) {
	asObject, asPage := x.asked(ctx), x.shownPage(ctx)
	if x.gone {
		return
	}
	x.vary(asObject, asPage)
	if x.state("negotiation.activity") == OK && x.state("negotiation.html") == OK {
		x.mixed(ctx)
	}
}

// state is how a check of this run ended; empty when it is not made yet.
func (x *exam) state(id string) State {
	for _, c := range x.checks {
		if c.ID == id {
			return c.State
		}
	}
	return ""
}

// asked is the front page as another server asks for it, in both ways.
func (x *exam) asked(ctx context.Context) answer {
	var last answer
	for _, accept := range []string{activityType, linkedType} {
		a, err := x.visitor.get(ctx, x.fresh("/"), "Accept", accept)
		if err != nil || !x.isObject(a) {
			x.fail("negotiation.activity", fmt.Sprintf("%s, asked for as %s: %s", x.blog.HomeURL(), accept, x.notObject(a, err)),
				"Who pastes the address of the blog or of a post into the search at Mastodon finds nothing.",
				append(x.passOn("proxy_set_header Accept $http_accept;  # or no line with Accept at all"), x.noCache()...)...)
			return a
		}
		last = a
	}
	x.ok("negotiation.activity", "leads to %s", x.blog.ActorIRI())
	return last
}

// isObject tells whether an answer leads to the account.
func (x *exam) isObject(a answer) bool {
	return a.status == http.StatusSeeOther && a.header.Get("Location") == x.blog.ActorIRI()
}

func (x *exam) notObject(a answer, err error) string {
	if err != nil {
		return err.Error()
	}
	return a.line() + " and not 303 to " + x.blog.ActorIRI()
}

// shownPage is the front page as a browser asks for it.
func (x *exam) shownPage(ctx context.Context) answer {
	a, err := x.visitor.get(ctx, x.fresh("/"), "Accept", browserAccept)
	switch {
	case err != nil || a.status != http.StatusOK || a.kind() != "text/html":
		x.fail("negotiation.html", fmt.Sprintf("%s, asked for by a browser: %s", x.blog.HomeURL(), outcomeOf(a, err)), "Readers get something that is no page.", append(x.passOn("proxy_set_header Accept $http_accept;  # or no line with Accept at all"), x.noCache()...)...)
	default:
		x.ok("negotiation.html", "%s", a.line())
	}
	return a
}

func outcomeOf(a answer, err error) string {
	if err != nil {
		return err.Error()
	}
	return a.line()
}

// vary looks at what tells caches, ours and others', to keep the two apart.
func (x *exam) vary(answers ...answer) {
	for _, a := range answers {
		if a.header == nil || namesHeader(a.header.Values("Vary"), "Accept") {
			continue
		}
		x.fail("negotiation.vary", fmt.Sprintf("the answer with %s has no Vary: Accept (it has %q)", a.line(), short(strings.Join(a.header.Values("Vary"), ", "))),
			"Caches on the way give browsers what is meant for servers, and the other way round.",
			Remedy{"nginx", "take out proxy_hide_header Vary and proxy_ignore_headers Vary"}, Remedy{"Caddy", "take out `header -Vary`"})
		return
	}
	x.ok("negotiation.vary", "Vary: Accept")
}

// namesHeader tells whether a list of headers has the name.
func namesHeader(values []string, name string) bool {
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if part = strings.TrimSpace(part); strings.EqualFold(part, name) || part == "*" {
			return true
		}
	}
	return false
}

// mixed asks for one address both ways, each first once: a cache that does not
// keep them apart gives the second what the first got.
func (x *exam) mixed(ctx context.Context) {
	pageFirst, objectFirst := x.fresh("/"), x.fresh("/")
	get := func(address, accept string) (answer, error) { return x.visitor.get(ctx, address, "Accept", accept) }
	_, err1 := get(pageFirst, browserAccept)
	object, err2 := get(pageFirst, activityType)
	_, err3 := get(objectFirst, activityType)
	page, err4 := get(objectFirst, browserAccept)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			x.fail("negotiation.cache", err.Error(), "Some requests are not answered.", x.passOn()...)
			return
		}
	}
	var found string
	switch {
	case !x.isObject(object):
		found = fmt.Sprintf("after a browser asked for it, another server gets %s", object.line())
	case page.kind() != "text/html":
		found = fmt.Sprintf("after another server asked for it, a browser gets %s", page.line())
	default:
		x.ok("negotiation.cache", "pages and objects are kept apart")
		return
	}
	x.fail("negotiation.cache", "a cache in front mixes pages and ActivityPub: "+found,
		"Searching for a post finds nothing, or readers get JSON, depending on who came first.", x.noCache()...)
}
