package federation

import (
	"context"
	"errors"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

const (
	maxWalkPages = 5   // of one collection in one round
	maxWalkItems = 100 // ids followed in one round
	walkBatch    = 8
	walksOnce    = 2 // side by side
	walkLease    = 10 * time.Minute
)

// walkPauses are between the rounds of a walk. Mastodon wants 15 minutes at
// least; a thread that has been quiet for weeks is over.
var walkPauses = []time.Duration{
	15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour,
}

// collectionsOf are where more of a note's conversation may be found: its
// replies at its own server, and its context (FEP-f228) unless that is ours,
// which Mastodon hands back.
func (n *Node) collectionsOf(note *vocab.Object) []string {
	var out []string
	if hostName(note.Replies) != "" && sameOrigin(note.Replies, note.ID) {
		out = append(out, note.Replies)
	}
	if hostName(note.Context) != "" && !sameOrigin(note.Context, n.blog.BaseURL) && note.Context != note.Replies {
		out = append(out, note.Context)
	}
	return out
}

// WalkThreads looks through the collections of conversations for replies that
// were never delivered, until ctx ends.
func (n *Node) WalkThreads(ctx context.Context) { drain(ctx, lookupPoll, n.walkDue) }

// walkDue does a batch of the walks that are due and tells whether there was any.
func (n *Node) walkDue(ctx context.Context) bool {
	due, err := n.db.WalksDue(ctx)
	var claimed []blog.Walk
	if err == nil && due {
		claimed, err = n.db.ClaimWalks(ctx, walkBatch, walkLease)
	}
	if err != nil && ctx.Err() == nil {
		n.log.Error("walks cannot be claimed", "err", err)
	}
	sideBySide(claimed, walksOnce, func(w blog.Walk) { n.walk(ctx, w) })
	return len(claimed) > 0 && ctx.Err() == nil
}

// walk does one round and records it. One that is cut short is due again after
// its lease.
func (n *Node) walk(ctx context.Context, w blog.Walk) {
	defer n.recoverFrom("a walk", w.Host)
	found, err := n.walkOnce(ctx, w)
	if ctx.Err() != nil {
		return
	}
	next, failure := time.Time{}, ""
	if w.Rounds < len(walkPauses) {
		next = n.now().Add(walkPauses[w.Rounds])
	}
	if err != nil {
		if failure = err.Error(); !errors.Is(err, ErrUnreachable) && !errors.Is(err, errBlocked) {
			next = time.Time{}
		}
		n.log.Debug("a conversation could not be walked", "host", w.Host, "err", err)
	}
	if found > 0 {
		n.log.Info("replies found that were not delivered", "host", w.Host, "post", w.PostSlug, "replies", found)
	}
	if err := n.db.SettleWalk(ctx, w.IRI, found, failure, next); err != nil && ctx.Err() == nil {
		n.log.Error("a walk could not be recorded", "err", err)
	}
}

// walkOnce goes through the pages and has the notes that are new looked up,
// each at its own server. It returns how many there are.
func (n *Node) walkOnce(ctx context.Context, w blog.Walk) (found int, err error) {
	c, _, err := fetchOnce(ctx, n, w.IRI, vocab.DecodeCollection)
	if err != nil {
		return 0, err
	}
	seen, items := map[string]bool{w.IRI: true}, 0
	for page := &c; page != nil; {
		iris := page.Items[:min(len(page.Items), maxWalkItems-items)]
		items += len(iris)
		more, err := n.lookUpNew(ctx, iris)
		found += more
		if err != nil {
			return found, err
		}
		next := page.Next
		if page.First != nil {
			if next = page.First.ID; len(page.First.Items) > 0 || page.First.Next != "" {
				page = page.First
				continue
			}
		}
		if next == "" || seen[next] || len(seen) > maxWalkPages || items >= maxWalkItems || !sameOrigin(next, w.IRI) {
			return found, nil
		}
		seen[next] = true
		fetched, _, err := fetchOnce(ctx, n, next, vocab.DecodeCollection)
		if err != nil {
			return found, err
		}
		page = &fetched
	}
	return found, nil
}

// lookUpNew has the notes that are not known looked up, and counts them.
func (n *Node) lookUpNew(ctx context.Context, iris []string) (int, error) {
	var theirs []string
	for _, iri := range iris {
		if hostName(iri) != "" && !sameOrigin(iri, n.blog.BaseURL) {
			theirs = append(theirs, iri)
		}
	}
	unknown, err := n.db.UnknownNotes(ctx, theirs)
	if err != nil {
		return 0, err
	}
	for _, iri := range unknown {
		if _, err := n.db.AddLookup(ctx, storage.Incoming{}, blog.Lookup{IRI: iri}); err != nil {
			return 0, err
		}
	}
	return len(unknown), nil
}
