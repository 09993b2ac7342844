package web

import (
	"errors"
	"net/http"
	"strings"

	"limelight/blog"
	"limelight/storage"
)

// oldFeeds are where other programs have their feeds, for readers that subscribed
// before the blog came here: WordPress, Hugo, Jekyll, Ghost.
var oldFeeds = map[string]moved{
	"/feed": "/feed.xml", "/feed/rss": "/feed.xml", "/feed/rss2": "/feed.xml", "/rss": "/feed.xml", "/rss.xml": "/feed.xml",
	"/index.xml": "/feed.xml", "/posts/index.xml": "/feed.xml", "/atom.xml": "/feed.atom", "/feed/atom": "/feed.atom",
	"/comments/feed": "/comments/feed.xml",
}

// oldAddress is where a page is now that was asked for by an address from before
// the blog came here; empty when there is none.
func (s *Site) oldAddress(r *http.Request) (moved, error) {
	path := blog.OldPath(r.URL.Path, r.URL.Query().Get("p"))
	if path == "" || path == "/" {
		return "", nil
	}
	if to := oldFeeds[path]; to != "" {
		return to, nil
	}
	slug, err := s.db.OldPath(r.Context(), path)
	switch {
	case errors.Is(err, storage.ErrNotFound), err == nil && strings.TrimRight(r.URL.Path, "/") == blog.PostPath(slug):
		return "", nil
	case err != nil:
		return "", err
	}
	return moved(blog.PostPath(slug)), nil
}

// orOld is the handler, and for what it does not find the old addresses.
func (s *Site) orOld(handler func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := handler(w, r)
		if err == nil || statusOf(err) != http.StatusNotFound || r.Method != http.MethodGet && r.Method != http.MethodHead {
			return err
		}
		to, failed := s.oldAddress(r)
		if failed != nil {
			return failed
		}
		if to != "" {
			return to
		}
		return err
	}
}
