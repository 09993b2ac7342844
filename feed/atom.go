package feed

import (
	"encoding/xml"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/feeds"
)

const atomTime = "2006-01-02T15:04:05.999Z07:00" // RFC 4287 section 3.3

type atomFeed struct {
	*feeds.AtomFeed
	XMLName   xml.Name     `xml:"feed"`
	Thread    string       `xml:"xmlns:thr,attr"`
	Media     string       `xml:"xmlns:media,attr"`
	Lang      string       `xml:"xml:lang,attr,omitempty"`
	Generator string       `xml:"generator"`
	Links     []atomLink   `xml:"link"`
	Link      string       `xml:"-"` // stands in for the library's single one
	Entries   []*atomEntry `xml:"entry"`
}

// FeedXml is what gorilla/feeds writes.
func (a *atomFeed) FeedXml() any { return a }

type atomEntry struct {
	*feeds.AtomEntry
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Answers    *answers       `xml:"thr:in-reply-to"`
	Total      string         `xml:"thr:total,omitempty"`
	Thumbnail  *thumb         `xml:"media:thumbnail"`
}

// atomCategory has the term that RFC 4287 section 4.2.2 requires.
type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

// Atom is the feed as Atom 1.0.
func Atom(f Feed) ([]byte, error) {
	owner := f.owner()
	a := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: nsAtom, Title: clean(f.Title), Id: f.id(), Updated: f.Updated.UTC().Format(atomTime),
			Subtitle: clean(f.Description), Icon: owner.avatar,
			Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: owner.name, Uri: owner.url}},
		},
		Thread: nsThread, Media: nsMedia, Lang: f.Blog.Language, Generator: "limelight",
		Links: slices.Insert(f.links(typeAtom), 1, atomLink{Href: f.PageURL, Rel: "alternate", Type: typeHTML}),
	}
	for _, it := range f.items() {
		a.Entries = append(a.Entries, f.atomEntry(&it))
	}
	return f.writeXML("Atom", a)
}

// atomEntry always says what stands in for a title, which Atom requires; an
// entry without content needs a summary beside its alternate link (RFC 4287
// section 4.1.1.1).
func (f *Feed) atomEntry(it *item) *atomEntry {
	e := &atomEntry{
		AtomEntry: &feeds.AtomEntry{Title: it.name, Id: it.id, Published: atomDate(it.published), Updated: atomDate(it.updated)},
		Lang:      it.language, Links: f.atomLinks(it), Answers: it.answers.element(), Thumbnail: f.thumb(it),
	}
	if it.author != (person{}) {
		e.Author = &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: it.author.name, Uri: it.author.url}}
	}
	if it.content != "" {
		e.Content = &feeds.AtomContent{Content: it.content, Type: "html"}
	}
	if it.summary != "" || it.content == "" {
		e.Summary = &feeds.AtomSummary{Content: it.summary, Type: "text"}
	}
	if it.talk.page != "" {
		e.Total = strconv.Itoa(it.talk.count)
	}
	for _, t := range it.tags {
		e.Categories = append(e.Categories, atomCategory{Term: t.Slug, Scheme: f.Blog.BaseURL + "/tags/", Label: clean(t.Name)})
	}
	return e
}

// atomLinks lead to the item's page, its audio or video, its twin, and the talk
// about it.
func (f *Feed) atomLinks(it *item) []atomLink {
	links := []atomLink{{Href: it.url, Rel: "alternate", Type: typeHTML}}
	if e := it.enclosure; e.URL != "" {
		links = append(links, atomLink{Href: f.Blog.URL(e.URL), Rel: "enclosure", Type: e.Type, Length: numberText(e.Size)})
	}
	if it.twin != "" {
		links = append(links, atomLink{Href: it.twin, Rel: relTwin, Type: typeActivity})
	}
	if it.origin != "" {
		links = append(links, atomLink{Href: it.origin, Rel: "via", Type: typeHTML})
	}
	if it.talk.page != "" {
		links = append(links, atomLink{Href: it.talk.feedURL("feed.atom"), Rel: "replies", Type: typeAtom, Count: strconv.Itoa(it.talk.count)})
	}
	return links
}

func atomDate(t time.Time) string { return t.UTC().Format(atomTime) }
