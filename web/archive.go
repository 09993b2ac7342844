package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"limelight/blog"
	"limelight/storage"
)

const (
	archivePosts = 10000 // the newest, on /archive
	sitemapPosts = 49000 // a sitemap may have 50,000 addresses
)

// year is the posts of a year, newest first.
type year struct {
	Year  int
	Posts []archived
}

type archived struct {
	Name string
	Path string
	ISO  string // 2025-11-02
	Day  string // 2 Nov
}

// Archive answers /archive: all posts by year.
func (s *Site) Archive(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		return s.keep(w, r, key{kind: "archive", page: 1}, s.renderArchive)
	})
}

// Sitemap answers /sitemap.xml: the addresses that a search engine should know
// (sitemaps.org).
func (s *Site) Sitemap(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		return s.keep(w, r, key{kind: "sitemap", page: 1}, s.renderSitemap)
	})
}

// keep sends what is in memory under k, or makes it of the posts.
func (s *Site) keep(w http.ResponseWriter, r *http.Request, k key, render func(context.Context) (*answer, error)) error {
	if a := s.kept(k); a != nil {
		return a.send(w, r, s.now())
	}
	return s.fill(w, r, k, func(ctx context.Context, revisions storage.Revisions, _ *answer) (*answer, error) {
		a, err := render(ctx)
		if err == nil {
			a.date(revisions.Blog.At)
		}
		return a, err
	})
}

func (s *Site) renderArchive(ctx context.Context) (*answer, error) {
	posts, err := s.db.Archive(ctx, archivePosts)
	if err != nil {
		return nil, err
	}
	d := s.document("Archive")
	d.Canonical, d.Description = s.blog.URL("/archive"), "All posts of "+s.blog.Title
	d.Archive = s.years(posts)
	return s.page(archiveTemplate, d)
}

func (s *Site) years(posts []blog.Post) []year {
	years := []year{}
	for i := range posts {
		at := posts[i].Published.In(s.blog.Timezone)
		if len(years) == 0 || years[len(years)-1].Year != at.Year() {
			years = append(years, year{Year: at.Year()})
		}
		y := &years[len(years)-1]
		y.Posts = append(y.Posts, archived{s.nameOf(&posts[i]), blog.PostPath(posts[i].Slug), at.Format(time.DateOnly), at.Format("2 Jan")})
	}
	return years
}

// xmlText makes text safe in XML.
var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")

func (s *Site) renderSitemap(ctx context.Context) (*answer, error) {
	posts, err := s.db.Archive(ctx, sitemapPosts)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for _, path := range s.standingPages() {
		b.WriteString("<url><loc>" + xmlText.Replace(s.blog.URL(path)) + "</loc></url>\n")
	}
	for i := range posts {
		b.WriteString("<url><loc>" + xmlText.Replace(s.blog.PostURL(posts[i].Slug)) + "</loc><lastmod>" +
			posts[i].Updated.UTC().Format(time.RFC3339) + "</lastmod></url>\n")
	}
	b.WriteString("</urlset>\n")
	a := newAnswer("application/xml; charset=utf-8", []byte(b.String()))
	a.vary = varyFile
	return a, nil
}

// page renders a page.
func (s *Site) page(name string, d *document) (*answer, error) {
	body, err := s.pages.render(name, d)
	if err != nil {
		return nil, err
	}
	return newAnswer("text/html; charset=utf-8", body), nil
}

// standingPages are the pages that are there whatever is published.
func (s *Site) standingPages() []string {
	paths := []string{"/", "/archive", "/about", "/comments"}
	if len(s.roll) > 0 {
		paths = append(paths, blog.BlogrollPath)
	}
	return paths
}
