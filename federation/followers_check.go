package federation

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"limelight/blog"
)

const (
	checkPoll  = time.Minute
	checkBatch = 20 // failing inboxes looked at in one round
	checkOnce  = 4  // side by side

	checkAgain   = time.Minute        // more of its actors may have moved
	checkUnasked = time.Hour          // we had too much to do to ask
	checkSilent  = 3 * 24 * time.Hour // its server does not answer
	checkOpen    = 7 * 24 * time.Hour // its server is there, its inbox still fails

	// goneFor is how long an inbox must have failed before the 404 of an actor is
	// believed: a server that is being mended answers so to everything.
	goneFor = 24 * time.Hour
)

// CheckFollowers fetches anew the actors whose inbox fails, until ctx ends:
// where they have another inbox by now, what waits goes there (SaveActor does
// that); those that are gone follow no more. An inbox that was dead for thirty
// days loses all its followers.
func (n *Node) CheckFollowers(ctx context.Context) {
	n.repeat(ctx, "failing inboxes", checkPoll, n.checkFollowers)
}

func (n *Node) checkFollowers(ctx context.Context, _ *troubled) error {
	due, err := n.db.FailingInboxes(ctx, checkBatch)
	if err != nil {
		return err
	}
	var failed atomic.Pointer[error]
	sideBySide(due, checkOnce, func(f blog.FailingInbox) {
		if err := n.checkInbox(ctx, f); err != nil {
			failed.Store(&err)
		}
	})
	if err := failed.Load(); err != nil {
		return *err
	}
	dead, err := n.db.DropDead(ctx)
	for _, d := range dead {
		n.log.Info("followers were dropped, since their inbox has been dead for 30 days", "host", d.Host, "followers", d.Followers)
	}
	if len(due) > 0 {
		n.Wake()
	}
	return err
}

// checkInbox looks at a few of the actors behind an inbox, until one shows that
// their server does not answer. Its errors are storage's.
func (n *Node) checkInbox(ctx context.Context, f blog.FailingInbox) error {
	defer n.recoverFrom("a failing inbox", hostName(f.Inbox))
	found, next := blog.InboxOpen, checkOpen
	for _, iri := range f.Actors {
		a, err := n.directory.FreshActor(ctx, iri)
		if ctx.Err() != nil {
			return nil
		}
		switch {
		case err == nil && a.DeliveryInbox() != f.Inbox:
			next = checkAgain
		case err == nil && f.Status == 0 && a.Fetched.After(f.Last):
			found = blog.InboxAlive // it was silent, and answers again
		case errors.Is(err, errUnasked):
			next = checkUnasked // we are what was in the way
		case errors.Is(err, ErrUnreachable):
			return n.db.SettleInbox(ctx, f.Inbox, blog.InboxSilent, n.now().Add(checkSilent))
		case errors.Is(err, ErrGone):
			dropped, err := n.dropGone(ctx, iri, err, f.Since)
			if err != nil {
				return err
			}
			if !dropped {
				next = min(next, goneFor)
			} else {
				next = checkAgain
			}
		}
	}
	return n.db.SettleInbox(ctx, f.Inbox, found, n.now().Add(next))
}

// dropGone ends the follow of an actor whose document is gone: with 410 at
// once, with 404 when its inbox has failed for a day.
func (n *Node) dropGone(ctx context.Context, iri string, gone error, since time.Time) (bool, error) {
	var answer *StatusError
	why := "its actor answered 404 Not Found"
	switch {
	case errors.As(gone, &answer) && answer.Status == http.StatusGone:
		why = "its actor answered 410 Gone"
	case n.now().Sub(since) < goneFor:
		return false, nil
	}
	dropped, err := n.db.DropFollower(ctx, iri, why)
	if err == nil && dropped {
		n.log.Info("a follower was dropped: "+why, "host", hostName(iri))
	}
	return dropped, err
}
