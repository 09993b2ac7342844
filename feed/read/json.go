package read

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"limelight/blog/bring"
)

// jsonFeed is a JSON Feed, 1.0 or 1.1, as far as it is of use here.
type jsonFeed struct {
	Version  string            `json:"version"`
	HomePage string            `json:"home_page_url"`
	FeedURL  string            `json:"feed_url"`
	Language string            `json:"language"`
	Next     string            `json:"next_url"`
	Items    []json.RawMessage `json:"items"`
}

type jsonItem struct {
	ID          any      `json:"id"` // a text, and in some feeds a number
	URL         string   `json:"url"`
	Title       string   `json:"title"`
	HTML        string   `json:"content_html"`
	Text        string   `json:"content_text"`
	Summary     string   `json:"summary"`
	Image       string   `json:"image"`
	Banner      string   `json:"banner_image"`
	Published   string   `json:"date_published"`
	Modified    string   `json:"date_modified"`
	Tags        []string `json:"tags"`
	Language    string   `json:"language"`
	Attachments []struct {
		URL      string  `json:"url"`
		Type     string  `json:"mime_type"`
		Size     float64 `json:"size_in_bytes"`
		Duration float64 `json:"duration_in_seconds"`
	} `json:"attachments"`
}

func readJSON(r io.Reader, address string, o bring.Options) (*bring.Source, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFeed+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxFeed {
		return nil, fmt.Errorf("it has more than %d bytes", MaxFeed)
	}
	var feed jsonFeed
	if err := json.Unmarshal(data, &feed); err != nil {
		return nil, fmt.Errorf("it is no JSON Feed: %w", err)
	}
	if !strings.HasPrefix(feed.Version, "https://jsonfeed.org/version/") && !strings.HasPrefix(feed.Version, "http://jsonfeed.org/version/") {
		return nil, ErrUnknown
	}
	f := &reading{opts: o, source: &bring.Source{Kind: "a JSON Feed"}, base: parseURL(feed.HomePage)}
	if f.base == nil {
		f.base = parseURL(cmpOr(feed.FeedURL, address))
	}
	for i, raw := range feed.Items {
		var item jsonItem
		if err := json.Unmarshal(raw, &item); err != nil {
			f.source.Notes = append(f.source.Notes, fmt.Sprintf("item %d cannot be read: %v", i+1, errors.Unwrap(err)))
			continue
		}
		if err := f.add(f.jsonItem(item, feed.Language)); err != nil {
			return nil, err
		}
	}
	if feed.Next != "" {
		f.source.Notes = append(f.source.Notes, "it goes on at "+feed.Next+", which can be brought next")
	}
	f.finish(address)
	return f.source, nil
}

func (f *reading) jsonItem(item jsonItem, language string) *bring.Post {
	id := item.URL
	switch v := item.ID.(type) {
	case string:
		id = cmpOr(v, id)
	case float64:
		id = fmt.Sprintf("%.0f", v)
	}
	p := f.post(id, item.URL)
	p.Meta.Title, p.Meta.Summary, p.Meta.Tags = item.Title, item.Summary, item.Tags
	p.Meta.Language, p.Meta.Image = cmpOr(item.Language, language), cmpOr(item.Image, item.Banner)
	body := item.HTML
	if body == "" {
		body = "<p>" + strings.ReplaceAll(strings.ReplaceAll(html.EscapeString(item.Text), "\n\n", "</p><p>"), "\n", "<br>") + "</p>"
	}
	p.Text = bring.Markdown(body, p.Note)
	f.dates(p, cmpOr(item.Published, item.Modified), item.Modified)
	for _, a := range item.Attachments {
		enclose(p, a.URL, a.Type, fmt.Sprintf("%.0f", a.Size))
		if p.Meta.Duration == 0 && (p.Meta.Audio != "" || p.Meta.Video != "") && a.Duration > 0 && a.Duration < 1000*3600 {
			p.Meta.Duration = int64(a.Duration)
		}
	}
	f.settle(p)
	return p
}
