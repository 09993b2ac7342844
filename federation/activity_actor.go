package federation

import (
	"context"
	"fmt"

	"limelight/blog"
	"limelight/federation/vocab"
)

// activityOfActor is what the actor tells of itself, as the database has it
// now: the delivery may be claimed before the change was noticed here.
func (n *Node) activityOfActor(ctx context.Context, a blog.Activity) (any, error) {
	if err := n.LoadAccount(ctx); err != nil {
		return nil, err
	}
	switch a.Type {
	case "Update":
		return n.updateOfActor(a), nil
	case "Move":
		if a.Ref != "" {
			return n.move(a)
		}
	case "Delete":
		return n.farewell(a)
	}
	return nil, fmt.Errorf("there is no %s of the actor", a.Type)
}

func (n *Node) updateOfActor(a blog.Activity) vocab.Outgoing[vocab.Person] {
	return vocab.Outgoing[vocab.Person]{
		Context: vocab.ActorContext, ID: n.blog.ActivityIRI(a.ID), Type: "Update", Actor: n.blog.ActorIRI(),
		To: []string{vocab.Public}, Object: n.person(),
	}
}

// move tells followers where to follow on. Mastodon, GoToSocial and Misskey do
// so when the target lists us in alsoKnownAs, each with rests of weeks between
// two Moves of one account.
func (n *Node) move(a blog.Activity) (any, error) {
	if n.standing.Load().MovedTo != a.Ref {
		return nil, ErrMoot // it was cancelled
	}
	return vocab.Move{
		Context: vocab.PlainContext, ID: n.blog.ActivityIRI(a.ID), Type: "Move", Actor: n.blog.ActorIRI(),
		To: []string{n.blog.CollectionIRI("followers")}, Object: n.blog.ActorIRI(), Target: a.Ref,
	}, nil
}
