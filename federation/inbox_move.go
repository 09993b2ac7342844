package federation

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"limelight/blog"
	"limelight/federation/vocab"
)

// takeMove has a follower go on following under its new account, when that one
// says itself that it was the old one (alsoKnownAs). Anybody else could
// otherwise be made to follow.
func (n *Node) takeMove(ctx context.Context, a received) error {
	if a.object().ID != a.from.IRI {
		return reject(http.StatusForbidden, "an actor can move only itself")
	}
	if hostName(a.Target) == "" || a.Target == a.from.IRI {
		return reject(http.StatusBadRequest, "the Move has no target that is another actor")
	}
	followed, err := n.db.Follows(ctx, a.from.IRI)
	if err != nil || !followed {
		return err
	}
	to, err := n.successor(ctx, a.Target, a.from.IRI)
	if err != nil {
		return err
	}
	moved, err := n.db.MoveFollower(ctx, a.once(), a.from.IRI, to)
	if err == nil && moved {
		n.tell(a, "a follower moved", "to", hostName(to.IRI))
	}
	return err
}

// successor is the actor that old moved to, asked anew whether it says so.
func (n *Node) successor(ctx context.Context, iri, old string) (blog.Actor, error) {
	doc, at, err := fetchOnce(ctx, n, iri, vocab.DecodeActor)
	if err == nil && !(n.servedAs(doc.ID, at) && doc.ID == iri && slices.Contains(doc.AlsoKnownAs, old)) {
		return blog.Actor{}, reject(http.StatusBadRequest, "the target does not name %.300s in alsoKnownAs", old)
	}
	var to blog.Actor
	if err == nil {
		to, err = n.directory.Actor(ctx, iri)
	}
	switch {
	case errors.Is(err, ErrUnreachable):
		return to, reject(http.StatusServiceUnavailable, "%v", err)
	case err != nil:
		return to, reject(http.StatusBadRequest, "%v", err)
	}
	return to, nil
}
