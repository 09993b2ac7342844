package federation

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
)

const (
	maxDescriptor    = 100 << 10 // bytes
	acceptDescriptor = jrdType + ", " + jsonType
)

// errContradiction is a handle and an actor that do not name each other.
var errContradiction = errors.New("the handle and the actor do not agree")

// Find is the actor with the handle, name@host, and the handle as its own
// server spells it. Both must name each other, as Mastodon and SWICG's report on
// ActivityPub and WebFinger demand it: WebFinger
// leads from the handle to the actor; the actor's own name at its own host is
// the handle, or leads by WebFinger to the same subject and actor, which lets
// the host of a handle be another than that of the actor. Errors are ErrGone,
// ErrUnreachable, or else there is nobody of that name to be believed.
func (d *Directory) Find(ctx context.Context, handle string) (blog.Actor, string, error) {
	a, name, err := d.find(ctx, handle)
	if err != nil {
		return blog.Actor{}, "", fmt.Errorf("the handle %.300s: %w", handle, err)
	}
	return a, name, nil
}

func (d *Directory) find(ctx context.Context, handle string) (blog.Actor, string, error) {
	if err := d.failures.of("acct:"+handle, d.now()); err != nil {
		return blog.Actor{}, "", err
	}
	a, name, err := d.findNow(ctx, handle)
	if err != nil {
		err = verdict(err)
		d.failures.add("acct:"+handle, err, d.now())
	}
	return a, name, err
}

func (d *Directory) findNow(ctx context.Context, handle string) (blog.Actor, string, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	name, id, err := d.resolve(ctx, handle)
	if err != nil {
		return blog.Actor{}, "", err
	}
	a, err := d.Actor(ctx, id)
	switch {
	case err != nil:
		return a, "", err
	case a.IRI != id:
		return a, "", fmt.Errorf("%w: %s is %s", errContradiction, id, a.IRI)
	case a.Handle == "":
		return a, "", fmt.Errorf("%w: the actor has no name", errContradiction)
	case sameHandle(a.Handle, name):
		return a, a.Handle, nil
	}
	// The actor lies at another host than its handle: that host must agree.
	back, backID, err := d.resolve(ctx, a.Handle)
	if err != nil {
		return a, "", err
	}
	if backID != id || !sameHandle(back, name) {
		return a, "", fmt.Errorf("%w: %s is called %.300s at home", errContradiction, id, back)
	}
	return a, name, nil
}

// resolve asks WebFinger who a handle is: the handle that its host tells for
// it, which is asked in its turn, and the id of the actor.
func (d *Directory) resolve(ctx context.Context, handle string) (name, id string, err error) {
	jrd, err := d.descriptor(ctx, handle)
	if err != nil {
		return "", "", err
	}
	if id = actorLink(jrd); id == "" {
		return "", "", errors.New("WebFinger tells of no actor")
	}
	name = subject(jrd)
	if name == "" || sameHandle(name, handle) {
		return handle, id, nil
	}
	if jrd, err = d.descriptor(ctx, name); err != nil {
		return "", "", err
	}
	if !sameHandle(subject(jrd), name) || actorLink(jrd) != id {
		return "", "", fmt.Errorf("%w: %.300s is somebody else at home", errContradiction, name)
	}
	return name, id, nil
}

// subject is the handle that a descriptor is about, empty when it is about
// something else.
func subject(jrd vocab.ResourceDescriptor) string {
	scheme, acct, ok := strings.Cut(jrd.Subject, ":")
	if !ok || !strings.EqualFold(scheme, "acct") {
		return ""
	}
	return acct
}

// actorLink is the id of the actor that a descriptor leads to. Mastodon takes
// these two types only.
func actorLink(jrd vocab.ResourceDescriptor) string {
	i := slices.IndexFunc(jrd.Links, func(l vocab.Link) bool {
		return l.Rel == "self" && isActivityJSON(l.Type) && hostName(l.Href) != ""
	})
	if i < 0 {
		return ""
	}
	return jrd.Links[i].Href
}

// sameHandle compares handles as WebFinger does in practice: in any case.
func sameHandle(a, b string) bool { return strings.EqualFold(a, b) }

// descriptor is what a handle's host tells of it, within the limits for the
// host.
func (d *Directory) descriptor(ctx context.Context, handle string) (vocab.ResourceDescriptor, error) {
	name, host, ok := strings.Cut(handle, "@")
	if !ok || name == "" || strings.ContainsAny(host, "@/?#\\ ") || hostName("https://"+host) == "" {
		return vocab.ResourceDescriptor{}, fmt.Errorf("%w: it is no handle", ErrRefused)
	}
	if slices.ContainsFunc(d.blog.HandleHosts(), func(ours string) bool { return strings.EqualFold(host, ours) }) {
		return vocab.ResourceDescriptor{}, fmt.Errorf("%w: that is ourselves", ErrRefused)
	}
	done, err := d.limits.begin(hostName("https://"+host), d.now())
	if err != nil {
		return vocab.ResourceDescriptor{}, err
	}
	defer done()
	body, err := d.client.GetDescriptor(ctx, host, "acct:"+handle)
	if err != nil {
		return vocab.ResourceDescriptor{}, err
	}
	return vocab.DecodeDescriptor(body)
}

// GetDescriptor asks a host by WebFinger (RFC 7033) about a resource, by https,
// or by http where private networks are allowed and https is not spoken. Errors
// are like Get's.
func (c *Client) GetDescriptor(ctx context.Context, host, resource string) ([]byte, error) {
	address := "://" + host + "/.well-known/webfinger?resource=" + url.QueryEscape(resource)
	body, err := c.descriptorAt(ctx, "https"+address)
	if c.private && errors.Is(err, errBroken) && ctx.Err() == nil {
		body, err = c.descriptorAt(ctx, "http"+address)
	}
	return body, c.fetched.count(fetchDescriptor, err)
}

// descriptorAt fetches a WebFinger answer. It is not signed: what it says is
// public.
func (c *Client) descriptorAt(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	resp, err := c.follow(ctx, address, c.descriptorGet)
	if err != nil {
		return nil, fmt.Errorf("ask by WebFinger: %w", err)
	}
	defer resp.Body.Close()
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind != jrdType && kind != jsonType && kind != activityType {
		return nil, fmt.Errorf("ask %s by WebFinger: %w: %.100q", resp.Request.URL.Host, ErrWrongType, kind)
	}
	body, err := readAll(resp.Body, maxDescriptor)
	if err != nil {
		return nil, fmt.Errorf("ask %s by WebFinger: %w", resp.Request.URL.Host, err)
	}
	return body, nil
}

func (c *Client) descriptorGet(ctx context.Context, u *url.URL) (*http.Response, error) {
	req, err := c.request(ctx, message{method: http.MethodGet, url: u, header: http.Header{"Accept": {acceptDescriptor}}})
	if err != nil {
		return nil, err
	}
	return c.do(req)
}
