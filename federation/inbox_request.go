package federation

import (
	"context"
	"errors"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
)

// requests are the activities that ask for leave, and what for: FEP-044f for
// quotes, GoToSocial's interaction requests for the rest.
var requests = map[string]blog.ApprovalType{
	"QuoteRequest":    blog.QuoteApproval,
	"ReplyRequest":    blog.ReplyApproval,
	"LikeRequest":     blog.LikeApproval,
	"AnnounceRequest": blog.AnnounceApproval,
}

// takeRequest answers somebody who asks before acting. Quotes, likes and boosts
// of a published post are always granted; a reply is what the comments' policy
// makes of it, and waits for the author when it is held.
func (n *Node) takeRequest(ctx context.Context, a received) error {
	post, err := n.postNamed(ctx, a.object().ID)
	if err != nil {
		return err
	}
	if post == "" || a.ID == "" || len(a.Instrument) != 1 {
		return reject(http.StatusBadRequest, "the %s needs an id, a post of this blog as its object and one instrument", a.Type)
	}
	what := a.Instrument[0]
	if hostName(what.ID) == "" || !sameOrigin(what.ID, a.from.IRI) {
		return reject(http.StatusBadRequest, "the instrument is not on the host of its actor")
	}
	v := blog.Approval{
		Type: requests[a.Type], Request: a.ID, Actor: a.from, Interacting: what.ID, PostID: post, State: blog.Granted,
	}
	switch v.Type {
	case blog.QuoteApproval:
		what, err = n.checkQuote(ctx, a, what)
	case blog.ReplyApproval:
		v.State, err = n.takePoliteReply(ctx, a, what)
	default:
		err = n.takePoliteReaction(ctx, a, what, post)
	}
	if err != nil || v.State == "" {
		return err
	}
	_, asked, err := n.db.Ask(ctx, a.once(), v)
	if err == nil && asked && v.Type == blog.QuoteApproval {
		err = n.cite(ctx, a, &what)
	}
	if err == nil && asked {
		n.tell(a, "a request was answered", "type", a.Type, "state", v.State)
		n.Wake()
	}
	return quiet(err)
}

// checkQuote makes sure that the post which quotes is the asker's and quotes
// what it asks for, and returns the whole of it.
func (n *Node) checkQuote(ctx context.Context, a received, what vocab.Object) (vocab.Object, error) {
	if what.Bare {
		fetched, err := n.fetchObject(ctx, what.ID)
		if errors.Is(err, ErrUnreachable) {
			return what, reject(http.StatusServiceUnavailable, "%v", err)
		}
		if err != nil {
			return what, reject(http.StatusBadRequest, "%v", err)
		}
		what = fetched
	}
	quoted, err := n.postNamed(ctx, what.Quote)
	if err != nil {
		return what, err
	}
	asked, err := n.postNamed(ctx, a.object().ID)
	if err != nil {
		return what, err
	}
	if quoted == "" || quoted != asked {
		return what, reject(http.StatusBadRequest, "the instrument does not quote the object")
	}
	if len(what.AttributedTo) == 0 || what.AttributedTo[0] != a.from.IRI {
		return what, reject(http.StatusBadRequest, "the instrument is not attributed to the actor")
	}
	return what, nil
}

// takePoliteReply takes the reply that the request is about, as a Create would
// have brought it.
func (n *Node) takePoliteReply(ctx context.Context, a received, what vocab.Object) (blog.ApprovalState, error) {
	create := *a.Activity
	create.Type, create.Objects = "Create", []vocab.Object{what}
	create.ID = "" // the request itself is what is remembered as seen
	reply := received{Activity: &create, from: a.from, reception: a.reception}
	note, err := n.wholeNote(ctx, reply)
	if err != nil || note == nil {
		return "", err
	}
	if err := n.addComment(ctx, reply, note); err != nil {
		return "", err
	}
	c, err := n.db.CommentByIRI(ctx, note.ID)
	switch {
	case err != nil: // comments are closed, or it answers something else
		return blog.Refused, quiet(err)
	case c.State == blog.Held:
		return blog.Asked, nil
	case c.State == blog.Shown:
		return blog.Granted, nil
	}
	return blog.Refused, nil
}

// takePoliteReaction counts the like or boost that the request is about.
func (n *Node) takePoliteReaction(ctx context.Context, a received, what vocab.Object, post string) error {
	typ := blog.Like
	if a.Type == "AnnounceRequest" {
		typ = blog.Boost
	}
	at := a.Published
	if at.IsZero() {
		at = what.Published
	}
	_, err := n.db.React(ctx, a.again(), blog.Reaction{Type: typ, IRI: what.ID, PostID: post, Actor: a.from, At: at})
	return quiet(err)
}
