package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

// ErrMoot is an activity about something that is gone or not for others any
// more: there is nothing left to tell.
var ErrMoot = errors.New("there is nothing left to tell")

// Render makes the JSON of an activity as it is sent to inboxes, with the whole
// of its object as it is now, or ErrMoot. Its id is never that of the object:
// GoToSocial drops such a Create.
func (n *Node) Render(ctx context.Context, a blog.Activity) ([]byte, error) {
	return n.renderAs(ctx, a, whole)
}

// form is how much of a post an activity about it carries.
type form int

const (
	whole form = iota
	short      // a teaser; whoever wants all of it fetches the id
)

func (n *Node) renderAs(ctx context.Context, a blog.Activity, f form) ([]byte, error) {
	v, err := n.activity(ctx, a, f)
	if err == nil {
		var body []byte
		if body, err = vocab.Encode(v); err == nil {
			return body, nil
		}
	}
	return nil, fmt.Errorf("render the %s %s: %w", a.Type, a.ID, err)
}

// ActivityObject answers the id of an activity with what was sent, but for the
// answers to followers, which are between them and the blog.
func (n *Node) ActivityObject(w http.ResponseWriter, r *http.Request) {
	n.answer(w, r, func() (document, error) {
		a, err := n.db.Activity(r.Context(), r.PathValue("id"))
		if err != nil {
			return document{}, err
		}
		if a.Object == blog.FollowObject || a.Target != "" {
			return document{}, refusal(http.StatusNotFound)
		}
		v, err := n.activity(r.Context(), a, whole)
		if err != nil {
			return document{}, err
		}
		return activityDocument(v)
	})
}

func (n *Node) activity(ctx context.Context, a blog.Activity, f form) (any, error) {
	switch {
	case a.Object == blog.FollowObject:
		return n.answerToFollow(a), nil
	case a.Object == blog.CommentObject:
		return n.aboutComment(ctx, a)
	case a.Object == blog.ApprovalObject:
		return n.answerToRequest(ctx, a)
	case a.Object == blog.RelayObject:
		return n.activityForRelay(a)
	case a.Object == blog.ActorObject:
		return n.activityOfActor(ctx, a)
	case a.Object == blog.PostObject && a.Type == "Delete":
		return n.deletion(a), nil
	case a.Object == blog.PostObject:
		return n.activityOfPost(ctx, a, f)
	}
	return nil, fmt.Errorf("there is no %s of a %s", a.Type, a.Object)
}

// activityOfPost is a Create or Update with the post in it.
func (n *Node) activityOfPost(ctx context.Context, a blog.Activity, f form) (any, error) {
	p, err := n.tellablePost(ctx, a.Ref)
	if err != nil {
		return nil, err
	}
	o, err := n.wholeObject(ctx, &p)
	if err != nil {
		return nil, err
	}
	if f == short {
		n.slim(&o, &p)
	} else if err := n.shrink(&o, &p, maxDoubled, maxWhole); err != nil {
		return nil, err
	}
	v := n.aboutPost(a, &p, o)
	v.Context = vocab.PostContext
	return v, nil
}

// tellablePost is the post with the id, ErrMoot when others are not to hear of
// it any more.
func (n *Node) tellablePost(ctx context.Context, id string) (blog.Post, error) {
	p, err := n.db.Post(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrDeleted) || err == nil && !p.Federated() {
		return p, ErrMoot
	}
	return p, err
}

// aboutPost is an activity with the post as its object, without a context. A
// Create bears the post's date, whenever it was told.
func (n *Node) aboutPost(a blog.Activity, p *blog.Post, o vocab.Post) vocab.Outgoing[vocab.Post] {
	at := a.Created
	if a.Type == "Create" {
		at = p.Published
	}
	return vocab.Outgoing[vocab.Post]{
		ID: n.blog.ActivityIRI(a.ID), Type: a.Type, Actor: n.blog.ActorIRI(), Published: vocab.Time(at),
		To: o.To, Cc: o.Cc, Object: o,
	}
}

func (n *Node) deletion(a blog.Activity) vocab.Outgoing[vocab.Tombstone] {
	return vocab.Outgoing[vocab.Tombstone]{
		Context: vocab.PlainContext, ID: n.blog.ActivityIRI(a.ID), Type: "Delete", Actor: n.blog.ActorIRI(),
		To: []string{vocab.Public}, Cc: []string{n.blog.CollectionIRI("followers")},
		Object: vocab.Tombstone{ID: n.blog.PostIRI(a.Ref), Type: "Tombstone"},
	}
}

// answerToFollow is an Accept or Reject.
func (n *Node) answerToFollow(a blog.Activity) vocab.Outgoing[vocab.Follow] {
	return vocab.Outgoing[vocab.Follow]{
		Context: vocab.PlainContext, ID: n.blog.ActivityIRI(a.ID), Type: a.Type, Actor: n.blog.ActorIRI(),
		To:     []string{a.Target},
		Object: vocab.Follow{ID: a.Ref, Type: "Follow", Actor: a.Target, Object: n.blog.ActorIRI()},
	}
}
