package federation

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"limelight/federation/vocab"
)

// maxResource bounds what is looked up by WebFinger, in bytes.
const maxResource = 2048

// WebFinger answers who the actor is (RFC 7033): for its handle in any case,
// with or without "acct:", for its id and for the address of the blog.
// Anything else is 404, what is no resource at all 400.
func (n *Node) WebFinger(w http.ResponseWriter, r *http.Request) {
	openToScripts(w)
	n.answer(w, r, func() (document, error) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return document{}, refusal(http.StatusBadRequest)
		}
		resources := query["resource"]
		if len(resources) != 1 || !isResource(resources[0]) {
			return document{}, refusal(http.StatusBadRequest)
		}
		if !n.isSelf(resources[0]) {
			return document{}, refusal(http.StatusNotFound)
		}
		return newDocument(jrdType, askLater, n.descriptor(query["rel"]))
	})
}

// openToScripts lets scripts of other sites read the answer, as WebFinger
// requires (RFC 7033 section 5) and Mastodon does for NodeInfo too.
func openToScripts(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
}

// isResource tells whether s can name anything: a URI, or a handle.
func isResource(s string) bool {
	if s == "" || len(s) > maxResource {
		return false
	}
	if name, host, ok := strings.Cut(strings.TrimPrefix(s, "@"), "@"); ok && name != "" && host != "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "")
}

// isSelf tells whether the resource is the blog's actor.
func (n *Node) isSelf(resource string) bool {
	b := n.blog
	if scheme, acct, ok := strings.Cut(resource, ":"); ok && strings.EqualFold(scheme, "acct") {
		resource = acct
	}
	if strings.EqualFold(strings.TrimPrefix(resource, "@"), b.Acct()) {
		return true
	}
	u, err := url.Parse(resource)
	if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	if !strings.EqualFold(u.Scheme+"://"+u.Host, b.BaseURL) {
		return false
	}
	return u.Path == "" || u.Path == "/" || b.BaseURL+u.Path == b.ActorIRI()
}

// descriptor is the actor's, with only the links of the relations that were
// asked for, if any were (RFC 7033 section 4.3).
func (n *Node) descriptor(rels []string) vocab.ResourceDescriptor {
	b := n.blog
	links := []vocab.Link{
		{Rel: "http://webfinger.net/rel/profile-page", Type: "text/html", Href: b.HomeURL()},
		{Rel: "self", Type: activityType, Href: b.ActorIRI()},
	}
	if b.Avatar.Path != "" {
		links = append(links, vocab.Link{Rel: "http://webfinger.net/rel/avatar", Type: b.Avatar.Type, Href: b.URL(b.Avatar.Path)})
	}
	if len(rels) > 0 {
		links = slices.DeleteFunc(links, func(l vocab.Link) bool { return !slices.Contains(rels, l.Rel) })
	}
	return vocab.ResourceDescriptor{
		Subject: "acct:" + b.Acct(),
		Aliases: []string{b.HomeURL(), b.ActorIRI()},
		Links:   links,
	}
}
