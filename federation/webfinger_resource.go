package federation

import (
	"net/url"
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
		return r.name+"@"+r.host == strings.ToLower(b.Acct())
	}
	path, ok := n.pathHere(r.address)
	return ok && (path == "" || path == "/" || b.BaseURL+path == b.ActorIRI())
}

// isInstance tells whether the resource is the server's own actor.
func (n *Node) isInstance(r resource) bool {
	b := n.blog
	if r.address == nil {
		return r.name+"@"+r.host == strings.ToLower(b.InstanceAcct())
	}
	path, ok := n.pathHere(r.address)
	return ok && b.BaseURL+path == b.InstanceIRI()
}

// pathHere is the path of an address of ours, without anything after it.
func (n *Node) pathHere(u *url.URL) (path string, ok bool) {
	plain := u.User == nil && u.RawQuery == "" && u.Fragment == ""
	return u.Path, plain && strings.EqualFold(u.Scheme+"://"+u.Host, n.blog.BaseURL)
}
