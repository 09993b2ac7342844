package feed

import (
	"strconv"
	"time"

	"github.com/gorilla/feeds"
)

// rssEnclosure is the audio or video of a post, nil for none. RSS 2.0 requires a
// length; the RSS Advisory Board's profile wants 0 where nobody knows it.
func (f *Feed) rssEnclosure(it *item) *feeds.RssEnclosure {
	e := it.enclosure
	if e.URL == "" {
		return nil
	}
	return &feeds.RssEnclosure{Url: f.Blog.URL(e.URL), Length: strconv.FormatInt(e.Size, 10), Type: e.Type}
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

func (f *Feed) jsonAttachments(it *item) []jsonAttachment {
	e := it.enclosure
	if e.URL == "" {
		return nil
	}
	return []jsonAttachment{{f.Blog.URL(e.URL), e.Type, clean(e.Title), e.Size, int64(e.Duration / time.Second)}}
}
