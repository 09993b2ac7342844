package feed

import (
	"cmp"
	"html"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"limelight/blog"
)

// comment is a comment as an item. Who reads it from elsewhere is no more made
// to ask another server than a visitor of the page: pictures are our copies,
// and what has none is a link.
func (f *Feed) comment(c *Comment) item {
	it := item{
		id: f.commentID(c.IRI), url: f.Blog.CommentURL(c.PostSlug, c.ID), twin: httpOnly(c.IRI), origin: httpOnly(c.URL),
		summary: clean(blog.Excerpt(strings.Join(strings.Fields(cmp.Or(c.Warning, c.Text)), " "), maxSummary)),
		content: clean(f.commentHTML(c)), published: c.Published, updated: c.Published, language: f.language(c.Language),
		author:  f.commenter(c),
		answers: reference{"urn:uuid:" + c.PostID, f.Blog.PostURL(c.PostSlug)},
	}
	about := c.About
	if about == "" {
		about = "a note of " + f.day(c.Dated)
	}
	it.title = clean(it.author.name + " on " + about)
	it.name = it.title
	if c.Edited.After(c.Published) {
		it.updated = c.Edited
	}
	if c.Answers != "" {
		it.answers = reference{f.commentID(c.Answers), f.Blog.CommentURL(c.PostSlug, c.Parent)}
	}
	if c.Source == blog.Own {
		it.origin = ""
	}
	return it
}

// commentID is the id that the comment has at its own server, for good. One of
// the author's own has its UUID, as posts have.
func (f *Feed) commentID(iri string) string {
	if own, ok := f.Blog.CommentID(iri); ok {
		return "urn:uuid:" + own
	}
	if address := httpOnly(iri); address != "" {
		return address
	}
	// What is no address has one made of it, for Atom wants an IRI.
	return "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(iri)).String()
}

// commenter is who wrote the comment: their name, and the picture when we have
// a copy.
func (f *Feed) commenter(c *Comment) person {
	if c.Source == blog.Own {
		return f.owner()
	}
	who := person{name: clean(c.Author.DisplayName()), url: httpOnly(c.Author.URL)}
	if c.Author.Avatar != "" {
		who.avatar = f.Blog.URL(blog.AvatarPath(c.Author.Avatar))
	}
	return who
}

// owner is the author of the blog.
func (f *Feed) owner() person {
	who := person{name: clean(f.Blog.AuthorName()), url: f.Blog.HomeURL()}
	if f.Blog.Avatar.Path != "" {
		who.avatar = f.Blog.URL(f.Blog.Avatar.Path)
	}
	return who
}

func (f *Feed) commentHTML(c *Comment) string {
	var b strings.Builder
	if c.Warning != "" {
		b.WriteString(warningHTML(c.Warning))
	}
	b.WriteString(blog.AbsoluteHTML(c.HTML, f.Blog.PostURL(c.PostSlug)))
	for _, a := range c.Attachments {
		switch {
		case httpOnly(a.URL) == "":
		case a.IsPicture() && a.Copy.File != "":
			b.WriteString(pictureHTML(f.Blog.URL(blog.AvatarPath(a.Copy.File)), a.Alt))
		default:
			b.WriteString(`<p><a href="` + html.EscapeString(a.URL) + `">` + html.EscapeString(cmp.Or(blog.Excerpt(a.Alt, 100), a.URL)) + "</a></p>\n")
		}
	}
	return b.String()
}

// httpOnly is the address, escaped as it must be, when a browser may be sent
// there, else empty.
func httpOnly(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return u.String()
}
