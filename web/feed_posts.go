package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// FeedRSS answers /feed.xml, and the same of a tag; older posts under
// ?before=ID.
func (s *Site) FeedRSS(w http.ResponseWriter, r *http.Request) { s.handlePostFeed(w, r, &feedRSS) }

// FeedAtom answers /feed.atom, and the same of a tag.
func (s *Site) FeedAtom(w http.ResponseWriter, r *http.Request) { s.handlePostFeed(w, r, &feedAtom) }

// FeedJSON answers /feed.json, and the same of a tag.
func (s *Site) FeedJSON(w http.ResponseWriter, r *http.Request) { s.handlePostFeed(w, r, &feedJSON) }

func (s *Site) handlePostFeed(w http.ResponseWriter, r *http.Request, f *feedKind) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		before, ok := queryBefore(r)
		if !ok {
			return fault(http.StatusNotFound)
		}
		tag := r.PathValue("tag")
		k := key{kind: f.file, name: tag, before: before}
		if a := s.kept(k); a != nil {
			return a.send(w, r, s.now())
		}
		page := &feedPage{feedKind: f, before: before}
		switch slug := blog.TagSlug(tag); {
		case slug != tag && slug == "":
			return fault(http.StatusNotFound)
		case slug != tag:
			return moved(blog.TagPath(slug) + "/" + f.file)
		case tag != "":
			page.below = blog.TagPath(tag)
		}
		return s.fill(w, r, k, s.loadPosts(page, tag))
	})
}

// loadPosts makes a page of the blog's feed, or of a tag's.
func (s *Site) loadPosts(page *feedPage, tag string) load {
	return func(ctx context.Context, revisions storage.Revisions, last *answer) (*answer, error) {
		return s.renderPostFeed(ctx, page, tag, revisions.Blog, last)
	}
}

func (s *Site) renderPostFeed(ctx context.Context, page *feedPage, tag string, at storage.Revision, last *answer) (*answer, error) {
	content := s.content(page)
	if tag == "" {
		content.PageURL, content.Twin, content.Roll = s.blog.HomeURL(), s.blog.ActorIRI(), s.rollPath()
	} else {
		name, err := s.db.TagName(ctx, tag)
		if err != nil {
			return nil, err
		}
		content.Title = s.blog.Title + ": " + name
		content.Description = "Posts about " + name + " on " + s.blog.Title
	}
	filter := storage.PostFilter{Listed: true, Tag: tag}
	var err error
	if page.before != "" {
		if filter.Before, err = s.placeOf(ctx, page.before); err != nil {
			return nil, err
		}
	}
	posts, next, err := s.feedPosts(ctx, filter)
	switch {
	case err != nil:
		return nil, err
	case len(posts) == 0 && page.before != "":
		return nil, fault(http.StatusNotFound)
	case next != nil:
		content.Older = page.address(s.blog, posts[len(posts)-1].ID)
	}
	if page.before != "" {
		if content.Newer, err = s.newerPosts(ctx, page, filter, &posts[0]); err != nil {
			return nil, err
		}
	}
	content.Posts = posts
	if len(posts) > 0 {
		content.Updated = time.Time{}
	}
	for i := range posts {
		content.Updated = latest(content.Updated, posts[i].Published, posts[i].Updated)
	}
	return s.feedAnswer(page, content, at, last)
}

// placeOf is where a post stands, or stood before it was deleted.
func (s *Site) placeOf(ctx context.Context, id string) (storage.Place, error) {
	p, err := s.db.Post(ctx, id)
	if err != nil && !errors.Is(err, storage.ErrDeleted) {
		return storage.Place{}, err
	}
	if p.ID != id { // it was found by its slug
		return storage.Place{}, fault(http.StatusNotFound)
	}
	return placeOf(&p), nil
}

func placeOf(p *blog.Post) storage.Place { return storage.Place{Published: p.Published, ID: p.ID} }

// feedPosts are the posts of a page, in the filter's order.
func (s *Site) feedPosts(ctx context.Context, filter storage.PostFilter) (posts []blog.Post, next *blog.Post, err error) {
	upwards := filter.After != storage.Place{}
	filter.Limit = feedBatch
	return collect(func(last *blog.Post) ([]blog.Post, error) {
		switch {
		case last != nil && upwards:
			filter.After = placeOf(last)
		case last != nil:
			filter.Before = placeOf(last)
		}
		return s.db.Posts(ctx, filter)
	}, func(p *blog.Post) int { return len(p.HTML) })
}

// newerPosts is the address of the page that ends before the post: the first
// one when what is newer fits there.
func (s *Site) newerPosts(ctx context.Context, page *feedPage, filter storage.PostFilter, first *blog.Post) (string, error) {
	filter.Before, filter.After = storage.Place{}, placeOf(first)
	_, next, err := s.feedPosts(ctx, filter)
	if err != nil || next == nil {
		return page.address(s.blog, ""), err
	}
	return page.address(s.blog, next.ID), nil
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
