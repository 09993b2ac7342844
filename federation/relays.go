package federation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

// relayPause is between two tries to reach a relay.
const relayPause = 10 * time.Minute

// FollowRelays asks each relay of the configuration, once, to pass the public
// posts on, and takes leave of those that are in it no more. It returns when
// there is nothing left to ask, or ctx ends. This is the way of LitePub: a
// Follow of the relay's actor. Mastodon's, a Follow of Public, would need linked-data
// signatures, and advisories of several servers come from those.
func (n *Node) FollowRelays(ctx context.Context) {
	tick := time.NewTicker(relayPause)
	defer tick.Stop()
	for !n.askRelays(ctx) {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// askRelays tells whether all is done.
func (n *Node) askRelays(ctx context.Context) bool {
	known, err := n.db.Relays(ctx)
	if err != nil {
		n.log.Error("the relays cannot be read", "err", err)
		return false
	}
	done := true
	asked := map[string]bool{}
	for _, r := range known {
		asked[r.IRI] = r.FollowID != ""
		if slices.Contains(n.relays, r.IRI) {
			continue
		}
		if _, err := n.db.LeaveRelay(ctx, r.IRI); err != nil {
			n.log.Error("a relay cannot be left", "host", hostName(r.IRI), "err", err)
			done = false
		}
	}
	for _, iri := range n.relays {
		if asked[iri] {
			continue
		}
		if err := n.askRelay(ctx, iri); err != nil && ctx.Err() == nil {
			n.log.Warn("a relay cannot be asked; it is tried again", "host", hostName(iri), "err", err)
			done = false
		}
	}
	n.Wake()
	return done
}

func (n *Node) askRelay(ctx context.Context, iri string) error {
	defer n.recoverFrom("a relay", hostName(iri))
	relay, err := n.FindAccount(ctx, iri)
	if err == nil && relay.IRI != iri {
		err = fmt.Errorf("its id is %s; name that in federation.relays", relay.IRI)
	}
	if err != nil {
		if noted := n.db.RelayUnreached(ctx, iri, err.Error()); noted != nil {
			n.log.Error("the state of a relay cannot be kept", "err", noted)
		}
		return err
	}
	_, err = n.db.AskRelay(ctx, relay)
	return err
}

// activityForRelay is our Follow of a relay, or the Undo of it.
func (n *Node) activityForRelay(a blog.Activity) (any, error) {
	us, id, to := n.blog.ActorIRI(), n.blog.ActivityIRI(a.ID), []string{a.Target}
	switch a.Type {
	case "Follow":
		return vocab.Outgoing[string]{Context: vocab.PlainContext, ID: id, Type: a.Type, Actor: us, To: to, Object: a.Target}, nil
	case "Undo":
		return vocab.Outgoing[vocab.Follow]{
			Context: vocab.PlainContext, ID: id, Type: a.Type, Actor: us, To: to,
			Object: vocab.Follow{ID: n.blog.ActivityIRI(a.Ref), Type: "Follow", Actor: us, Object: a.Target},
		}, nil
	}
	return nil, fmt.Errorf("there is no %s for a relay", a.Type)
}

// takeAnswer is an Accept or Reject. The blog asks nobody but relays, and what
// counts is what the very relay says to the very Follow that it was sent: all
// else is of no concern.
func (n *Node) takeAnswer(ctx context.Context, a received) error {
	follow, ours := n.blog.ActivityID(a.object().ID)
	if !ours {
		return nil
	}
	state := blog.RelayAccepted
	if a.Type == "Reject" {
		state = blog.RelayRejected
	}
	changed, err := n.db.AnswerRelay(ctx, a.again(), follow, state)
	if err == nil && changed {
		n.tell(a, "a relay answered", "state", state)
	}
	return err
}
