package web

import (
	"fmt"
	"html/template"
	"net/http"
	"time"

	"limelight/blog"
)

// about is what the author says of the blog.
type about struct {
	Title string // plain text
	HTML  template.HTML
}

// fixedPages are the pages that only the configuration changes.
func (s *Site) fixedPages(text *blog.Post) (map[string]*answer, error) {
	pages := map[string]*answer{}
	for path, make := range map[string]func() (string, *document){
		"/about":          func() (string, *document) { return aboutTemplate, s.aboutDocument(text) },
		"/comments":       func() (string, *document) { return commentsTemplate, s.commentsDocument() },
		blog.BlogrollPath: func() (string, *document) { return blogrollTemplate, s.rollDocument() },
	} {
		if path == blog.BlogrollPath && len(s.roll) == 0 {
			continue
		}
		name, d := make()
		d.Canonical = s.blog.URL(path)
		a, err := s.page(name, d)
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", path, err)
		}
		pages[path] = a
	}
	if len(s.roll) > 0 {
		var err error
		if pages[blog.BlogrollFilePath], err = s.renderRollFile(); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// aboutDocument is the author's text, or what the configuration says anyway.
func (s *Site) aboutDocument(text *blog.Post) *document {
	d := s.document("About")
	d.About = &about{Title: "About " + s.blog.Title}
	if text == nil {
		return d
	}
	// Package blog made it safe when the text was composed.
	d.About.HTML = template.HTML(s.blog.LinkMedia(text.HTML))
	if text.Title != "" {
		d.About.Title, d.Title = text.Title, text.Title+" · "+s.blog.Title
	}
	if teaser := text.Teaser(teaserLength); teaser != "" {
		d.Description = teaser
	}
	if text.Language != "" {
		d.speak(text.Language)
	}
	return d
}

func (s *Site) commentsDocument() *document {
	d := s.document("How comments work here")
	d.Description = "Where the comments on " + s.blog.Title + " come from, who sees them, and how to have one removed."
	d.Feeds = append(d.Feeds, s.talkFeeds())
	d.Policy = s.policy
	if d.Policy == "" {
		d.Policy = "open"
	}
	return d
}

// About answers /about.
func (s *Site) About(w http.ResponseWriter, r *http.Request) { s.sendFixed(w, r, "/about") }

// CommentsHelp answers /comments: how comments work here, and how to have one
// removed.
func (s *Site) CommentsHelp(w http.ResponseWriter, r *http.Request) { s.sendFixed(w, r, "/comments") }

func (s *Site) sendFixed(w http.ResponseWriter, r *http.Request, path string) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		a := s.fixed[path]
		if a == nil {
			return fault(http.StatusNotFound)
		}
		return a.send(w, r, time.Time{})
	})
}
