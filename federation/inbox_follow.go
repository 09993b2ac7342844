package federation

import (
	"context"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
)

// takeFollow makes the sender a follower. Its Accept is written in the same
// transaction and delivered like everything else; a repeated Follow gets
// another one, since the first may have been lost.
func (n *Node) takeFollow(ctx context.Context, a received) error {
	if a.object().ID != n.blog.ActorIRI() {
		return reject(http.StatusBadRequest, "nobody here is %.300s; the blog is %s", a.object().ID, n.blog.ActorIRI())
	}
	if a.ID == "" {
		return reject(http.StatusBadRequest, "the Follow has no id, so it cannot be accepted")
	}
	taken, err := n.db.Follow(ctx, a.again(), blog.Follower{Actor: a.from, FollowID: a.ID})
	if err != nil {
		return err
	}
	if taken {
		n.tell(a, "a follower")
		n.Wake()
	}
	return nil
}

// takeBlock: whoever blocks the blog does not want its posts.
func (n *Node) takeBlock(ctx context.Context, a received) error {
	if a.object().ID != n.blog.ActorIRI() {
		return nil
	}
	return n.unfollow(ctx, a, "")
}

func (n *Node) unfollow(ctx context.Context, a received, followID string) error {
	gone, err := n.db.Unfollow(ctx, a.again(), followID)
	if err == nil && gone {
		n.tell(a, "a follower less")
	}
	return err
}

// takeUndo takes back what the sender did. Most servers send all of what they
// undo, some its id alone; what is undone before it came is refused later.
func (n *Node) takeUndo(ctx context.Context, a received) error {
	o := a.object()
	switch {
	case o.Bare:
		return n.undoByID(ctx, a, o.ID)
	case o.Actor != "" && o.Actor != a.from.IRI:
		return reject(http.StatusForbidden, "an actor can undo only what it did itself")
	case o.Is("Follow"):
		if o.Object != "" && o.Object != n.blog.ActorIRI() {
			return nil
		}
		return n.unfollow(ctx, a, ownID(o.ID, a.from))
	case o.Is("Like", "EmojiReact", "Announce"):
		return n.undoReaction(ctx, a, o)
	}
	return nil
}

// undoByID takes back the follow or reaction that came under the id.
func (n *Node) undoByID(ctx context.Context, a received, id string) error {
	if !sameOrigin(id, a.from.IRI) {
		return reject(http.StatusForbidden, "an actor can undo only what it did itself")
	}
	followed, err := n.db.FollowID(ctx, a.from.IRI)
	if err != nil {
		return err
	}
	if followed == id {
		return n.unfollow(ctx, a, id)
	}
	_, err = n.db.Unreact(ctx, a.once(), blog.Reaction{IRI: id})
	return err
}

func (n *Node) undoReaction(ctx context.Context, a received, o vocab.Object) error {
	post, err := n.postNamed(ctx, o.Object)
	if err != nil || post == "" {
		return err
	}
	_, err = n.db.Unreact(ctx, a.once(), blog.Reaction{Type: reactionType(o.Type), IRI: ownID(o.ID, a.from), PostID: post})
	return err
}

// ownID is the id when it is one that the actor's server may give out, else
// empty: it goes into the memory of what is taken back.
func ownID(id string, by blog.Actor) string {
	if !sameOrigin(id, by.IRI) {
		return ""
	}
	return id
}
