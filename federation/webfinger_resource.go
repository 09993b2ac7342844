package federation

import (
	"net/url"
	"slices"
	"strings"
)

// maxResource bounds what is looked up by WebFinger, in bytes.
const maxResource = 2048

// resource is what somebody asks WebFinger about: a handle, or an address.
type resource struct {
	name, host string   // of a handle, in lower case; else empty
	address    *url.URL // nil for a handle
}

// parseResource reads a URI or a handle; ok is false for what can name nothing.
func parseResource(s string) (r resource, ok bool) {
	if s == "" || len(s) > maxResource {
		return r, false
	}
	handle := s
	if scheme, rest, ok := strings.Cut(s, ":"); ok && strings.EqualFold(scheme, "acct") {
		handle = rest
	}
	name, host, ok := strings.Cut(strings.TrimPrefix(handle, "@"), "@")
	if ok && name != "" && host != "" && !strings.ContainsAny(name, ":/?#") {
		return resource{name: strings.ToLower(name), host: strings.ToLower(host)}, true
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" {
		return r, false
	}
	return resource{address: u}, true
}

// isBlog tells whether the resource is the blog's actor.
func (n *Node) isBlog(r resource) bool {
	b := n.blog
	if r.address == nil {
		return r.name == b.Handle && n.isOurs(r.host)
	}
	if path, ok := pathAt(b.BaseURL, r.address); ok && b.BaseURL+path == b.ActorIRI() {
		return true
	}
	// Mastodon asks for the address of a handle's domain to find out where to
	// send somebody who wants to follow or reply.
	scheme, _, _ := strings.Cut(b.BaseURL, "://")
	return slices.ContainsFunc(b.HandleHosts(), func(host string) bool {
		path, ok := pathAt(scheme+"://"+host, r.address)
		return ok && (path == "" || path == "/")
	})
}

// isInstance tells whether the resource is the server's own actor.
func (n *Node) isInstance(r resource) bool {
	b := n.blog
	if r.address == nil {
		return n.isOurs(r.host) && slices.Contains(b.Domains(), r.name)
	}
	path, ok := pathAt(b.BaseURL, r.address)
	return ok && b.BaseURL+path == b.InstanceIRI()
}

// isOurs tells whether handles at the host are the blog's, however it is asked
// for: by the domain of its handle or, as the other domain may not send on
// what it is asked yet, by the server's own.
func (n *Node) isOurs(host string) bool { return slices.Contains(n.blog.HandleHosts(), host) }

// pathAt is the path of an address at the base, with nothing after it.
func pathAt(base string, u *url.URL) (path string, ok bool) {
	plain := u.User == nil && u.RawQuery == "" && u.Fragment == ""
	return u.Path, plain && strings.EqualFold(u.Scheme+"://"+u.Host, base)
}
