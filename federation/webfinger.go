package federation

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"limelight/federation/vocab"
)

// WebFinger answers who somebody here is (RFC 7033): the blog's actor, by its
// handle in any case, at the handle's domain and at the server's, with or without
// "acct:", by its id and by the address of either, and by handles it once had; or the server's own actor, by
// handle and id. Anything else is 404, what is no resource at all 400.
func (n *Node) WebFinger(w http.ResponseWriter, r *http.Request) {
	openToScripts(w)
	n.answer(w, r, func() (document, error) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return document{}, refusal(http.StatusBadRequest)
		}
		asked, ok := resource{}, false
		if list := query["resource"]; len(list) == 1 {
			asked, ok = parseResource(list[0])
		}
		if !ok {
			return document{}, refusal(http.StatusBadRequest)
		}
		d, err := n.describe(r.Context(), asked)
		if err != nil {
			return document{}, err
		}
		// Only the links that were asked for, if any were (RFC 7033 section 4.3).
		if rels := query["rel"]; len(rels) > 0 {
			d.Links = slices.DeleteFunc(d.Links, func(l vocab.Link) bool { return !slices.Contains(rels, l.Rel) })
		}
		return newDocument(jrdType, askLater, d)
	})
}

// openToScripts lets scripts of other sites read the answer, as WebFinger
// requires (RFC 7033 section 5) and Mastodon does for NodeInfo too.
func openToScripts(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
}

// describe is the descriptor of whom the resource names. An old handle of the
// blog leads to its subject of today, which Mastodon then asks about as well.
func (n *Node) describe(ctx context.Context, r resource) (vocab.ResourceDescriptor, error) {
	switch {
	case n.isBlog(r):
		return n.blogDescriptor(), nil
	case n.isInstance(r):
		return n.instanceDescriptor(), nil
	}
	was, err := n.wasBlog(ctx, r)
	switch {
	case err != nil:
		return vocab.ResourceDescriptor{}, err
	case was:
		return n.blogDescriptor(), nil
	}
	return vocab.ResourceDescriptor{}, refusal(http.StatusNotFound)
}

func (n *Node) blogDescriptor() vocab.ResourceDescriptor {
	b := n.blog
	d := describeActor(b.Acct(), b.HomeURL(), b.ActorIRI())
	d.Aliases = []string{b.HomeURL(), b.ActorIRI()}
	if b.Avatar.Path != "" {
		d.Links = append(d.Links, vocab.Link{Rel: "http://webfinger.net/rel/avatar", Type: b.Avatar.Type, Href: b.URL(b.Avatar.Path)})
	}
	return d
}

func (n *Node) instanceDescriptor() vocab.ResourceDescriptor {
	return describeActor(n.blog.InstanceAcct(), n.instanceURL(), n.blog.InstanceIRI())
}

// describeActor is a descriptor as Mastodon reads it: the subject leads back
// here, and self is the actor's id to the byte.
func describeActor(acct, page, iri string) vocab.ResourceDescriptor {
	return vocab.ResourceDescriptor{
		Subject: "acct:" + acct,
		Aliases: []string{iri},
		Links: []vocab.Link{
			{Rel: "http://webfinger.net/rel/profile-page", Type: "text/html", Href: page},
			{Rel: "self", Type: activityType, Href: iri},
		},
	}
}
