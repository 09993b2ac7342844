package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"time"

	"github.com/gorilla/feeds"

	"limelight/blog"
)

type rssDocument struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Content string   `xml:"xmlns:content,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel *rssChannel
}

// FeedXml is what gorilla/feeds writes.
func (d *rssDocument) FeedXml() any { return d }

type rssChannel struct {
	*feeds.RssFeed
	Self  rssLink    `xml:"atom:link"`
	Items []*rssItem `xml:"item"`
}

type rssLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

// rssItem leaves the title of a note out: an empty one would be shown as such.
type rssItem struct {
	*feeds.RssItem
	Title      string   `xml:"title,omitempty"`
	Creator    string   `xml:"dc:creator"`
	Categories []string `xml:"category"`
}

// RSS is the feed as RSS 2.0, with the whole content and without e-mail
// addresses: who wrote a post stands in dc:creator.
func RSS(f Feed) ([]byte, error) {
	channel := &rssChannel{
		RssFeed: &feeds.RssFeed{
			Title: clean(f.Title), Link: f.PageURL, Description: clean(f.Description), Language: f.Blog.Language,
			LastBuildDate: f.Updated.UTC().Format(time.RFC1123Z), Generator: "limelight",
			Docs: "https://www.rssboard.org/rss-specification",
		},
		Self: rssLink{f.SelfURL, "self", "application/rss+xml"},
	}
	for i := range f.Posts {
		channel.Items = append(channel.Items, f.rssItem(&f.Posts[i]))
	}
	return writeXML("RSS", &rssDocument{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Content: "http://purl.org/rss/1.0/modules/content/",
		DC: "http://purl.org/dc/elements/1.1/", Channel: channel,
	})
}

// rssItem escapes the description, which readers take for HTML; the title they
// take for text.
func (f *Feed) rssItem(p *blog.Post) *rssItem {
	page := f.Blog.PostURL(p.Slug)
	item := &rssItem{
		RssItem: &feeds.RssItem{
			Link: page, Description: html.EscapeString(summary(p)), Content: &feeds.RssContent{Content: f.content(p)},
			Guid: &feeds.RssGuid{Id: id(p), IsPermaLink: "false"}, PubDate: p.Published.UTC().Format(time.RFC1123Z),
			Comments: page + "#comments", Enclosure: f.rssEnclosure(p),
		},
		Title: clean(p.Title), Creator: clean(f.Blog.AuthorName()),
	}
	for _, t := range p.Tags {
		item.Categories = append(item.Categories, clean(t.Name))
	}
	return item
}

func writeXML(format string, d feeds.XmlFeed) ([]byte, error) {
	var b bytes.Buffer
	if err := feeds.WriteXML(d, &b); err != nil {
		return nil, fmt.Errorf("write the feed as %s: %w", format, err)
	}
	return append(b.Bytes(), '\n'), nil
}
