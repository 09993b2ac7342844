package federation

import (
	"context"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
)

// maxCited is how much is kept of a note that speaks of a post, in characters.
const maxCited = 500

// takeElsewhere takes a note that answers nothing known here: it may quote a
// post or speak of one, and it may be part of a conversation whose middle is
// still to be fetched.
func (n *Node) takeElsewhere(ctx context.Context, a received, note *vocab.Object) error {
	if err := n.cite(ctx, a, note); err != nil {
		return err
	}
	return n.lookUpThread(ctx, a, note)
}

// cite keeps a public note that quotes a post or links to it. One that does so
// no more, after an edit, or says #noblog, is forgotten.
func (n *Node) cite(ctx context.Context, a received, note *vocab.Object) error {
	known, err := n.db.Cited(ctx, note.ID)
	if err != nil {
		return err
	}
	post, kind, err := n.citedPost(ctx, note)
	if err != nil {
		return err
	}
	c := n.commentOf(a, note)
	if post == nil || !c.Visibility.Shown() {
		return n.uncite(ctx, a, note.ID, known)
	}
	policy, fate := n.policyOf(post), taken
	switch {
	case known:
		fate, err = n.judgeEdit(ctx, note, &c)
	case policy == blog.ClosedPolicy:
		fate, err = n.judge(ctx, a, blog.HeldPolicy, note, &c)
		c.State, c.Reason = blog.Hidden, "comments are closed"
	default:
		fate, err = n.judge(ctx, a, policy, note, &c)
	}
	switch {
	case err != nil:
		return err
	case fate == rejected:
		if err := n.db.RejectComment(ctx, a.again(), c); err != nil {
			return err
		}
		return n.uncite(ctx, a, note.ID, known)
	case c.NoBlog:
		return n.uncite(ctx, a, note.ID, known)
	}
	kept, err := n.db.Cite(ctx, a.again(), blog.Citation{
		IRI: c.IRI, URL: c.URL, Type: kind, PostID: post.ID, Actor: a.from, Text: blog.Excerpt(c.Text, maxCited),
		Visibility: c.Visibility, State: c.State, Reason: c.Reason, Published: c.Published, Edited: c.Edited,
	})
	if err == nil && kept && !known {
		n.tell(a, "a "+string(kind)+" of a post", "post", post.Slug)
	}
	return quiet(err)
}

func (n *Node) uncite(ctx context.Context, a received, iri string, known bool) error {
	if !known {
		return nil
	}
	return n.db.Uncite(ctx, a.again(), iri)
}

// citedPost is the published post that a note quotes, else the first that it
// links to, nil when there is none.
func (n *Node) citedPost(ctx context.Context, note *vocab.Object) (*blog.Post, blog.CitationType, error) {
	iris := []string{note.Quote}
	for _, t := range note.Tags {
		if t.Type == "Link" { // FEP-e232
			iris = append(iris, t.Href)
		}
	}
	iris = append(iris, blog.Links(blog.SafeHTML(note.Content))...)
	for _, a := range note.Attachments {
		iris = append(iris, a.URL)
	}
	for i, iri := range iris {
		if hostName(iri) == "" || !sameOrigin(iri, n.blog.BaseURL) {
			continue
		}
		id, err := n.postNamed(ctx, plainAddress(iri))
		if err != nil {
			return nil, "", err
		}
		if id == "" {
			continue
		}
		p, err := n.db.Post(ctx, id)
		if err != nil {
			return nil, "", quiet(err)
		}
		if i == 0 {
			return &p, blog.CitedQuote, nil
		}
		return &p, blog.CitedMention, nil
	}
	return nil, "", nil
}

// plainAddress is an address as it was before somebody counted its clicks.
func plainAddress(iri string) string {
	if i := strings.IndexAny(iri, "?#"); i >= 0 {
		iri = iri[:i]
	}
	return strings.TrimSuffix(iri, "/")
}
