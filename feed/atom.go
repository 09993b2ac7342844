package feed

import (
	"encoding/xml"
	"time"

	"github.com/gorilla/feeds"

	"limelight/blog"
)

const atomTime = "2006-01-02T15:04:05.999Z07:00" // RFC 4287 section 3.3

type atomFeed struct {
	*feeds.AtomFeed
	XMLName   xml.Name         `xml:"feed"`
	Lang      string           `xml:"xml:lang,attr,omitempty"`
	Generator string           `xml:"generator"`
	Links     []feeds.AtomLink `xml:"link"`
	Link      string           `xml:"-"` // stands in for the library's single one
	Entries   []*atomEntry     `xml:"entry"`
}

// FeedXml is what gorilla/feeds writes.
func (a *atomFeed) FeedXml() any { return a }

type atomEntry struct {
	*feeds.AtomEntry
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	Categories []atomCategory `xml:"category"`
}

// atomCategory has the term that RFC 4287 section 4.2.2 requires.
type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

// Atom is the feed as Atom 1.0, with the whole content. Its id is its own
// address: a blog's feed and those of its tags are different feeds.
func Atom(f Feed) ([]byte, error) {
	a := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: "http://www.w3.org/2005/Atom", Title: clean(f.Title), Id: f.SelfURL, Updated: f.Updated.UTC().Format(atomTime),
			Subtitle: clean(f.Description),
			Author:   &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: clean(f.Blog.AuthorName()), Uri: f.Blog.HomeURL()}},
		},
		Lang: f.Blog.Language, Generator: "limelight",
		Links: []feeds.AtomLink{
			{Href: f.SelfURL, Rel: "self", Type: "application/atom+xml"},
			{Href: f.PageURL, Rel: "alternate", Type: "text/html"},
		},
	}
	if f.Blog.Avatar.Path != "" {
		a.Icon = f.Blog.URL(f.Blog.Avatar.Path)
	}
	for i := range f.Posts {
		a.Entries = append(a.Entries, f.atomEntry(&f.Posts[i]))
	}
	return writeXML("Atom", a)
}

func (f *Feed) atomEntry(p *blog.Post) *atomEntry {
	e := &atomEntry{
		AtomEntry: &feeds.AtomEntry{
			Title: clean(f.atomTitle(p)), Id: id(p), Published: atomDate(p.Published), Updated: atomDate(updated(p)),
			Content: &feeds.AtomContent{Content: f.content(p), Type: "html"},
			Links:   f.atomLinks(p),
		},
		Lang: f.language(p),
	}
	if text := summary(p); text != "" {
		e.Summary = &feeds.AtomSummary{Content: text, Type: "text"}
	}
	for _, t := range p.Tags {
		e.Categories = append(e.Categories, atomCategory{Term: t.Slug, Scheme: f.Blog.BaseURL + "/tags/", Label: clean(t.Name)})
	}
	return e
}

// atomTitle is what a note has in place of the title that Atom requires, at
// last its day where the blog is.
func (f *Feed) atomTitle(p *blog.Post) string {
	switch {
	case p.Title != "":
		return p.Title
	case p.Sensitive:
		return warning(p)
	}
	if teaser := p.Teaser(60); teaser != "" {
		return teaser
	}
	return p.Published.In(f.Blog.Timezone).Format("2 January 2006")
}

func atomDate(t time.Time) string { return t.UTC().Format(atomTime) }
