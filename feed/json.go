package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/feeds"

	"limelight/blog"
)

// jsonFeed always has items, also when there are none, and no author beside
// authors, as JSON Feed 1.1 has it.
type jsonFeed struct {
	*feeds.JSONFeed
	Author *feeds.JSONAuthor `json:"author,omitempty"`
	Items  []*jsonItem       `json:"items"`
}

type jsonItem struct {
	*feeds.JSONItem
	Author      *feeds.JSONAuthor `json:"author,omitempty"`
	BannerImage string            `json:"banner_image,omitempty"`
	Language    string            `json:"language,omitempty"`
	Attachments []jsonAttachment  `json:"attachments,omitempty"`
}

// JSON is the feed as JSON Feed 1.1, with the whole content.
func JSON(f Feed) ([]byte, error) {
	author := &feeds.JSONAuthor{Name: f.Blog.AuthorName(), Url: f.Blog.HomeURL()}
	out := jsonFeed{
		JSONFeed: &feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Description: f.Description, Language: f.Blog.Language,
			HomePageUrl: f.PageURL, FeedUrl: f.SelfURL, Authors: []*feeds.JSONAuthor{author},
		},
		Items: []*jsonItem{},
	}
	if f.Blog.Avatar.Path != "" {
		author.Avatar = f.Blog.URL(f.Blog.Avatar.Path)
		out.Icon = author.Avatar
	}
	for i := range f.Posts {
		out.Items = append(out.Items, f.jsonItem(&f.Posts[i]))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return nil, fmt.Errorf("write the feed as JSON: %w", err)
	}
	return b.Bytes(), nil
}

func (f *Feed) jsonItem(p *blog.Post) *jsonItem {
	published, changed := jsonTime(p.Published), jsonTime(updated(p))
	item := &jsonItem{
		JSONItem: &feeds.JSONItem{
			Id: id(p), Url: f.Blog.PostURL(p.Slug), Title: clean(p.Title), ContentHTML: f.content(p), Summary: summary(p),
			PublishedDate: &published,
		},
		Language: f.language(p), Attachments: f.jsonAttachments(p),
	}
	if changed.After(published) {
		item.ModifiedDate = &changed
	}
	if p.Image.Path != "" {
		item.Image = f.Blog.URL(p.Image.Path)
		item.BannerImage = item.Image
	}
	for _, t := range p.Tags {
		item.Tags = append(item.Tags, t.Name)
	}
	return item
}

func jsonTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
