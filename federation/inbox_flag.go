package federation

import (
	"context"

	"limelight/blog"
)

// maxComplaint is how much of a complaint is kept, in characters, as at Mastodon.
const maxComplaint = 5000

// takeFlag keeps a complaint that another server passes on. It comes from a
// server's own actor, so that nobody is named, and only the author acts on it.
func (n *Node) takeFlag(ctx context.Context, a received) error {
	r := blog.Report{IRI: a.ID, Actor: a.from.IRI, Text: blog.TamePlain(blog.PlainText(a.Content), maxComplaint)}
	ours := false
	for _, o := range a.Objects {
		if hostName(o.ID) == "" {
			continue
		}
		r.Objects = append(r.Objects, o.ID)
		ours = ours || sameOrigin(o.ID, n.blog.BaseURL)
		if !ours {
			c, err := n.db.CommentByIRI(ctx, o.ID)
			if ours = err == nil && c.ID != 0; quiet(err) != nil {
				return err
			}
		}
	}
	if !ours {
		return nil // about nothing that is here
	}
	kept, err := n.db.AddReport(ctx, a.once(), r)
	if err == nil && kept {
		n.tell(a, "a report; see `limelight reports`")
	}
	return err
}
