package blog

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// The addresses of a blog. Pages may move with a slug; IRIs under /ap/ depend
// on neither slug nor handle and are permanent.

// URL makes a path from the site's root absolute: "/media/x.jpg". What is
// absolute already stays as it is. Media are where MediaURL says.
func (b *Blog) URL(path string) string {
	path = b.MediaLink(path)
	if strings.HasPrefix(path, "https://") || strings.HasPrefix(path, "http://") {
		return path
	}
	return b.BaseURL + path
}

// Host is the host of BaseURL as it stands in signatures and handles: with the
// port when BaseURL names one.
func (b *Blog) Host() string {
	_, host, _ := strings.Cut(b.BaseURL, "://")
	return host
}

// Domain is Host without a port.
func (b *Blog) Domain() string { return withoutPort(b.Host()) }

// Domains are the blog's own: Domain, and that of its handle when it is another.
func (b *Blog) Domains() []string {
	domains := []string{b.Domain()}
	if d := withoutPort(b.HandleHosts()[0]); d != domains[0] {
		domains = append(domains, d)
	}
	return domains
}

func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// IsLocalHost tells whether a host, without a port, is this machine or on its own
// network, so that nobody elsewhere knows it.
func IsLocalHost(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && (addr.IsLoopback() || addr.IsPrivate())
}

// Acct is the handle others follow, without the first @: "blog@blog.example.com".
func (b *Blog) Acct() string { return b.Handle + "@" + b.HandleHosts()[0] }

// HandleHosts are the hosts that the blog's handle is known at: first the one it
// goes by, then, when that is another, the server's own, where WebFinger has
// to know it too (Mastodon asks there with what it read in the actor).
func (b *Blog) HandleHosts() []string {
	if b.HandleHost == "" || b.HandleHost == b.Host() {
		return []string{b.Host()}
	}
	return []string{b.HandleHost, b.Host()}
}

// HomeURL is the front page, and the profile page of the actor.
func (b *Blog) HomeURL() string { return b.BaseURL + "/" }

// PostURL is the page of a post.
func (b *Blog) PostURL(slug string) string { return b.BaseURL + PostPath(slug) }

// TagURL is the page of a tag.
func (b *Blog) TagURL(slug string) string { return b.BaseURL + TagPath(slug) }

// CommentURL is a comment's place on the page of its post.
func (b *Blog) CommentURL(slug string, id int64) string {
	return b.PostURL(slug) + "#comment-" + strconv.FormatInt(id, 10)
}

// CommentFeedURL is the feed of the comments on a post, with the name that tells
// its format: feed.xml, feed.atom or feed.json.
func (b *Blog) CommentFeedURL(slug, file string) string { return b.PostURL(slug) + "/comments/" + file }

// PostPath is PostURL without the site.
func PostPath(slug string) string { return "/posts/" + url.PathEscape(slug) }

// TagPath is TagURL without the site.
func TagPath(slug string) string { return "/tags/" + url.PathEscape(slug) }

// HubURL is the WebSub hub within the program.
func (b *Blog) HubURL() string { return b.BaseURL + "/websub" }

// ActorIRI is the id of the blog's actor.
func (b *Blog) ActorIRI() string { return b.BaseURL + "/ap/actor" }

// KeyIRI is the id of the actor's public key.
func (b *Blog) KeyIRI() string { return b.ActorIRI() + "#main-key" }

// InstanceIRI is the id of the server's own actor, who asks for documents.
func (b *Blog) InstanceIRI() string { return b.BaseURL + "/ap/instance" }

// InstanceKeyIRI is the id of that actor's public key.
func (b *Blog) InstanceKeyIRI() string { return b.InstanceIRI() + "#main-key" }

// InstanceAcct is that actor's handle: "blog.example.com@blog.example.com".
func (b *Blog) InstanceAcct() string { return b.Domain() + "@" + b.Host() }

// InboxIRI is the inbox, personal and shared alike.
func (b *Blog) InboxIRI() string { return b.BaseURL + "/ap/inbox" }

// CollectionIRI is one of the actor's collections: outbox, followers,
// following, featured.
func (b *Blog) CollectionIRI(name string) string { return b.BaseURL + "/ap/" + name }

const (
	postIRIPath    = "/ap/posts/"
	commentIRIPath = "/ap/comments/"
)

// PostIRI is the id of a post's object.
func (b *Blog) PostIRI(id string) string { return b.BaseURL + postIRIPath + id }

// PostCollectionIRI is one of a post's collections: replies, likes, shares,
// context.
func (b *Blog) PostCollectionIRI(id, name string) string { return b.PostIRI(id) + "/" + name }

// ActivityIRI is the id of an activity.
func (b *Blog) ActivityIRI(id string) string { return b.BaseURL + "/ap/activities/" + id }

// ActivityID is the activity that iri names, or ok is false when it is not the
// id of an activity of this blog. It need not exist.
func (b *Blog) ActivityID(iri string) (id string, ok bool) {
	id, ok = strings.CutPrefix(iri, b.ActivityIRI(""))
	return id, ok && id != "" && !strings.ContainsAny(id, "/?#")
}

// CommentIRI is the id of a comment of the author's own with the UUID.
func (b *Blog) CommentIRI(id string) string { return b.BaseURL + commentIRIPath + id }

// CommentID is the UUID of the own comment that iri names, or ok is false.
func (b *Blog) CommentID(iri string) (id string, ok bool) {
	id, ok = strings.CutPrefix(iri, b.BaseURL+commentIRIPath)
	return id, ok && id != "" && !strings.ContainsAny(id, "/?#")
}

// AuthorizationIRI is the id of what shows that an approval was granted
// (FEP-044f).
func (b *Blog) AuthorizationIRI(id string) string { return b.BaseURL + "/ap/authorizations/" + id }

// PostID is the post that iri names, or ok is false when it is not the id of a
// post of this blog. The post need not exist.
func (b *Blog) PostID(iri string) (id string, ok bool) {
	id, ok = strings.CutPrefix(iri, b.BaseURL+postIRIPath)
	return id, ok && id != "" && !strings.ContainsAny(id, "/?#")
}

// PostSlug is the slug of the post whose page u is, or ok is false.
func (b *Blog) PostSlug(u string) (slug string, ok bool) {
	slug, ok = strings.CutPrefix(u, b.BaseURL+"/posts/")
	slug, _, _ = strings.Cut(slug, "#")
	return slug, ok && slug != "" && !strings.ContainsAny(slug, "/?")
}
