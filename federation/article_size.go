package federation

import (
	"html"

	"limelight/blog"
	"limelight/federation/vocab"
)

// teaserHTML is the post in short, with the way to all of it.
func (n *Node) teaserHTML(p *blog.Post) string {
	out := ""
	if p.Title != "" {
		out = "<p><strong>" + html.EscapeString(p.Title) + "</strong></p>"
	}
	if teaser := p.Teaser(maxTeaser); teaser != "" && !p.Sensitive {
		out += "<p>" + html.EscapeString(teaser) + "</p>"
	}
	page := html.EscapeString(n.blog.PostURL(p.Slug))
	return out + `<p><a href="` + page + `">` + page + `</a></p>`
}

// shrink makes an object whose JSON is larger than it may be smaller. Over
// doubled bytes the content is there only once, the language with the summary
// instead. Over limit bytes it is a teaser with the way to the page; whoever
// wants all of it fetches the id.
func (n *Node) shrink(o *vocab.Post, p *blog.Post, doubled, limit int) error {
	size, err := sizeOf(o)
	if err != nil || size <= doubled {
		return err
	}
	o.ContentMap = nil
	if o.Summary != "" {
		o.SummaryMap = map[string]string{n.language(p): o.Summary}
	}
	if size, err = sizeOf(o); err != nil || size <= limit {
		return err
	}
	n.slim(o, p)
	return nil
}

// slim leaves a teaser with the way to the page of the content. Misskey answers
// 413 to activities over 64 KiB, others to less or more.
func (n *Node) slim(o *vocab.Post, p *blog.Post) {
	o.Content = n.teaserHTML(p)
	o.ContentMap = map[string]string{n.language(p): o.Content}
	o.SummaryMap = nil
}

func sizeOf(o *vocab.Post) (int, error) {
	data, err := vocab.Encode(o)
	return len(data), err
}
