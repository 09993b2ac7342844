package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"limelight/federation/vocab"
)

// seenPost is a post as other servers know it, and the page that it has.
type seenPost struct{ iri, page string }

// object looks at a post as a server fetches it that was told of it: one of those
// that the profile shows.
func (x *exam) object(ctx context.Context) {
	const means = "Posts do not come up when they are searched for by their address, and quotes and boosts of them are empty."
	featured := x.blog.CollectionIRI("featured")
	a, err := x.visitor.get(ctx, featured, "Accept", activityType)
	if err != nil || a.status != http.StatusOK || !isActivity(a.header.Get("Content-Type")) {
		x.fail("object", outcome(featured, a, err), means, x.passOn()...)
		return
	}
	c, err := vocab.DecodeCollection(a.body)
	if err != nil {
		x.fail("object", fmt.Sprintf("%s: %v", featured, err), means, x.passOn()...)
		return
	}
	if len(c.Items) == 0 {
		x.skip("object", "there are no posts yet")
		return
	}
	iri := c.Items[0]
	if !strings.HasPrefix(iri, x.blog.PostIRI("")) {
		x.fail("object", fmt.Sprintf("a post has the id %s, which is not the blog's", short(iri)), means, x.config(fmt.Sprintf("[server]\nbase_url = %q", x.blog.BaseURL)))
		return
	}
	if a, err = x.visitor.get(ctx, iri, "Accept", activityType); err != nil || a.status != http.StatusOK || !isActivity(a.header.Get("Content-Type")) {
		x.fail("object", outcome(iri, a, err), means, x.passOn()...)
		return
	}
	o, err := vocab.DecodeObject(a.body)
	switch {
	case err != nil:
		x.fail("object", fmt.Sprintf("%s: %v", iri, err), means, x.passOn()...)
	case o.ID != iri || len(o.AttributedTo) != 1 || o.AttributedTo[0] != x.blog.ActorIRI():
		x.fail("object", fmt.Sprintf("%s says that it is %s, by %s", iri, short(o.ID), short(strings.Join(o.AttributedTo, ", "))), means, x.noCache()...)
	default:
		x.ok("object", "%s", iri)
		if _, ok := x.blog.PostSlug(o.URL); ok {
			x.post = seenPost{iri, o.URL}
		}
	}
}
