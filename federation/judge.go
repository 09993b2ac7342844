package federation

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

// Moderation is what becomes of comments that blog.Post.RepliesPolicy does not
// settle. The zero value moderates nothing.
type Moderation struct {
	CloseAfter time.Duration // a post takes no replies after that; 0 is never
	Signals    bool          // hold what looks odd from somebody who is not known
	NewAccount time.Duration // an account younger than that is new
	ActorRate  int           // comments an hour from one actor, beyond which they are held; 0 is no limit
	HostRate   int           // the same from one server
}

// fate is what becomes of a comment, besides being held.
type fate int

const (
	taken    fate = iota
	closed        // the post takes no replies
	rejected      // by a rule
)

// policyOf is what becomes of replies to the post.
func (n *Node) policyOf(p *blog.Post) string {
	return p.RepliesPolicy(n.policy, n.moderation.CloseAfter, n.now())
}

// judge decides what becomes of a new comment under a policy. One that is held
// gets State Held and, in words, why. Who is always allowed is asked nothing but
// whether #noblog was meant. A flood is a 429.
func (n *Node) judge(ctx context.Context, a received, policy string, note *vocab.Object, c *blog.Comment) (fate, error) {
	if policy == blog.ClosedPolicy {
		return closed, nil
	}
	c.NoBlog = saysNoBlog(c.Warning+"\n"+c.Text, note.Tags)
	met := a.reception
	if met == nil {
		found, err := n.db.ReceptionOf(ctx, a.from.IRI)
		if err != nil {
			return taken, err
		}
		met = &found
	}
	var who blog.Acquaintance
	if met.Decided {
		var err error
		if who, err = n.db.StandingOf(ctx, a.from.IRI); err != nil || who.Level == blog.Always {
			return taken, err
		}
	}
	var why []string
	late, err := n.paced(a)
	if err != nil {
		return taken, err
	}
	var rule *blog.Rule
	if met.Ruled {
		if rule, err = n.ruleFor(ctx, c); err != nil {
			return taken, err
		}
	}
	if rule != nil {
		c.Rule, why = rule.ID, append(why, ruleReason(rule))
		if rule.Action == blog.RejectAction {
			c.Reason = why[0]
			return rejected, nil
		}
	}
	if late != "" {
		why = append(why, late)
	}
	switch {
	case who.Level == blog.Ask:
		why = append(why, "you want to be asked about "+who.Target)
	case policy == blog.HeldPolicy:
		why = append(why, "every reply waits for you here")
	}
	if why, err = n.lookAtStranger(ctx, note, c, why, policy == blog.KnownPolicy && who.Level != blog.Ask); err != nil {
		return taken, err
	}
	hold(c, why)
	return taken, nil
}

// lookAtStranger adds to why a comment is held what there is to say when its
// author is not known. Whether they are is asked only where it matters.
func (n *Node) lookAtStranger(ctx context.Context, note *vocab.Object, c *blog.Comment, why []string, knownOnly bool) ([]string, error) {
	if len(why) == 0 && !knownOnly && !n.moderation.Signals {
		return nil, nil
	}
	signs, odd := n.signals(note, c)
	if len(why) == 0 && !knownOnly && !odd {
		return nil, nil
	}
	known, err := n.db.Known(ctx, c.Author.IRI)
	if err != nil || known {
		return why, err
	}
	if knownOnly {
		why = append(why, "the first from somebody new")
	}
	return append(why, signs...), nil
}

// judgeEdit looks at what a comment says now: what was approved may have become
// something else.
func (n *Node) judgeEdit(ctx context.Context, note *vocab.Object, c *blog.Comment) (fate, error) {
	c.NoBlog = saysNoBlog(c.Warning+"\n"+c.Text, note.Tags)
	who, err := n.db.StandingOf(ctx, c.Author.IRI)
	if err != nil || who.Level == blog.Always {
		return taken, err
	}
	rule, err := n.ruleFor(ctx, c)
	if err != nil || rule == nil {
		return taken, err
	}
	c.Rule = rule.ID
	hold(c, []string{ruleReason(rule) + ", in an edit"})
	if rule.Action == blog.RejectAction {
		return rejected, nil
	}
	return taken, nil
}

// hold holds the comment when there is a reason to.
func hold(c *blog.Comment, why []string) {
	if len(why) > 0 {
		c.State, c.Reason = blog.Held, blog.Excerpt(strings.Join(why, "; "), maxWarning)
	}
}

func ruleReason(r *blog.Rule) string {
	return fmt.Sprintf("rule %d (%s %s)", r.ID, r.Kind, r.Pattern)
}

// signals are what is odd about a note.
func (n *Node) signals(note *vocab.Object, c *blog.Comment) ([]string, bool) {
	mentioned := map[string]bool{}
	for _, t := range note.Tags {
		if t.Type == "Mention" && t.Href != n.blog.ActorIRI() {
			mentioned[t.Href] = true
		}
	}
	content := c.HTML
	if c.Raw != note.Content { // it has a title
		content = blog.SafeHTML(note.Content)
	}
	return blog.Look{
		Comment: c, Content: content, Mentions: len(mentioned),
		NewAccount: n.moderation.NewAccount, Now: n.now(),
	}.Signals()
}

// paced counts a comment against the limits of its actor and server. It returns
// why it is to be held, if it is; a flood is refused. What we went and found came
// at our own pace: it is held at most, and counts for its actor alone. Who sends
// too many does not use up what the others of the server may send.
func (n *Node) paced(a received) (string, error) {
	wentFor := a.how == blog.Fetched && !a.told
	switch p := n.floods.count("actor "+a.from.IRI, n.moderation.ActorRate, n.now()); {
	case p == flood && !wentFor:
		return "", reject(http.StatusTooManyRequests, "too many comments in a short time")
	case p != calm:
		return "many comments in a short time from its author", nil
	case wentFor:
		return "", nil
	}
	switch n.floods.count("host "+hostName(a.from.IRI), n.moderation.HostRate, n.now()) {
	case flood:
		return "", reject(http.StatusTooManyRequests, "too many comments in a short time")
	case tooMany:
		return "many comments in a short time from its server", nil
	}
	return "", nil
}

// saysNoBlog tells whether a plain text, or a hashtag beside it, is #noblog.
func saysNoBlog(text string, tags []vocab.Tag) bool {
	for _, t := range tags {
		if t.Type == "Hashtag" && strings.EqualFold(strings.TrimPrefix(t.Name, "#"), "noblog") {
			return true
		}
	}
	return blog.NoBlog(text)
}
