package feed

import (
	"encoding/json"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/blog"
)

// ours is an id that stays the same whatever becomes of title, slug and domain.
var ours = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

type link struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

// eitherLink is RSS's link or Atom's, which package xml gives to one field.
type eitherLink struct {
	XMLName xml.Name
	link
	Text string `xml:",chardata"`
}

type rssRequired struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Channel struct {
		Title       *string      `xml:"title"`
		Links       []eitherLink `xml:"link"`
		Description *string      `xml:"description"`
		Editor      *string      `xml:"managingEditor"`
		Items       []rssEach    `xml:"item"`
	} `xml:"channel"`
}

type rssEach struct {
	Title       *string `xml:"title"`
	Description *string `xml:"description"`
	Author      *string `xml:"author"`
	Creator     string  `xml:"http://purl.org/dc/elements/1.1/ creator"`
	Content     string  `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
	Date        string  `xml:"pubDate"`
	GUID        struct {
		ID        string `xml:",chardata"`
		Permalink string `xml:"isPermaLink,attr"`
	} `xml:"guid"`
}

// TestRSSRequired holds RSS 2.0's required elements and what readers key on.
func TestRSSRequired(t *testing.T) {
	for _, f := range []Feed{full(), empty()} {
		var got rssRequired
		read(t, made(t, RSS, f), &got)
		c := got.Channel
		if got.Version != "2.0" || c.Title == nil || c.Description == nil || len(c.Items) != len(f.Posts) {
			t.Errorf("channel: %+v", got)
		}
		if len(c.Links) != 2 || c.Links[0].XMLName.Space != "" || c.Links[0].Text != f.PageURL ||
			c.Links[1].XMLName.Space != "http://www.w3.org/2005/Atom" || c.Links[1].link != (link{"self", f.SelfURL}) {
			t.Errorf("links %+v", c.Links)
		}
		if c.Editor != nil {
			t.Errorf("managingEditor %q is no e-mail address", *c.Editor)
		}
		for i, item := range c.Items {
			if item.Title == nil && item.Description == nil || item.Author != nil || item.Creator != f.Blog.AuthorName() || item.Content == "" {
				t.Errorf("item %d: %+v", i, item)
			}
			if (item.Title != nil) != (f.Posts[i].Title != "") {
				t.Errorf("item %d: a title %v for %q", i, item.Title, f.Posts[i].Title)
			}
			if !ours.MatchString(item.GUID.ID) || item.GUID.Permalink != "false" {
				t.Errorf("item %d: guid %+v", i, item.GUID)
			}
			if at, err := time.Parse(time.RFC1123Z, item.Date); err != nil || !at.Equal(f.Posts[i].Published.Truncate(time.Second)) {
				t.Errorf("item %d: pubDate %q for %v", i, item.Date, f.Posts[i].Published)
			}
		}
	}
}

type atomRequired struct {
	XMLName xml.Name   `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string     `xml:"http://www.w3.org/2005/Atom id"`
	Title   *string    `xml:"http://www.w3.org/2005/Atom title"`
	Updated string     `xml:"http://www.w3.org/2005/Atom updated"`
	Author  string     `xml:"http://www.w3.org/2005/Atom author>name"`
	Links   []link     `xml:"http://www.w3.org/2005/Atom link"`
	Entries []atomEach `xml:"http://www.w3.org/2005/Atom entry"`
}

type atomEach struct {
	ID         string `xml:"id"`
	Title      string `xml:"title"`
	Published  string `xml:"published"`
	Updated    string `xml:"updated"`
	Links      []link `xml:"link"`
	Categories []struct {
		Term string `xml:"term,attr"`
		Text string `xml:",chardata"`
	} `xml:"category"`
	Content struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	} `xml:"content"`
}

// TestAtomRequired holds RFC 4287 sections 4.1.1 and 4.1.2.
func TestAtomRequired(t *testing.T) {
	for _, f := range []Feed{full(), empty()} {
		var got atomRequired
		read(t, made(t, Atom, f), &got)
		if got.ID != f.SelfURL || got.Title == nil || got.Author != f.Blog.AuthorName() || len(got.Entries) != len(f.Posts) {
			t.Errorf("feed: %+v", got)
		}
		if at, err := time.Parse(time.RFC3339, got.Updated); err != nil || !at.Equal(f.Updated) {
			t.Errorf("updated %q for %v", got.Updated, f.Updated)
		}
		if !slices.Equal(got.Links, []link{{"self", f.SelfURL}, {"alternate", f.PageURL}}) {
			t.Errorf("links %+v", got.Links)
		}
		for i, e := range got.Entries {
			p := f.Posts[i]
			if !ours.MatchString(e.ID) || e.Title == "" || e.Content.Type != "html" || e.Content.Text == "" ||
				!slices.Equal(e.Links, entryLinks(f, &p)) {
				t.Errorf("entry %d: %+v", i, e)
			}
			published, err1 := time.Parse(time.RFC3339, e.Published)
			changed, err2 := time.Parse(time.RFC3339, e.Updated)
			if err1 != nil || err2 != nil || !published.Equal(p.Published) || !changed.Equal(later(p.Published, p.Updated)) {
				t.Errorf("entry %d: published %q, updated %q for %v, %v", i, e.Published, e.Updated, p.Published, p.Updated)
			}
			for _, c := range e.Categories {
				if c.Term == "" || c.Text != "" {
					t.Errorf("entry %d: category %+v", i, c)
				}
			}
		}
	}
}

// entryLinks are those of a post: to its page, what it encloses, its object and
// the talk about it.
func entryLinks(f Feed, p *blog.Post) []link {
	links := []link{{"alternate", f.Blog.PostURL(p.Slug)}}
	if p.Enclosure.URL != "" {
		links = append(links, link{"enclosure", f.Blog.URL(p.Enclosure.URL)})
	}
	if p.Visibility != blog.Local {
		links = append(links, link{"related", f.Blog.PostIRI(p.ID)})
	}
	return append(links, link{"replies", f.Blog.PostURL(p.Slug) + "/comments/feed.atom"})
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// The names that JSON Feed 1.1 knows; author is of 1.0.
var (
	jsonFeedNames = []string{"version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon",
		"authors", "language", "expired", "hubs", "items", "_activitypub"}
	jsonItemNames = []string{"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
		"date_published", "date_modified", "authors", "tags", "language", "attachments", "_activitypub"}
)

// TestJSONRequired holds JSON Feed 1.1, and that nothing else is in it but our
// extension.
func TestJSONRequired(t *testing.T) {
	for _, f := range []Feed{full(), empty()} {
		top := object(t, []byte(made(t, JSON, f)), jsonFeedNames)
		if string(top["version"]) != `"https://jsonfeed.org/version/1.1"` || len(top["title"]) < 3 || !strings.HasPrefix(string(top["items"]), "[") {
			t.Errorf("feed: %s", top)
		}
		var items []json.RawMessage
		if err := json.Unmarshal(top["items"], &items); err != nil || len(items) != len(f.Posts) {
			t.Fatalf("%d items for %d posts: %v", len(items), len(f.Posts), err)
		}
		for i, item := range items {
			got := object(t, item, jsonItemNames)
			var id, content string
			var published time.Time
			err := json.Unmarshal(got["date_published"], &published)
			if json.Unmarshal(got["id"], &id) != nil || !ours.MatchString(id) || json.Unmarshal(got["content_html"], &content) != nil || content == "" ||
				err != nil || !published.Equal(f.Posts[i].Published) {
				t.Errorf("item %d: %s", i, item)
			}
			if _, modified := got["date_modified"]; modified != f.Posts[i].Updated.After(f.Posts[i].Published) {
				t.Errorf("item %d: date_modified is there: %v", i, modified)
			}
		}
	}
}

// object reads a JSON object all of whose names must be known.
func object(t *testing.T, data []byte, known []string) map[string]json.RawMessage {
	t.Helper()
	var o map[string]json.RawMessage
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	for name := range o {
		if !slices.Contains(known, name) {
			t.Errorf("JSON Feed 1.1 knows no %q", name)
		}
	}
	return o
}
