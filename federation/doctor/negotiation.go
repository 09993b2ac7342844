package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

const browserAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// target is a page that is an object too.
type target struct{ path, iri string }

// targets are the front page and, where there is one, a post.
func (x *exam) targets() []target {
	all := []target{{"/", x.blog.ActorIRI()}}
	if path, ok := strings.CutPrefix(x.post.page, x.blog.BaseURL); ok {
		all = append(all, target{path, x.post.iri})
	}
	return all
}

// negotiation asks for pages as a browser and as another server, first under
// addresses that no cache knows and then under one that both ask for.
func (x *exam) negotiation(ctx context.Context) {
	var answers []answer
	for _, t := range x.targets() {
		answers = append(answers, x.asked(ctx, t), x.shownPage(ctx, t))
	}
	x.ok("negotiation.activity", "leads to %s and the like", x.blog.ActorIRI())
	x.ok("negotiation.html", "%s", answers[1].line())
	x.vary(answers...)
	if x.state("negotiation.activity") != OK || x.state("negotiation.html") != OK {
		x.skip("negotiation.cache", "one of both ways does not work even without a cache")
		return
	}
	for _, t := range x.targets() {
		x.mixed(ctx, t)
	}
	x.ok("negotiation.cache", "pages and objects are kept apart")
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

// asked is a page as another server asks for it, in both ways.
func (x *exam) asked(ctx context.Context, t target) answer {
	var last answer
	for _, accept := range []string{activityType, linkedType} {
		a, err := x.visitor.get(ctx, x.fresh(t.path), "Accept", accept)
		if err != nil || !t.isObject(a) {
			x.fail("negotiation.activity", fmt.Sprintf("%s, asked for as %s: %s and not 303 to %s", x.url(t.path), accept, outcomeOf(a, err), t.iri),
				"Who pastes the address of the blog or of a post into the search at Mastodon finds nothing.",
				append(x.passOn("proxy_set_header Accept $http_accept;  # or no line with Accept at all"), x.noCache()...)...)
			return a
		}
		last = a
	}
	return last
}

// isObject tells whether an answer leads to the object that the page is.
func (t target) isObject(a answer) bool {
	return a.status == http.StatusSeeOther && a.header.Get("Location") == t.iri
}

// shownPage is a page as a browser asks for it.
func (x *exam) shownPage(ctx context.Context, t target) answer {
	a, err := x.visitor.get(ctx, x.fresh(t.path), "Accept", browserAccept)
	if err != nil || a.status != http.StatusOK || a.kind() != "text/html" {
		x.fail("negotiation.html", fmt.Sprintf("%s, asked for by a browser: %s", x.url(t.path), outcomeOf(a, err)), "Readers get something that is no page.", append(x.passOn("proxy_set_header Accept $http_accept;  # or no line with Accept at all"), x.noCache()...)...)
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
func (x *exam) mixed(ctx context.Context, t target) {
	pageFirst, objectFirst := x.fresh(t.path), x.fresh(t.path)
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
	case !t.isObject(object):
		found = fmt.Sprintf("%s: after a browser asked for it, another server gets %s", x.url(t.path), object.line())
	case page.kind() != "text/html":
		found = fmt.Sprintf("%s: after another server asked for it, a browser gets %s", x.url(t.path), page.line())
	default:
		return
	}
	x.fail("negotiation.cache", "a cache in front mixes pages and ActivityPub: "+found,
		"Searching for a post finds nothing, or readers get JSON, depending on who came first.", x.noCache()...)
}
