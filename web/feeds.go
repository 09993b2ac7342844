package web

import (
	"context"
	"net/http"

	"limelight/blog"
	"limelight/feed"
	"limelight/storage"
)

const feedPosts = 30 // the newest

// feedKind is one of the formats a feed comes in.
type feedKind struct {
	file     string // the last part of its path
	name     string
	linkType string // in autodiscovery
	render   func(feed.Feed) ([]byte, error)
}

var (
	feedRSS  = feedKind{"feed.xml", "RSS", "application/rss+xml", feed.RSS}
	feedAtom = feedKind{"feed.atom", "Atom", "application/atom+xml", feed.Atom}
	feedJSON = feedKind{"feed.json", "JSON Feed", "application/feed+json", feed.JSON}
)

// FeedRSS answers /feed.xml, and the same of a tag.
func (s *Site) FeedRSS(w http.ResponseWriter, r *http.Request) { s.handleFeed(w, r, &feedRSS) }

// FeedAtom answers /feed.atom, and the same of a tag.
func (s *Site) FeedAtom(w http.ResponseWriter, r *http.Request) { s.handleFeed(w, r, &feedAtom) }

// FeedJSON answers /feed.json, and the same of a tag.
func (s *Site) FeedJSON(w http.ResponseWriter, r *http.Request) { s.handleFeed(w, r, &feedJSON) }

func (s *Site) handleFeed(w http.ResponseWriter, r *http.Request, f *feedKind) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		tag := r.PathValue("tag")
		k := key{kind: f.file, name: tag, page: 1}
		if a := s.kept(k); a != nil {
			return a.send(w, r, s.now())
		}
		switch slug := blog.TagSlug(tag); {
		case slug == tag:
		case slug == "":
			return fault(http.StatusNotFound)
		default:
			return moved(blog.TagPath(slug) + "/" + f.file)
		}
		return s.fill(w, r, k, func(ctx context.Context, revisions storage.Revisions, _ *answer) (*answer, error) {
			return s.renderFeed(ctx, revisions, f, tag)
		})
	})
}

func (s *Site) renderFeed(ctx context.Context, revisions storage.Revisions, f *feedKind, tag string) (*answer, error) {
	content := feed.Feed{
		Blog: s.blog, Title: s.blog.Title, Description: s.blog.Description,
		PageURL: s.blog.HomeURL(), SelfURL: s.blog.URL("/" + f.file), Updated: revisions.Blog.At,
	}
	if tag != "" {
		name, err := s.db.TagName(ctx, tag)
		if err != nil {
			return nil, err
		}
		content.Title = s.blog.Title + ": " + name
		content.Description = "Posts about " + name + " on " + s.blog.Title
		content.PageURL = s.blog.TagURL(tag)
		content.SelfURL = content.PageURL + "/" + f.file
	}
	var err error
	content.Posts, err = s.db.Posts(ctx, storage.PostFilter{Listed: true, Tag: tag, Limit: feedPosts})
	if err != nil {
		return nil, err
	}
	if content.Updated.Unix() <= 0 { // nothing was ever published
		content.Updated = s.blog.Created
	}
	body, err := f.render(content)
	if err != nil {
		return nil, err
	}
	a := newAnswer(f.linkType+"; charset=utf-8", body)
	a.vary = varyFile
	a.date(revisions.Blog.At)
	return a, nil
}
