package federation

import (
	"context"
	"errors"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

// takeForwarded takes what somebody passes on of another (ActivityPub section
// 7.1.2; Mastodon does so with replies to its users). Nothing that it says is
// believed, a linked-data signature least of all (CVE-2026-42462): it only
// tells where to look, and what counts is what the origin serves.
func (n *Node) takeForwarded(ctx context.Context, a *vocab.Activity) error {
	if len(a.Objects) != 1 || hostName(a.Objects[0].ID) == "" || !sameOrigin(a.Objects[0].ID, a.Actor) {
		return reject(http.StatusUnauthorized, "the key is not that of the activity's actor, and there is nothing to look up")
	}
	switch a.Type {
	case "Create", "Update":
		return n.takeForwardedNote(ctx, a)
	case "Delete":
		return n.takeForwardedDelete(ctx, a.Objects[0].ID)
	}
	return reject(http.StatusUnauthorized, "the key is not that of the activity's actor")
}

// takeForwardedNote fetches a note that may belong here.
func (n *Node) takeForwardedNote(ctx context.Context, a *vocab.Activity) error {
	if wanted, err := n.belongsHere(ctx, &a.Objects[0]); err != nil || !wanted {
		return err
	}
	note, err := n.fetchObject(ctx, a.Objects[0].ID)
	switch {
	case errors.Is(err, ErrUnreachable):
		return reject(http.StatusServiceUnavailable, "%v", err)
	case errors.Is(err, ErrGone):
		return nil
	case err != nil:
		return reject(http.StatusBadRequest, "%v", err)
	case len(note.AttributedTo) == 0:
		return nil
	}
	from, err := n.authorOf(ctx, &note)
	if err != nil {
		return err
	}
	r := found(note, from)
	r.told = true
	return n.takeNote(ctx, r)
}

// found is a note that its own server served, as if its author had sent it.
func found(note vocab.Object, by blog.Actor) received {
	a := &vocab.Activity{Type: "Create", Actor: by.IRI, Objects: []vocab.Object{note}}
	return received{Activity: a, from: by, how: blog.Fetched}
}

// authorOf is who wrote a note that was fetched, who must not be blocked.
func (n *Node) authorOf(ctx context.Context, note *vocab.Object) (blog.Actor, error) {
	iri := note.AttributedTo[0]
	if !sameOrigin(iri, note.ID) {
		return blog.Actor{}, reject(http.StatusBadRequest, "the object is not on the host of who it is attributed to")
	}
	from, err := n.directory.Actor(ctx, iri)
	switch {
	case errors.Is(err, ErrUnreachable):
		return from, reject(http.StatusServiceUnavailable, "%v", err)
	case err != nil:
		return from, reject(http.StatusBadRequest, "%v", err)
	}
	return from, n.refuseBlocked(ctx, from.IRI)
}

// takeNote adds the note or, when it is known, edits it.
func (n *Node) takeNote(ctx context.Context, a received) error {
	_, err := n.db.CommentByIRI(ctx, a.object().ID)
	switch {
	case err == nil:
		return n.takeUpdate(ctx, a)
	case errors.Is(err, storage.ErrNotFound):
		return n.takeCreate(ctx, a)
	}
	return err
}

// belongsHere tells whether a note, as somebody says it is, is worth a look:
// it is known, or it answers what is, or only its id is told.
func (n *Node) belongsHere(ctx context.Context, o *vocab.Object) (bool, error) {
	if o.Bare {
		return true, nil
	}
	_, err := n.db.CommentByIRI(ctx, o.ID)
	if !errors.Is(err, storage.ErrNotFound) {
		return err == nil, err
	}
	post, _, err := n.answered(ctx, o)
	return post.ID != "", err
}

// takeForwardedDelete erases a comment when its own server says that it is
// gone. Of a private one it says so to everybody but whom it is for, and our
// fetches are made by the instance actor: anybody could have it erased.
func (n *Node) takeForwardedDelete(ctx context.Context, id string) error {
	c, err := n.db.CommentByIRI(ctx, id)
	if err != nil || c.IRI != id || c.State == blog.Erased || !c.Visibility.Shown() {
		return quiet(err)
	}
	o, err := n.fetchObject(ctx, id)
	switch {
	case errors.Is(err, ErrUnreachable):
		return reject(http.StatusServiceUnavailable, "%v", err)
	case errors.Is(err, ErrGone), err == nil && o.Is("Tombstone"):
		_, err = n.db.RetractComment(ctx, storage.Incoming{Actor: c.Author.IRI}, id)
		return err
	case err != nil:
		n.log.Debug("a forwarded deletion could not be looked up", "host", hostName(id), "err", err)
	}
	return nil
}
