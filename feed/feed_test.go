package feed

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"limelight/blog"
)

func awkward() Feed {
	at := time.Date(2025, 11, 1, 9, 0, 0, 0, time.FixedZone("", 3600))
	return Feed{
		Blog: &blog.Blog{BaseURL: "https://blog.example.com", Title: "A & B", Author: "The <author>", Language: "en", Timezone: time.UTC,
			Avatar: blog.Image{Path: "/media/a.png"}},
		Title: "A & B", Description: "Tea > coffee", PageURL: "https://blog.example.com/", SelfURL: "https://blog.example.com/feed", Updated: at,
		Posts: []blog.Post{
			{ID: "0193a5f2-0000-7000-8000-000000000001", Slug: "one", Title: "Tea & <milk> \x0b🫖", HTML: "<p>]]> \x0b&amp; <a href=\"/x\">x</a><img src=\"y.png\"></p>",
				Published: at, Updated: at.Add(time.Hour), Tags: []blog.Tag{{Slug: "self-hosting", Name: "self hosting"}, {Slug: "t", Name: "T&"}},
				Image: blog.Image{Path: "/media/lead.jpg", Alt: `"lead"`}, CommentCount: 3},
			{ID: "0193a5f2-0000-7000-8000-000000000002", Slug: "two", HTML: "<p>שלום</p>", Language: "he", Published: at, Updated: at},
			{ID: "0193a5f2-0000-7000-8000-000000000003", Slug: "three", Title: "Warned", Sensitive: true, Summary: "Spoilers", HTML: "<p>secret</p>", Published: at, Updated: at},
		},
	}
}

func TestRSS(t *testing.T) {
	body := made(t, RSS, awkward())
	var got struct {
		Channel struct {
			Links []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
				Text string `xml:",chardata"`
			} `xml:"link"`
			Editor string `xml:"managingEditor"`
			Items  []struct {
				Title, Description string
				Link               string   `xml:"link"`
				Encoded            string   `xml:"encoded"`
				Author             string   `xml:"author"`
				Creator            string   `xml:"creator"`
				Category           []string `xml:"category"`
				Date               string   `xml:"pubDate"`
				Guid               struct {
					ID   string `xml:",chardata"`
					Perm string `xml:"isPermaLink,attr"`
				} `xml:"guid"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	read(t, strings.NewReplacer("<title", "<Title", "</title", "</Title", "<description", "<Description", "</description", "</Description").Replace(body), &got)
	item := got.Channel.Items[0]
	if item.Title != "Tea & <milk> 🫖" || item.Guid.ID != "urn:uuid:0193a5f2-0000-7000-8000-000000000001" || item.Guid.Perm != "false" ||
		item.Creator != "The <author>" || item.Author != "" || got.Channel.Editor != "" || len(item.Category) != 2 ||
		item.Date != "Sat, 01 Nov 2025 08:00:00 +0000" || item.Link != "https://blog.example.com/posts/one" {
		t.Errorf("%+v", item)
	}
	for _, want := range []string{"]]&gt;", `href="https://blog.example.com/x"`, `src="https://blog.example.com/posts/y.png"`, `src="https://blog.example.com/media/lead.jpg"`} {
		if !strings.Contains(strings.ReplaceAll(item.Encoded, "]]>", "]]&gt;"), want) {
			t.Errorf("the content lacks %s: %s", want, item.Encoded)
		}
	}
	if l := got.Channel.Links; len(l) != 2 || l[1].Rel != "self" && l[0].Rel != "self" {
		t.Errorf("links %+v", l)
	}
	if strings.Count(body, "<title>") != 4 { // the channel, its image and two items
		t.Errorf("a note has a title: %s", body)
	}
	if warned := got.Channel.Items[2]; warned.Description != "Spoilers" || !strings.Contains(warned.Encoded, "Spoilers") {
		t.Errorf("%+v", warned)
	}
}

func TestAtom(t *testing.T) {
	body := made(t, Atom, awkward())
	var got struct {
		XMLName xml.Name
		ID      string `xml:"id"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Author  struct{ Name, URI string } `xml:"author"`
		Entries []struct {
			ID        string `xml:"id"`
			Title     string `xml:"title"`
			Published string `xml:"published"`
			Updated   string `xml:"updated"`
			Lang      string `xml:"lang,attr"`
			Category  []struct {
				Term  string `xml:"term,attr"`
				Label string `xml:"label,attr"`
			} `xml:"category"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	read(t, body, &got)
	if got.ID != "https://blog.example.com/feed" || got.XMLName.Local != "feed" || len(got.Links) != 2 || got.Links[0].Rel != "self" {
		t.Errorf("%+v", got)
	}
	first := got.Entries[0]
	if first.ID != "urn:uuid:0193a5f2-0000-7000-8000-000000000001" || first.Published != "2025-11-01T08:00:00Z" || first.Updated != "2025-11-01T09:00:00Z" ||
		first.Category[0].Term != "self-hosting" || first.Category[1].Label != "T&" || !strings.Contains(first.Content, "]]") {
		t.Errorf("%+v", first)
	}
	if note := got.Entries[1]; note.Title != "שלום" || note.Lang != "he" {
		t.Errorf("%+v", note)
	}
}

func TestJSON(t *testing.T) {
	var got struct {
		Author  *struct{} `json:"author"`
		Authors []struct{ Name, Avatar string }
		Items   []struct {
			ID     string    `json:"id"`
			Title  string    `json:"title"`
			Author *struct{} `json:"author"`
			Banner string    `json:"banner_image"`
			Lang   string    `json:"language"`
			Tags   []string  `json:"tags"`
			Date   string    `json:"date_published"`
			Edited string    `json:"date_modified"`
		} `json:"items"`
	}
	body := made(t, JSON, awkward())
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	first := got.Items[0]
	if got.Author != nil || first.Author != nil || got.Authors[0].Avatar != "https://blog.example.com/media/a.png" ||
		first.Banner != "https://blog.example.com/media/lead.jpg" || len(first.Tags) != 2 || first.Date != "2025-11-01T08:00:00Z" ||
		first.Edited != "2025-11-01T09:00:00Z" || got.Items[1].Title != "" || got.Items[1].Lang != "he" || got.Items[1].Edited != "" {
		t.Errorf("%s", body)
	}
	if strings.Contains(body, `"banner_"`) {
		t.Error("banner_ is still there")
	}
}

func TestEmptyFeeds(t *testing.T) {
	f := awkward()
	f.Posts = nil
	if body := made(t, JSON, f); !strings.Contains(body, `"items":[]`) {
		t.Error(body)
	}
	made(t, RSS, f)
	made(t, Atom, f)
}

func made(t *testing.T, format func(Feed) ([]byte, error), f Feed) string {
	t.Helper()
	body, err := format(f)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(string(body), "<") {
		read(t, string(body), &struct{}{})
	}
	return string(body)
}

func read(t *testing.T, body string, into any) {
	t.Helper()
	if err := xml.Unmarshal([]byte(body), into); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
}
