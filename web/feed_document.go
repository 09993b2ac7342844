package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"limelight/blog"
)

// FeedDocument is the first page of the feed at a path, which is spelt as the blog
// itself does: what a reader would get who asked after all that is in the database
// now. blog.ErrNoFeed when there is none.
func (s *Site) FeedDocument(ctx context.Context, path string) (blog.FeedDocument, error) {
	k, render := s.feedAt(path)
	if render == nil {
		return blog.FeedDocument{}, fmt.Errorf("%.200q: %w", path, blog.ErrNoFeed)
	}
	// Watch may not have seen the last ones yet, and readers may be served what is
	// a moment old.
	latest, err := s.db.Revisions(ctx)
	if err != nil {
		return blog.FeedDocument{}, fmt.Errorf("make the feed %s: %w", path, err)
	}
	a, ok := s.cache.GetIfPresent(k)
	if !ok || !a.shows(&latest) {
		a, err = s.remake(ctx, k, render)
	}
	var to moved
	status := 0
	if err != nil {
		status = statusOf(err)
	}
	switch {
	case errors.As(err, &to), status == http.StatusNotFound, status == http.StatusGone:
		return blog.FeedDocument{}, fmt.Errorf("%.200q: %w", path, blog.ErrNoFeed)
	case err != nil:
		return blog.FeedDocument{}, fmt.Errorf("make the feed %s: %w", path, err)
	}
	return blog.FeedDocument{Type: a.mediaType[0], Body: a.body}, nil
}

// feedAt is how the feed at a path is kept and made; load is nil when there can be
// none.
func (s *Site) feedAt(path string) (key, load) {
	below, file := path[:max(strings.LastIndexByte(path, '/'), 0)], path[strings.LastIndexByte(path, '/')+1:]
	page := &feedPage{below: below}
	for _, f := range []*feedKind{&feedRSS, &feedAtom, &feedJSON} {
		if f.file == file {
			page.feedKind = f
		}
	}
	if page.feedKind == nil || path[0] != '/' {
		return key{}, nil
	}
	if below == "" {
		return key{kind: file}, s.loadPosts(page, "")
	}
	if below == blog.CommentsPath {
		return key{kind: talkKinds[file]}, s.loadTalk(page, "")
	}
	if escaped, ok := strings.CutPrefix(below, blog.TagPath("")); ok {
		tag, err := url.PathUnescape(escaped)
		if err != nil || blog.TagSlug(tag) != tag || blog.TagPath(tag) != below {
			return key{}, nil
		}
		return key{kind: file, name: tag}, s.loadPosts(page, tag)
	}
	slug, ok := strings.CutPrefix(strings.TrimSuffix(below, blog.CommentsPath), blog.PostPath(""))
	if !ok || !slugShape.MatchString(slug) || blog.PostPath(slug)+blog.CommentsPath != below {
		return key{}, nil
	}
	return key{kind: talkKinds[file], name: slug}, s.loadTalk(page, slug)
}
