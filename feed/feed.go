package feed

import (
	"html"
	"strings"
	"time"

	"limelight/blog"
)

// maxSummary is how much of a post stands for it, in characters.
const maxSummary = 500

// Feed is what a feed is made of.
type Feed struct {
	Blog        *blog.Blog
	Title       string // plain text
	Description string // plain text
	PageURL     string // the page that shows the same posts
	SelfURL     string // where the feed itself is
	Updated     time.Time
	Posts       []blog.Post // in the order they are to stand in
}

// id is a post's in every format, the same whatever becomes of its title, its
// slug and the blog's domain.
func id(p *blog.Post) string { return "urn:uuid:" + p.ID }

// summary is the post in short, or its content warning.
func summary(p *blog.Post) string {
	if p.Sensitive {
		return clean(warning(p))
	}
	return clean(p.Teaser(maxSummary))
}

func warning(p *blog.Post) string {
	if p.Summary == "" {
		return "Sensitive content"
	}
	return p.Summary
}

// content is the whole post with every address absolute, after its warning and
// its lead picture.
func (f *Feed) content(p *blog.Post) string {
	var b strings.Builder
	if p.Sensitive {
		b.WriteString("<p><strong>" + html.EscapeString(warning(p)) + "</strong></p>\n")
	}
	if p.Image.Path != "" {
		b.WriteString(`<p><img src="` + html.EscapeString(f.Blog.URL(p.Image.Path)) + `" alt="` + html.EscapeString(p.Image.Alt) + `"></p>` + "\n")
	}
	b.WriteString(blog.AbsoluteHTML(p.HTML, f.Blog.PostURL(p.Slug)))
	return clean(b.String())
}

// language is the post's own where it differs from the blog's, else empty.
func (f *Feed) language(p *blog.Post) string {
	if p.Language == f.Blog.Language {
		return ""
	}
	return p.Language
}

// clean drops what XML 1.0 section 2.2 has no place for: within CDATA gorilla's
// writer lets it through, and no reader takes a feed with it.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return r
		case r < ' ', r >= 0xfffe && r <= 0xffff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// updated is never before the post was published.
func updated(p *blog.Post) time.Time {
	if p.Updated.Before(p.Published) {
		return p.Published
	}
	return p.Updated
}
