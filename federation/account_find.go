package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"limelight/blog"
)

// Errors of moving that callers tell apart with errors.Is.
var (
	// ErrUnlisted is an account that does not say it was the blog before.
	ErrUnlisted = errors.New("it does not name this blog as its former account (alsoKnownAs)")
	// ErrOurselves is the blog's own account where another one is meant.
	ErrOurselves = errors.New("that is this blog itself")
)

// FindAccount asks another server for an account, by its handle (with or
// without the first @), its id or the address of its profile.
func (n *Node) FindAccount(ctx context.Context, name string) (blog.Actor, error) {
	doc, err := n.findAccount(ctx, name)
	if err != nil {
		return blog.Actor{}, fmt.Errorf("%s: %w", name, err)
	}
	return doc.blogActor(n.now())
}

// MoveTarget is FindAccount for the account that the blog is to move to. It
// must list the blog in alsoKnownAs, or no server would have its users follow
// there: ErrUnlisted.
func (n *Node) MoveTarget(ctx context.Context, name string) (blog.Actor, error) {
	doc, err := n.findAccount(ctx, name)
	switch {
	case err != nil:
	case doc.MovedTo != "":
		err = fmt.Errorf("it has itself moved, to %.300s", doc.MovedTo)
	case !slices.Contains(doc.AlsoKnownAs, n.blog.ActorIRI()):
		err = ErrUnlisted
	}
	if err != nil {
		return blog.Actor{}, fmt.Errorf("%s: %w", name, err)
	}
	return doc.blogActor(n.now())
}

func (n *Node) findAccount(ctx context.Context, name string) (*actorDocument, error) {
	iri := name
	if !strings.Contains(name, "://") {
		user, host, ok := strings.Cut(strings.TrimPrefix(name, "@"), "@")
		if !ok || user == "" || hostName("https://"+host) == "" || strings.ContainsAny(host, "/?#") {
			return nil, errors.New("it is neither a handle (@name@example.com) nor an address (https://...)")
		}
		if strings.EqualFold(user+"@"+host, n.blog.Acct()) {
			return nil, ErrOurselves
		}
		a, _, err := n.directory.Find(ctx, user+"@"+host)
		if err != nil {
			return nil, err
		}
		iri = a.IRI
	}
	if sameOrigin(iri, n.blog.BaseURL) {
		return nil, ErrOurselves
	}
	return (&search{ctx: ctx, d: n.directory}).whole(iri)
}
