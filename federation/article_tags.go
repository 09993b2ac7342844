package federation

import (
	"limelight/blog"
	"limelight/federation/vocab"
)

// audience is who the post is addressed to: unlisted ones have Public in cc.
// Mastodon tells somebody of a mention only when they are addressed as well.
func (n *Node) audience(p *blog.Post) (to, cc []string) {
	to, cc = []string{vocab.Public}, []string{n.blog.CollectionIRI("followers")}
	if p.Visibility == blog.Unlisted {
		to, cc = cc, to
	}
	for _, m := range p.Mentions {
		if m.Actor != "" {
			cc = append(cc, m.Actor)
		}
	}
	return to, cc
}

// tags are the hashtags of a post, and whom it mentions of those who were found.
func (n *Node) tags(p *blog.Post) []vocab.PostTag {
	out := make([]vocab.PostTag, 0, len(p.Tags)+len(p.Mentions))
	for _, t := range p.Tags {
		out = append(out, n.hashtag(t))
	}
	for _, m := range p.Mentions {
		if m.Actor != "" {
			out = append(out, vocab.PostTag{Type: "Mention", Name: "@" + m.Name, Href: m.Actor})
		}
	}
	return out
}
