package federation

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

const (
	maxThreadDepth = 20              // notes fetched upwards from one that was delivered
	lookupBatch    = 16              // claimed at a time
	lookupsOnce    = 4               // fetched side by side
	lookupLease    = 5 * time.Minute // longer than a note and its author can take
	lookupPoll     = 2 * time.Second
)

// lookupPauses are between the tries for a note that cannot be had for now.
// Who answered is patient; who waits for a parent may wait that long too.
var lookupPauses = []time.Duration{
	time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour,
}

// lookUpThread has a reply to something unknown looked up when it seems to
// belong here: it names the conversation of a post of ours, as Mastodon copies
// it from what is answered, or it is addressed to the blog. Mastodon delivers a
// reply before its parent when the parent's server is slow.
func (n *Node) lookUpThread(ctx context.Context, a received, note *vocab.Object) error {
	if len(note.InReplyTo) == 0 || !n.concernsUs(a.Activity, note) {
		return nil
	}
	_, err := n.db.AddLookup(ctx, a.once(), blog.Lookup{IRI: note.ID})
	return err
}

// concernsUs tells whether a note is said to belong to a conversation of ours,
// mentions the blog or is sent to it.
func (n *Node) concernsUs(a *vocab.Activity, note *vocab.Object) bool {
	for _, iri := range []string{note.Context, note.Conversation} {
		if post, ok := strings.CutSuffix(iri, "/context"); ok {
			if _, ours := n.blog.PostID(post); ours {
				return true
			}
		}
	}
	us := n.blog.ActorIRI()
	for _, ids := range [][]string{note.To, note.Cc, a.To, a.Cc} {
		if slices.Contains(ids, us) {
			return true
		}
	}
	return slices.ContainsFunc(note.Tags, func(t vocab.Tag) bool { return t.Type == "Mention" && t.Href == us })
}

// LookUpThreads fetches what is to be looked up and places it, until ctx ends.
func (n *Node) LookUpThreads(ctx context.Context) { drain(ctx, lookupPoll, n.lookUpDue) }

// lookUpDue does a batch of what is due and tells whether there was any.
func (n *Node) lookUpDue(ctx context.Context) bool {
	due, err := n.db.LookupsDue(ctx) // a reader's question: the writer is not asked for nothing
	var claimed []blog.Lookup
	if err == nil && due {
		claimed, err = n.db.ClaimLookups(ctx, lookupBatch, lookupLease)
	}
	if err != nil && ctx.Err() == nil {
		n.log.Error("lookups cannot be claimed", "err", err)
	}
	sideBySide(claimed, lookupsOnce, func(l blog.Lookup) { n.lookUp(ctx, l) })
	return len(claimed) > 0 && ctx.Err() == nil
}

// lookUp does one lookup. What it cannot settle is due again after its lease.
func (n *Node) lookUp(ctx context.Context, l blog.Lookup) {
	defer n.recoverFrom("a lookup", hostName(l.IRI))
	waitsFor, err := n.placeNote(ctx, l)
	var no *rejection
	switch {
	case ctx.Err() != nil:
		return
	case errors.Is(err, ErrUnreachable), err == nil && waitsFor != "":
		if l.Tries >= len(lookupPauses) {
			err = n.db.DropLookup(ctx, l.IRI)
			break
		}
		err = n.db.PostponeLookup(ctx, l.IRI, waitsFor, n.now().Add(lookupPauses[l.Tries]))
	case err == nil, errors.As(err, &no), errors.Is(err, ErrGone), errors.Is(err, errUnfit):
		if err != nil {
			n.log.Debug("a lookup leads nowhere", "host", hostName(l.IRI), "err", err)
		}
		err = n.db.DropLookup(ctx, l.IRI)
	}
	if err != nil && ctx.Err() == nil {
		n.log.Error("a lookup failed", "host", hostName(l.IRI), "err", err)
	}
}

// errUnfit is a note that cannot be had or is no comment.
var errUnfit = errors.New("it is no comment")

// placeNote fetches a note and stores it under what it answers. When that is
// not known it is looked up first, and its id returned.
func (n *Node) placeNote(ctx context.Context, l blog.Lookup) (waitsFor string, err error) {
	note, err := n.fetchObject(ctx, l.IRI)
	if err != nil && !errors.Is(err, ErrUnreachable) && !errors.Is(err, ErrGone) {
		err = errors.Join(errUnfit, err)
	}
	if err != nil {
		return "", err
	}
	if len(note.AttributedTo) == 0 || len(note.InReplyTo) == 0 {
		return "", errUnfit
	}
	from, err := n.authorOf(ctx, &note)
	var no *rejection
	if errors.As(err, &no) && no.status == http.StatusServiceUnavailable {
		return "", ErrUnreachable
	}
	if err != nil {
		return "", err
	}
	post, _, err := n.answered(ctx, &note)
	if err != nil || post.ID != "" {
		return "", errors.Join(err, n.takeNote(ctx, found(note, from)))
	}
	parent := note.InReplyTo[0]
	if l.Depth+1 >= maxThreadDepth || hostName(parent) == "" || sameOrigin(parent, n.blog.BaseURL) {
		return "", errUnfit
	}
	_, err = n.db.AddLookup(ctx, storage.Incoming{}, blog.Lookup{IRI: parent, Depth: l.Depth + 1})
	return parent, err
}
