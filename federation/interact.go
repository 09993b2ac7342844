package federation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

// interactTime is for the lookup of a visitor's server; a person waits for it.
const interactTime = 12 * time.Second

// Interaction finds where the server of a visitor lets them follow the blog or
// answer something: typed is their handle, their server or the address of their
// profile, object the id of what they want to act on. Errors are blog.ErrHandle
// and blog.ErrServer.
//
// It asks WebFinger for an intent (FEP-3b86), else for the OStatus subscribe
// template, which Mastodon and most servers have; one that has neither, or does
// not know the account, gets the address that all of these use.
func (n *Node) Interaction(ctx context.Context, typed string, intent blog.Intent, object string) (blog.Destination, error) {
	v, err := n.client.visitor(typed)
	if err != nil {
		return blog.Destination{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, interactTime)
	defer cancel()
	base, links, err := n.descriptorOf(ctx, v)
	if err != nil {
		return blog.Destination{}, fmt.Errorf("%w: %w", blog.ErrServer, err)
	}
	to := n.client.doorway(links, intent, object)
	if to == "" {
		to = base + "/authorize_interaction?uri=" + url.QueryEscape(object)
	}
	host := hostName(to)
	if host == "" {
		return blog.Destination{}, fmt.Errorf("%w: its page has no address", blog.ErrServer)
	}
	return blog.Destination{URL: to, Host: host, Own: host == v.host}, nil
}

// descriptorOf asks a visitor's server about them. It returns the server's
// address and no links when there is a server, but not such an account.
func (n *Node) descriptorOf(ctx context.Context, v visitor) (base string, links []vocab.Link, err error) {
	done, err := n.directory.limits.begin(v.host, n.now())
	if err != nil {
		return "", nil, err
	}
	defer done()
	for _, scheme := range n.client.schemesFor(v) {
		base = scheme + "://" + v.host
		var body []byte
		body, err = n.client.descriptorAt(ctx, base+"/.well-known/webfinger?resource="+url.QueryEscape(v.resource))
		if errors.Is(err, ErrRefused) || errors.Is(err, errBroken) || ctx.Err() != nil {
			continue
		}
		var d vocab.ResourceDescriptor
		if err == nil && json.Unmarshal(body, &d) == nil {
			links = d.Links
		}
		return base, links, nil
	}
	return "", nil, err
}
