package web

import (
	"html/template"

	"limelight/blog"
)

const teaserLength = 280 // characters

// entry is a post as the pages show it, in a list or by itself.
type entry struct {
	Title     string // plain text; empty for a note
	Name      string // the title, or what stands in for one
	Path      string
	URL       string
	Warning   string // plain text; empty when there is none
	Summary   string // plain text; empty when there is none, or when it is the warning
	Teaser    string // plain text
	HTML      template.HTML
	Language  string // of the post; empty when it is the blog's
	Direction string // of the post; empty when it is the blog's
	Author    string // empty when it is the blog itself
	Published date
	Updated   *date // nil when it never changed, or not on another day
	Tags      []tagLink
	Image     blog.Image
	Enclosure *enclosure // nil for none
	Comments  int
	Likes     int
	Boosts    int
	Talk      bool // whether anything was said or counted
}

type tagLink struct {
	Name string
	Path string
}

func (s *Site) entry(p *blog.Post) entry {
	e := entry{
		Title: p.Title, Name: s.nameOf(p), Path: blog.PostPath(p.Slug), URL: s.blog.PostURL(p.Slug),
		Published: s.date(p.Published), Image: p.Image, Enclosure: s.enclosure(p),
		// Package blog made it safe when the post was composed.
		HTML:     template.HTML(s.blog.LinkMedia(p.HTML)),
		Comments: p.CommentCount, Likes: p.LikeCount, Boosts: p.BoostCount,
		Talk: p.CommentCount+p.LikeCount+p.BoostCount > 0,
	}
	e.Image.Path = s.blog.MediaLink(e.Image.Path)
	if p.Language != "" && p.Language != s.blog.Language {
		e.Language, e.Direction = p.Language, direction(p.Language)
	}
	if s.blog.Author != s.blog.Title {
		e.Author = s.blog.Author
	}
	if p.Sensitive {
		e.Warning = warningOf(p)
	} else {
		e.Summary, e.Teaser = p.Summary, p.Teaser(teaserLength)
	}
	if updated := s.date(p.Updated); p.Updated.After(p.Published) && updated.Day != e.Published.Day {
		e.Updated = &updated
	}
	for _, t := range p.Tags {
		e.Tags = append(e.Tags, tagLink{t.Name, blog.TagPath(t.Slug)})
	}
	return e
}

// nameOf is the title of a post, or what stands in for it: the warning, the
// beginning of the text, or the date.
func (s *Site) nameOf(p *blog.Post) string {
	if p.Title != "" {
		return p.Title
	}
	name := warningOf(p)
	if !p.Sensitive {
		name = p.Teaser(60)
	}
	if name == "" {
		name = "Note of " + s.date(p.Published).Day
	}
	return name
}

func warningOf(p *blog.Post) string {
	if p.Summary == "" {
		return "Sensitive content"
	}
	return p.Summary
}
