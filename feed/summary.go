package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

const (
	maxReadFiles = 200 // files that Summarize notes
	maxReadDepth = 64  // elements within elements
)

// Summary is what a reader of a feed would find in it.
type Summary struct {
	Format string // "RSS", "Atom" or "JSON Feed"
	Items  int
	Self   string   // the address that the feed says it has; empty when it says none
	Hubs   []string // WebSub hubs, as their addresses
	Files  []File   // pictures, audio and video that it names
}

// File is something that a feed leads to, with the media type that it says; empty
// when it says none.
type File struct{ URL, Type string }

// Summarize reads a feed as strictly as the strictest reader: an error says where it
// is not well-formed, or that it is no feed at all. Whoever calls bounds its size.
func Summarize(body []byte) (Summary, error) {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\ufeff")), " \t\r\n")
	if len(trimmed) == 0 {
		return Summary{}, errors.New("it is empty")
	}
	if trimmed[0] == '{' {
		return readJSON(trimmed)
	}
	return readXML(trimmed)
}

func readJSON(body []byte) (Summary, error) {
	var f struct {
		Version string `json:"version"`
		FeedURL string `json:"feed_url"`
		Hubs    []struct {
			URL string `json:"url"`
		} `json:"hubs"`
		Items *[]struct {
			ID          string `json:"id"`
			Image       string `json:"image"`
			Attachments []struct {
				URL  string `json:"url"`
				Type string `json:"mime_type"`
			} `json:"attachments"`
		} `json:"items"`
	}
	if err := json.Unmarshal(body, &f); err != nil {
		return Summary{}, fmt.Errorf("it is no JSON: %w", err)
	}
	if !strings.HasPrefix(f.Version, "https://jsonfeed.org/version/") || f.Items == nil {
		return Summary{}, errors.New("it is JSON, but no JSON Feed")
	}
	s := Summary{Format: "JSON Feed", Items: len(*f.Items), Self: f.FeedURL}
	for _, h := range f.Hubs {
		s.Hubs = append(s.Hubs, h.URL)
	}
	for _, item := range *f.Items {
		if item.ID == "" {
			return Summary{}, errors.New("it has an item without an id")
		}
		s.note(File{URL: item.Image})
		for _, a := range item.Attachments {
			s.note(File{a.URL, a.Type})
		}
	}
	return s, nil
}

func (s *Summary) note(f File) {
	if f.URL != "" && len(s.Files) < maxReadFiles && !slices.Contains(s.Files, f) {
		s.Files = append(s.Files, f)
	}
}

func readXML(body []byte) (s Summary, err error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Summary{}, fmt.Errorf("it is no well-formed XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if open = append(open, t.Name.Local); len(open) > maxReadDepth {
				return Summary{}, errors.New("its elements lie too deep")
			}
			if err := s.element(path.Join(open...), t); err != nil {
				return Summary{}, err
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
	if s.Format == "" {
		return Summary{}, errors.New("there is nothing in it")
	}
	return s, nil
}

// element takes in an element by the names of those that it stands in.
func (s *Summary) element(at string, e xml.StartElement) error {
	attr := func(name string) string {
		for _, a := range e.Attr {
			if a.Name.Local == name && a.Name.Space == "" {
				return a.Value
			}
		}
		return ""
	}
	switch at {
	case "rss":
		s.Format = "RSS"
	case "feed":
		s.Format = "Atom"
	case "rss/channel/item", "feed/entry":
		s.Items++
	case "rss/channel/link", "feed/link":
		switch attr("rel") {
		case "self":
			s.Self = attr("href")
		case "hub":
			s.Hubs = append(s.Hubs, attr("href"))
		}
	case "rss/channel/item/enclosure", "rss/channel/item/content":
		s.note(File{attr("url"), attr("type")})
	case "feed/entry/link":
		if attr("rel") == "enclosure" {
			s.note(File{attr("href"), attr("type")})
		}
	}
	if s.Format == "" {
		return fmt.Errorf("it is XML, but no feed: it begins with <%.50s>", e.Name.Local)
	}
	return nil
}
