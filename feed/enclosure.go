package feed

import (
	"strconv"
	"time"

	"github.com/gorilla/feeds"

	"limelight/blog"
)

// rssEnclosure is the audio or video of a post, nil for none. RSS 2.0 requires a
// length; the RSS Advisory Board's profile wants 0 where nobody knows it.
func (f *Feed) rssEnclosure(p *blog.Post) *feeds.RssEnclosure {
	e := p.Enclosure
	if e.URL == "" {
		return nil
	}
	return &feeds.RssEnclosure{Url: f.Blog.URL(e.URL), Length: strconv.FormatInt(e.Size, 10), Type: e.Type}
}

// atomLinks lead to the post's page and to its audio or video.
func (f *Feed) atomLinks(p *blog.Post) []feeds.AtomLink {
	links := []feeds.AtomLink{{Href: f.Blog.PostURL(p.Slug), Rel: "alternate", Type: "text/html"}}
	e := p.Enclosure
	if e.URL == "" {
		return links
	}
	link := feeds.AtomLink{Href: f.Blog.URL(e.URL), Rel: "enclosure", Type: e.Type}
	if e.Size > 0 {
		link.Length = strconv.FormatInt(e.Size, 10)
	}
	return append(links, link)
}

// jsonAttachment has the size by the name that JSON Feed 1.1 gives it, and room
// for more than 2 GB, both unlike the library's.
type jsonAttachment struct {
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
	Title    string `json:"title,omitempty"`
	Size     int64  `json:"size_in_bytes,omitempty"`
	Duration int64  `json:"duration_in_seconds,omitempty"`
}

func (f *Feed) jsonAttachments(p *blog.Post) []jsonAttachment {
	e := p.Enclosure
	if e.URL == "" {
		return nil
	}
	return []jsonAttachment{{f.Blog.URL(e.URL), e.Type, clean(e.Title), e.Size, int64(e.Duration / time.Second)}}
}
