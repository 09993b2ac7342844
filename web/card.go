package web

import (
	"strings"
	"time"

	"limelight/blog"
)

// card is a post in the words of schema.org, as JSON-LD in its page. Mastodon
// makes the link card of it before it looks at OpenGraph, but reads the types
// NewsArticle and WebPage only (link_details_extractor.rb), so it is not called a
// BlogPosting; author and publisher must be objects there.
type card struct {
	Context       string   `json:"@context"`
	Type          string   `json:"@type"`
	ID            string   `json:"@id"`
	URL           string   `json:"url"`
	Headline      string   `json:"headline"`
	Description   string   `json:"description,omitempty"`
	InLanguage    string   `json:"inLanguage"`
	DatePublished string   `json:"datePublished"`
	DateModified  string   `json:"dateModified,omitempty"`
	Image         *picture `json:"image,omitempty"`
	Keywords      []string `json:"keywords,omitempty"`
	Author        party    `json:"author"`
	Publisher     party    `json:"publisher"`
}

// party is a Person or an Organization.
type party struct {
	Type string   `json:"@type"`
	Name string   `json:"name"`
	URL  string   `json:"url"`
	Logo *picture `json:"logo,omitempty"`
}

// picture is an ImageObject.
type picture struct {
	Type    string `json:"@type"`
	URL     string `json:"url"`
	Caption string `json:"caption,omitempty"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
}

// card tells of a post what its document tells already.
func (s *Site) card(p *blog.Post, d *document) *card {
	c := &card{
		Context: "https://schema.org", Type: "NewsArticle", ID: s.blog.PostURL(p.Slug), URL: s.blog.PostURL(p.Slug),
		Headline: d.Post.Name, Description: d.Description, InLanguage: d.Language,
		DatePublished: p.Published.UTC().Format(time.RFC3339), Image: s.picture(d.Image),
		Author:    party{Type: "Person", Name: s.blog.AuthorName(), URL: s.blog.HomeURL()},
		Publisher: party{Type: "Organization", Name: s.blog.Title, URL: s.blog.HomeURL(), Logo: s.picture(s.blog.Avatar)},
	}
	if p.Updated.After(p.Published) {
		c.DateModified = p.Updated.UTC().Format(time.RFC3339)
	}
	for _, t := range p.Tags {
		c.Keywords = append(c.Keywords, t.Name)
	}
	return c
}

func (s *Site) picture(i blog.Image) *picture {
	if i.Path == "" {
		return nil
	}
	return &picture{"ImageObject", s.blog.URL(i.Path), i.Alt, i.Width, i.Height}
}

// preview is the picture that stands for a post elsewhere: its lead picture,
// else the first of its text. One behind a warning stands for nothing.
func preview(p *blog.Post, otherwise blog.Image) blog.Image {
	switch {
	case p.Sensitive:
	case p.Image.Path != "":
		return p.Image
	case len(p.Images) > 0:
		return p.Images[0]
	}
	return otherwise
}

// locale is a language as OpenGraph writes it: pt_BR.
func locale(language string) string { return strings.ReplaceAll(language, "-", "_") }
