package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"limelight/blog"
	"limelight/feed"
	"limelight/storage"
)

// CommentsRSS answers /comments/feed.xml and that of a post, what was said last
// first; what was said before a comment under ?before=ID.
func (s *Site) CommentsRSS(w http.ResponseWriter, r *http.Request) {
	s.handleCommentFeed(w, r, &feedRSS)
}

// CommentsAtom answers /comments/feed.atom and that of a post.
func (s *Site) CommentsAtom(w http.ResponseWriter, r *http.Request) {
	s.handleCommentFeed(w, r, &feedAtom)
}

// CommentsJSON answers /comments/feed.json and that of a post.
func (s *Site) CommentsJSON(w http.ResponseWriter, r *http.Request) {
	s.handleCommentFeed(w, r, &feedJSON)
}

// talkKinds are what comment feeds are kept as, by the name of the file.
var talkKinds = map[string]string{feedRSS.file: "talk.xml", feedAtom.file: "talk.atom", feedJSON.file: "talk.json"}

func (s *Site) handleCommentFeed(w http.ResponseWriter, r *http.Request, f *feedKind) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		before, ok := queryBefore(r)
		slug := r.PathValue("slug")
		if !ok || slug != "" && !anyCase.MatchString(slug) {
			return fault(http.StatusNotFound)
		}
		k := key{kind: talkKinds[f.file], name: slug, before: before}
		if a := s.kept(k); a != nil {
			return a.send(w, r, s.now())
		}
		page := &feedPage{feedKind: f, below: blog.CommentsPath, before: before}
		if lower := strings.ToLower(slug); lower != slug {
			return moved(blog.PostPath(lower) + "/comments/" + f.file)
		}
		if slug != "" {
			page.below = blog.PostPath(slug) + blog.CommentsPath
		}
		return s.fill(w, r, k, s.loadTalk(page, slug))
	})
}

// loadTalk makes a page of the feed of all comments, or of those on a post.
func (s *Site) loadTalk(page *feedPage, slug string) load {
	return func(ctx context.Context, revisions storage.Revisions, last *answer) (*answer, error) {
		if slug == "" {
			return s.renderTalk(ctx, page, revisions, last)
		}
		return s.renderPostTalk(ctx, page, slug, revisions, last)
	}
}

// renderTalk is what was said about all posts that are in lists.
func (s *Site) renderTalk(ctx context.Context, page *feedPage, revisions storage.Revisions, last *answer) (*answer, error) {
	content := s.content(page)
	content.Title = "Comments on " + s.blog.Title
	content.Description = "What people say about the posts of " + s.blog.Title
	return s.commentAnswer(ctx, page, content, storage.ArrivalFilter{}, revisions, last)
}

// renderPostTalk is what was said about one post. The feed's id is made of the
// post's, and like it survives the slug.
func (s *Site) renderPostTalk(ctx context.Context, page *feedPage, slug string, revisions storage.Revisions, last *answer) (*answer, error) {
	p, err := s.published(ctx, slug)
	if err != nil {
		return nil, err
	}
	if p.Slug != slug { // it was asked for by its id
		return nil, moved(blog.PostPath(p.Slug) + "/comments/" + page.file)
	}
	if last != nil && last.revision == p.Revision && last.revisions.Blog.N == revisions.Blog.N {
		same := *last
		return &same, nil
	}
	content := s.content(page)
	content.Title = "Comments on " + s.nameOf(&p)
	content.Description = "What people say about " + s.nameOf(&p)
	content.PageURL, content.Updated = s.blog.PostURL(slug), p.Published
	if id, err := uuid.Parse(p.ID); err == nil {
		content.ID = "urn:uuid:" + uuid.NewSHA1(id, []byte("comments")).String()
	}
	if p.Federated() {
		content.Twin = s.blog.PostCollectionIRI(p.ID, "replies")
	}
	a, err := s.commentAnswer(ctx, page, content, storage.ArrivalFilter{Post: p.ID}, revisions, last)
	if err == nil {
		a.revision = p.Revision
	}
	return a, err
}

func (s *Site) commentAnswer(ctx context.Context, page *feedPage, content feed.Feed, filter storage.ArrivalFilter, revisions storage.Revisions, last *answer) (*answer, error) {
	if page.before != "" {
		id, err := strconv.ParseInt(page.before, 10, 64)
		if err != nil || id < 1 || strconv.FormatInt(id, 10) != page.before {
			return nil, fault(http.StatusNotFound)
		}
		filter.Before = id
	}
	said, next, err := s.feedComments(ctx, filter)
	switch {
	case err != nil:
		return nil, err
	case len(said) == 0 && page.before != "":
		return nil, fault(http.StatusNotFound)
	case next != nil:
		content.Older = page.address(s.blog, strconv.FormatInt(said[len(said)-1].ID, 10))
	}
	if page.before != "" {
		content.Newer = page.address(s.blog, "")
		filter.Before, filter.After = 0, said[0].ID
		if _, next, err = s.feedComments(ctx, filter); err != nil {
			return nil, err
		}
		if next != nil {
			content.Newer = page.address(s.blog, strconv.FormatInt(next.ID, 10))
		}
	}
	for _, c := range said {
		content.Comments = append(content.Comments, feed.Comment{Comment: c.Comment, About: c.PostTitle, Dated: c.PostPublished, Answers: c.Answers})
		content.Updated = latest(content.Updated, c.Published, c.Received, c.Edited)
	}
	a, err := s.feedAnswer(page, content, storage.Revision{At: newest(revisions)}, last)
	if err == nil {
		a.talk = true
	}
	return a, err
}

// feedComments are the comments of a page, in the filter's order.
func (s *Site) feedComments(ctx context.Context, filter storage.ArrivalFilter) (said []storage.Arrival, next *storage.Arrival, err error) {
	upwards := filter.After != 0
	filter.Limit = feedBatch
	return collect(func(last *storage.Arrival) ([]storage.Arrival, error) {
		switch {
		case last != nil && upwards:
			filter.After = last.ID
		case last != nil:
			filter.Before = last.ID
		}
		return s.db.Arrivals(ctx, filter)
	}, func(a *storage.Arrival) int { return len(a.HTML) })
}
