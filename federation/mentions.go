package federation

import (
	"context"
	"errors"
	"strings"
	"time"

	"limelight/blog"
)

const (
	mentionBatch = 16              // claimed at a time
	mentionsOnce = 8               // sought side by side
	mentionLease = 3 * time.Minute // longer than one search can take
	mentionPoll  = time.Second
)

// mentionPauses are between the tries for somebody whose server cannot be
// reached. The post has left without the mention by then.
var mentionPauses = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour, 48 * time.Hour}

// FindMentions finds out whom posts mention, until ctx ends. Publishing only
// writes down the handles, since it connects to nobody; deliveries of the post
// wait a moment for this.
func (n *Node) FindMentions(ctx context.Context) { drain(ctx, mentionPoll, n.findMentionsDue) }

// findMentionsDue does a batch of what is due and tells whether there was any.
func (n *Node) findMentionsDue(ctx context.Context) bool {
	due, err := n.db.MentionsDue(ctx) // a reader's question: the writer is not asked for nothing
	var claimed []blog.SoughtMention
	if err == nil && due {
		claimed, err = n.db.ClaimMentions(ctx, mentionBatch, mentionLease)
	}
	if err != nil && ctx.Err() == nil {
		n.log.Error("mentions cannot be claimed", "err", err)
	}
	sideBySide(claimed, mentionsOnce, func(m blog.SoughtMention) { n.findMention(ctx, m) })
	if len(claimed) > 0 {
		n.Wake()
	}
	return len(claimed) > 0 && ctx.Err() == nil
}

// findMention seeks one. What it cannot settle is due again after its lease.
func (n *Node) findMention(ctx context.Context, m blog.SoughtMention) {
	host := m.Handle[strings.LastIndexByte(m.Handle, '@')+1:] // the log names nobody
	defer n.recoverFrom("a mention", host)
	who, name, err := n.directory.Find(ctx, m.Handle)
	switch {
	case ctx.Err() != nil:
		return
	case err == nil:
		err = n.db.FindMention(ctx, m, name, who)
	case errors.Is(err, ErrUnreachable) && m.Tries < len(mentionPauses):
		n.log.Info("a mention cannot be resolved for now", "host", host, "try", m.Tries+1, "err", err)
		err = n.db.PostponeMention(ctx, m, n.now().Add(mentionPauses[m.Tries]))
	default:
		n.log.Info("a mention stays text", "host", host, "err", err)
		err = n.db.LoseMention(ctx, m)
	}
	if err != nil && ctx.Err() == nil {
		n.log.Error("a mention cannot be settled", "host", host, "err", err)
	}
}
