package federation

import (
	"context"
	"net/http"

	"limelight/federation/vocab"
	"limelight/storage"
)

// takeDelete removes a comment that the sender wrote, or all there is of the
// sender when it deletes itself.
func (n *Node) takeDelete(ctx context.Context, a received) error {
	id := a.object().ID
	switch {
	case id == a.from.IRI:
		return n.forgetActor(ctx, a.Activity)
	case !sameOrigin(id, a.from.IRI):
		return reject(http.StatusForbidden, "an actor can delete only what is its own")
	}
	c, err := n.db.CommentByIRI(ctx, id)
	if err == nil && c.IRI == id && c.Author.IRI != a.from.IRI {
		return reject(http.StatusForbidden, "only the author of a comment can delete it")
	}
	// What is not known yet is remembered as deleted: its Create may come late.
	erased, err := n.db.RetractComment(ctx, a.once(), id)
	if err == nil && erased {
		n.tell(a, "a comment was deleted", "post", c.PostSlug)
	}
	return err
}

// forgetActor removes everything of an actor that is no more.
func (n *Node) forgetActor(ctx context.Context, a *vocab.Activity) error {
	known, err := n.db.ForgetActor(ctx, storage.Incoming{Actor: a.Actor, ID: a.ID})
	if err != nil {
		return err
	}
	n.directory.Forget(a.Actor)
	if known {
		n.log.Info("an account was deleted", "host", hostName(a.Actor))
	}
	return nil
}
