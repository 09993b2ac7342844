package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/feeds"
)

// jsonFeed always has items, also when there are none, and no author beside
// authors, as JSON Feed 1.1 has it.
type jsonFeed struct {
	*feeds.JSONFeed
	Author *feeds.JSONAuthor `json:"author,omitempty"`
	Twin   *jsonTwin         `json:"_activitypub,omitempty"`
	Items  []*jsonItem       `json:"items"`
}

type jsonItem struct {
	*feeds.JSONItem
	Author      *feeds.JSONAuthor `json:"author,omitempty"`
	BannerImage string            `json:"banner_image,omitempty"`
	Language    string            `json:"language,omitempty"`
	Attachments []jsonAttachment  `json:"attachments,omitempty"`
	Twin        *jsonTwin         `json:"_activitypub,omitempty"`
}

// jsonTwin is an extension (JSON Feed 1.1, Extensions): the ActivityPub object
// that is the same.
type jsonTwin struct {
	About     string `json:"about,omitempty"`
	ID        string `json:"id"`
	Acct      string `json:"acct,omitempty"`        // of the feed: the handle to follow
	InReplyTo string `json:"in_reply_to,omitempty"` // id of the item that this one answers
	Replies   string `json:"replies_feed_url,omitempty"`
	Count     *int   `json:"replies_count,omitempty"`
}

const aboutTwin = "https://www.w3.org/TR/activitypub/"

// JSON is the feed as JSON Feed 1.1.
func JSON(f Feed) ([]byte, error) {
	out := jsonFeed{
		JSONFeed: &feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Description: f.Description, Language: f.Blog.Language,
			HomePageUrl: f.PageURL, FeedUrl: f.SelfURL, NextUrl: f.Older, Icon: f.owner().avatar,
			Authors: jsonAuthors(f.owner()),
		},
		Items: []*jsonItem{},
	}
	if f.Twin != "" {
		out.Twin = &jsonTwin{About: aboutTwin, ID: f.Twin, Acct: f.Blog.Acct()}
	}
	for _, hub := range f.Hubs {
		out.Hubs = append(out.Hubs, &feeds.JSONHub{Type: "WebSub", Url: hub})
	}
	for _, it := range f.items() {
		out.Items = append(out.Items, f.jsonItem(&it))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return nil, fmt.Errorf("write the feed as JSON: %w", err)
	}
	return b.Bytes(), nil
}

// jsonItem has its text as HTML, or in short as plain text: JSON Feed requires
// one of them.
func (f *Feed) jsonItem(it *item) *jsonItem {
	published, changed := jsonTime(it.published), jsonTime(it.updated)
	out := &jsonItem{
		JSONItem: &feeds.JSONItem{
			Id: it.id, Url: it.url, ExternalUrl: it.origin, Title: it.title, ContentHTML: it.content, Summary: it.summary,
			PublishedDate: &published,
		},
		Language: it.language, Attachments: f.jsonAttachments(it), Twin: f.jsonTwin(it),
	}
	if it.content == "" {
		out.ContentText, out.Summary = it.summary, ""
		if out.ContentText == "" {
			out.ContentText = it.name
		}
	}
	if it.author != (person{}) {
		out.Authors = jsonAuthors(it.author)
	}
	if changed.After(published) {
		out.ModifiedDate = &changed
	}
	if it.thumbnail.Path != "" {
		out.Image = f.Blog.URL(it.thumbnail.Path)
	}
	if it.image.Path != "" {
		out.BannerImage = f.Blog.URL(it.image.Path)
	}
	for _, t := range it.tags {
		out.Tags = append(out.Tags, clean(t.Name))
	}
	return out
}

func (f *Feed) jsonTwin(it *item) *jsonTwin {
	if it.twin == "" {
		return nil
	}
	twin := &jsonTwin{ID: it.twin, InReplyTo: it.answers.id}
	if it.talk.page != "" {
		twin.Replies, twin.Count = it.talk.feedURL("feed.json"), &it.talk.count
	}
	return twin
}

func jsonAuthors(who person) []*feeds.JSONAuthor {
	return []*feeds.JSONAuthor{{Name: who.name, Url: who.url, Avatar: who.avatar}}
}

func jsonTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
