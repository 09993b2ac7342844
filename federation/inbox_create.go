package federation

import (
	"context"
	"errors"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

// takeCreate makes a comment of a reply to a post of ours or to a comment under
// one. Whatever else somebody wrote is of no concern here.
func (n *Node) takeCreate(ctx context.Context, a received) error {
	if len(a.Objects) > 1 { // GoToSocial sends the votes of a poll in one
		return nil
	}
	note, err := n.wholeNote(ctx, a)
	if err != nil || note == nil {
		return err
	}
	return n.addComment(ctx, a, note)
}

// takeUpdate replaces the text of a comment, by the one who wrote it. An edit
// that comes before its Create is as good as one.
func (n *Node) takeUpdate(ctx context.Context, a received) error {
	if aboutItself(a.Activity) {
		_, err := n.directory.FreshActor(ctx, a.from.IRI)
		if errors.Is(err, ErrUnreachable) {
			return reject(http.StatusServiceUnavailable, "%v", err)
		}
		return nil
	}
	note, err := n.wholeNote(ctx, a)
	if err != nil || note == nil {
		return err
	}
	old, err := n.db.CommentByIRI(ctx, note.ID)
	switch {
	case errors.Is(err, storage.ErrNotFound) || err == nil && old.IRI != note.ID:
		return n.addComment(ctx, a, note)
	case err != nil:
		return err
	case old.Author.IRI != a.from.IRI:
		return reject(http.StatusForbidden, "only the author of a comment can change it")
	}
	c := n.commentOf(a, note)
	if c.Edited.IsZero() {
		if c.Raw == old.Raw && c.Warning == old.Warning {
			return nil // Mastodon tells of new counts by an Update without a time
		}
		c.Edited = n.now()
	}
	if fate, err := n.judgeEdit(ctx, note, &c); err != nil {
		return err
	} else if fate == rejected {
		return n.db.RejectComment(ctx, a.once(), c)
	}
	changed, err := n.db.EditComment(ctx, a.once(), c)
	if err == nil && changed {
		n.tell(a, "a comment was edited", "post", old.PostSlug)
	}
	return quiet(err)
}

// wholeNote is what the activity says was written, nil when it is nothing that
// could be a comment. It must come from where its author does (FEP-fe34); what
// was sent by its id alone is fetched there.
func (n *Node) wholeNote(ctx context.Context, a received) (*vocab.Object, error) {
	o := a.object()
	switch {
	case hostName(o.ID) == "":
		return nil, reject(http.StatusBadRequest, "the object has no id")
	case !sameOrigin(o.ID, a.from.IRI):
		return nil, reject(http.StatusBadRequest, "the object is not on the host of its actor")
	}
	if o.Bare {
		fetched, err := n.fetchObject(ctx, o.ID)
		switch {
		case errors.Is(err, ErrUnreachable):
			return nil, reject(http.StatusServiceUnavailable, "%v", err)
		case errors.Is(err, ErrGone):
			return nil, nil
		case err != nil:
			return nil, reject(http.StatusBadRequest, "%v", err)
		}
		o = fetched
	}
	if !o.Is("Note", "Article", "Page", "Question", "Image", "Video", "Audio", "Event") {
		return nil, nil
	}
	if len(o.AttributedTo) == 0 || o.AttributedTo[0] != a.from.IRI {
		return nil, reject(http.StatusBadRequest, "the object is not attributed to its actor")
	}
	if o.Name != "" && o.Content == "" && o.Is("Note") { // a vote in a poll
		return nil, nil
	}
	return &o, nil
}

// addComment stores the note under what it answers.
func (n *Node) addComment(ctx context.Context, a received, note *vocab.Object) error {
	post, parent, err := n.answered(ctx, note)
	if err != nil {
		return err
	}
	if post.ID == "" {
		return n.takeElsewhere(ctx, a, note)
	}
	c := n.commentOf(a, note)
	c.PostID, c.Parent = post.ID, parent
	switch fate, err := n.judge(ctx, a, n.policyOf(&post), note, &c); {
	case err != nil:
		return err
	case fate == closed:
		return nil
	case fate == rejected:
		return n.db.RejectComment(ctx, a.once(), c)
	}
	stored, added, err := n.db.AddComment(ctx, a.once(), c)
	if err == nil && added {
		n.tell(a, "a comment", "post", stored.PostSlug, "id", stored.ID, "state", stored.State, "visibility", stored.Visibility)
	}
	return quiet(err)
}

// answered is the head of the post that a note is under, and the comment that it answers, 0
// when it answers the post itself. The post is zero when the note answers
// nothing that is known here.
func (n *Node) answered(ctx context.Context, note *vocab.Object) (post blog.Post, parent int64, err error) {
	for _, iri := range note.InReplyTo {
		post, err := n.headNamed(ctx, iri)
		if err != nil || post.ID != "" {
			return post, 0, err
		}
		c, err := n.db.CommentByIRI(ctx, iri)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return post, 0, err
		}
		post, err = n.db.PostHead(ctx, c.PostID)
		if errors.Is(err, storage.ErrDeleted) {
			return blog.Post{}, 0, nil
		}
		return post, c.ID, err
	}
	return post, 0, nil
}
