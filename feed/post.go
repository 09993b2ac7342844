package feed

import (
	"html"
	"regexp"
	"strings"
	"time"

	"limelight/blog"
)

// post is a post as an item.
func (f *Feed) post(p *blog.Post) item {
	page := f.Blog.PostURL(p.Slug)
	it := item{
		id: id(p), url: page, title: clean(p.Title), name: clean(f.name(p)), summary: summary(p),
		published: p.Published, updated: updated(p), language: f.language(p.Language), tags: p.Tags,
		image: p.Image, thumbnail: thumbnail(p), enclosure: p.Enclosure,
		talk: talk{page + "#comments", f.Blog.CommentFeedURL(p.Slug, ""), p.CommentCount},
	}
	if !f.Short {
		it.content = f.content(p)
	}
	if p.Visibility != blog.Local {
		it.twin = f.Blog.PostIRI(p.ID)
	}
	if p.Sensitive {
		it.image = blog.Image{} // only where the warning stands before it
	}
	return it
}

// id is a post's in every format, the same whatever becomes of its title, its
// slug and the blog's domain.
func id(p *blog.Post) string { return "urn:uuid:" + p.ID }

// name is what a note has in place of the title that Atom requires, at last
// its day where the blog is.
func (f *Feed) name(p *blog.Post) string {
	switch {
	case p.Title != "":
		return p.Title
	case p.Sensitive:
		return warning(p)
	}
	if teaser := p.Teaser(60); teaser != "" {
		return teaser
	}
	return f.day(p.Published)
}

func (f *Feed) day(t time.Time) string { return t.In(f.Blog.Timezone).Format("2 January 2006") }

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

// thumbnail is the lead picture, else the first in the text; none where a
// warning should come first.
func thumbnail(p *blog.Post) blog.Image {
	switch {
	case p.Sensitive:
		return blog.Image{}
	case p.Image.Path == "" && len(p.Images) > 0:
		return p.Images[0]
	}
	return p.Image
}

// content is the whole post with every address absolute, after its warning and
// its lead picture.
func (f *Feed) content(p *blog.Post) string {
	var b strings.Builder
	if p.Sensitive {
		b.WriteString(warningHTML(warning(p)))
	}
	if p.Image.Path != "" {
		b.WriteString(pictureHTML(f.Blog.URL(p.Image.Path), p.Image.Alt))
	}
	b.WriteString(blog.AbsoluteHTML(f.Blog.LinkMedia(p.HTML), f.Blog.PostURL(p.Slug)))
	return clean(b.String())
}

func warningHTML(text string) string {
	return "<p><strong>" + html.EscapeString(text) + "</strong></p>\n"
}

func pictureHTML(url, alt string) string {
	return `<p><img src="` + html.EscapeString(url) + `" alt="` + html.EscapeString(alt) + `"></p>` + "\n"
}

// languageTag is how one looks (RFC 5646 section 2.1). Comments bring what their
// server says, and anything else would make the whole feed invalid.
var languageTag = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)

// language is an item's own where it differs from the blog's, else empty.
func (f *Feed) language(own string) string {
	if own == f.Blog.Language || !languageTag.MatchString(own) {
		return ""
	}
	return own
}

// updated is never before the post was published.
func updated(p *blog.Post) time.Time {
	if p.Updated.Before(p.Published) {
		return p.Published
	}
	return p.Updated
}
