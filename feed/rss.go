package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/feeds"
)

type rssDocument struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Content string   `xml:"xmlns:content,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Slash   string   `xml:"xmlns:slash,attr"`
	WFW     string   `xml:"xmlns:wfw,attr"`
	Media   string   `xml:"xmlns:media,attr"`
	Thread  string   `xml:"xmlns:thr,attr"`
	ITunes  string   `xml:"xmlns:itunes,attr"`
	Podcast string   `xml:"xmlns:podcast,attr"`
	Source  string   `xml:"xmlns:source,attr,omitempty"`
	Channel *rssChannel
}

// FeedXml is what gorilla/feeds writes.
func (d *rssDocument) FeedXml() any { return d }

type rssChannel struct {
	*feeds.RssFeed
	Links []atomLink `xml:"atom:link"`
	*podcastChannel
	Roll  string     `xml:"source:blogroll,omitempty"`
	Items []*rssItem `xml:"item"`
}

// rssItem leaves the title of a note out: an empty one would be shown as such.
// It has no second link, of whatever namespace: old readers go by the last one.
type rssItem struct {
	*feeds.RssItem
	Title       string   `xml:"title,omitempty"`
	Creator     string   `xml:"dc:creator"`
	Language    string   `xml:"dc:language,omitempty"`
	Categories  []string `xml:"category"`
	Answers     *answers `xml:"thr:in-reply-to"`
	Count       string   `xml:"slash:comments,omitempty"`
	CommentFeed string   `xml:"wfw:commentRss,omitempty"`
	Thumbnail   *thumb   `xml:"media:thumbnail"`
	*podcastItem
}

// RSS is the feed as RSS 2.0, without e-mail addresses: who wrote something
// stands in dc:creator.
func RSS(f Feed) ([]byte, error) {
	channel := &rssChannel{
		RssFeed: &feeds.RssFeed{
			Title: clean(f.Title), Link: f.PageURL, Description: clean(f.Description), Language: f.Blog.Language,
			LastBuildDate: f.Updated.UTC().Format(time.RFC1123Z), Generator: "limelight",
			Docs: "https://www.rssboard.org/rss-specification",
		},
		Links: f.links(typeRSS), podcastChannel: f.podcastChannel(),
	}
	if f.Blog.Avatar.Path != "" {
		channel.RssFeed.Image = &feeds.RssImage{Url: f.Blog.URL(f.Blog.Avatar.Path), Title: channel.Title, Link: f.PageURL}
	}
	for _, it := range f.items() {
		channel.Items = append(channel.Items, f.rssItem(&it))
	}
	source := ""
	if f.Roll != "" {
		channel.Roll, source = f.Blog.URL(f.Roll), nsSource
	}
	return f.writeXML("RSS", &rssDocument{
		Version: "2.0", Atom: nsAtom, Content: nsContent, DC: nsDC, Slash: nsSlash, WFW: nsWFW, Media: nsMedia,
		Thread: nsThread, ITunes: nsITunes, Podcast: nsPodcast, Source: source, Channel: channel,
	})
}

// rssItem makes HTML of the description, for which readers take it; the title they
// take for text.
func (f *Feed) rssItem(it *item) *rssItem {
	out := &rssItem{
		RssItem: &feeds.RssItem{
			Link: it.url, Description: textHTML(it.summary),
			Guid: &feeds.RssGuid{Id: it.id, IsPermaLink: "false"}, PubDate: it.published.UTC().Format(time.RFC1123Z),
			Comments: it.talk.page, Enclosure: f.rssEnclosure(it),
		},
		Title: it.title, Creator: it.author.name, Language: it.language, Answers: it.answers.element(), Thumbnail: f.thumb(it), podcastItem: f.podcastItem(it),
	}
	if out.Creator == "" {
		out.Creator = f.owner().name
	}
	if it.content != "" {
		out.Content = &feeds.RssContent{Content: it.content}
	}
	if it.talk.page != "" {
		out.Count, out.CommentFeed = strconv.Itoa(it.talk.count), it.talk.feedURL("feed.xml")
	}
	for _, t := range it.tags {
		out.Categories = append(out.Categories, clean(t.Name))
	}
	return out
}

// textHTML is a text as HTML, with nothing escaped that need not be (HTML standard,
// "Text" and "Character references"): a browser shows a feed's description as it is
// written, and there an apostrophe should not be &#39;.
func textHTML(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&' && i+1 < len(s) && isReference(s[i+1]):
			b.WriteString("&amp;")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isReference tells whether a character reference could begin so after its &.
func isReference(c byte) bool {
	return c == '#' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// answers is what a comment answers (RFC 4685 section 3).
type answers struct {
	Ref  string `xml:"ref,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr"`
}

func (r reference) element() *answers {
	if r.id == "" {
		return nil
	}
	return &answers{r.id, r.url, typeHTML}
}

// writeXML writes the document after the style sheet that makes it readable in a
// browser (W3C, Associating Style Sheets with XML documents). There is no XSLT:
// browsers give it up.
func (f *Feed) writeXML(format string, d feeds.XmlFeed) ([]byte, error) {
	var b bytes.Buffer
	if err := feeds.WriteXML(d, &b); err != nil {
		return nil, fmt.Errorf("write the feed as %s: %w", format, err)
	}
	body := append(b.Bytes(), '\n')
	declaration, rest, found := bytes.Cut(body, []byte("?>"))
	if !found {
		return nil, fmt.Errorf("write the feed as %s: it begins with %.20q", format, body)
	}
	head := string(declaration) + "?>\n"
	if f.Styles != "" {
		head += `<?xml-stylesheet type="text/css" href="` + html.EscapeString(f.Styles) + `"?>` + "\n"
	}
	return append([]byte(head), rest...), nil
}
