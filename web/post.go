package web

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"limelight/blog"
	"limelight/storage"
)

const threadsPerPage = 200

// postPage is a post with the conversation below it.
type postPage struct {
	entry
	Post      *blog.Post
	Thread    []*commentView
	Crowds    []crowd
	Cited     []cited
	Replies   string     // who may reply: open, known, held, closed or local
	Earlier   string     // path of the page with earlier threads; empty when there is none
	Later     string     // path of the page with later ones; empty when there is none
	Cut       bool       // whether these threads have more comments than are shown
	Older     *neighbour // nil at the end
	Newer     *neighbour // nil at the beginning
	Permanent string     // the post's address, to be copied
	Card      *card
}

type neighbour struct {
	Name string
	Path string
}

var (
	slugShape = regexp.MustCompile(`^[a-z0-9-]{1,100}$`)
	anyCase   = regexp.MustCompile(`^[A-Za-z0-9-]{1,100}$`)
)

// Post answers /posts/{slug}: the post and its comments; the threads that begin
// after a comment under ?after=ID.
func (s *Site) Post(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, s.orOld(s.post))
}

func (s *Site) post(w http.ResponseWriter, r *http.Request) error {
	slug := r.PathValue("slug")
	after, ok := queryAfter(r)
	if !ok || !anyCase.MatchString(slug) {
		return fault(http.StatusNotFound)
	}
	if !slugShape.MatchString(slug) || strings.HasSuffix(r.URL.Path, "/") {
		return moved(blog.PostPath(strings.ToLower(slug)))
	}
	k := key{kind: "post", name: slug, page: after}
	if a := s.kept(k); a != nil {
		return a.send(w, r, s.now())
	}
	return s.fill(w, r, k, func(ctx context.Context, revisions storage.Revisions, last *answer) (*answer, error) {
		return s.renderPost(ctx, revisions, k, last)
	})
}

// published is the post that readers may see, or a 404 or 410.
func (s *Site) published(ctx context.Context, slug string) (blog.Post, error) {
	p, err := s.db.Post(ctx, slug)
	if err == nil && (p.Status != blog.Published || !p.Visibility.Shown()) {
		err = fault(http.StatusNotFound)
	}
	return p, err
}

func (s *Site) renderPost(ctx context.Context, revisions storage.Revisions, k key, last *answer) (*answer, error) {
	p, err := s.published(ctx, k.name)
	if err != nil {
		return nil, err
	}
	if p.Slug != k.name { // it was asked for by its id
		return nil, moved(blog.PostPath(p.Slug))
	}
	if last != nil && last.revision == p.Revision && last.revisions.Blog.N == revisions.Blog.N && last.lasts(s.now()) {
		// Something was said under another post.
		same := *last
		return &same, nil
	}
	page, err := s.readPost(ctx, &p, k.page)
	if err != nil {
		return nil, err
	}
	d := s.document(page.Name)
	d.Post = page
	if s.lookup != nil && s.takesReplies(&p) {
		d.Dialog = &dialog{Post: p.Slug, Path: page.Path}
	}
	if p.Language != "" {
		d.speak(p.Language)
	}
	// The blog's come first: whoever pastes the address of a post into a reader
	// wants those.
	d.Feeds = append(d.Feeds, feedSet{page.Path + "/comments", "Comments on " + page.Name})
	d.Canonical = page.URL
	if k.page != 0 {
		d.Canonical += "?after=" + strconv.Itoa(k.page)
	}
	d.NoIndex = p.Visibility == blog.Unlisted
	d.Description = page.Teaser
	if p.Sensitive {
		d.Description = page.Warning
	}
	d.Image = preview(&p, d.Image)
	page.Card = s.card(&p, d)
	if p.Federated() {
		d.Activity = s.blog.PostIRI(p.ID)
	}
	body, err := s.pages.render(postTemplate, d)
	if err != nil {
		return nil, err
	}
	a := newAnswer("text/html; charset=utf-8", body)
	a.talk, a.revision, a.link = true, p.Revision, linkHeader(d.Activity)
	if closing := p.Published.Add(s.closeAfter); s.closeAfter > 0 && closing.After(s.now()) {
		a.until = closing
	}
	a.date(newest(revisions))
	return a, nil
}

func (s *Site) readPost(ctx context.Context, p *blog.Post, after int) (*postPage, error) {
	v := &postPage{entry: s.entry(p), Post: p, Replies: s.replies(p), Permanent: s.blog.PostURL(p.Slug)}
	talk, err := s.db.Threads(ctx, p.ID, int64(after), threadsPerPage)
	if err != nil {
		return nil, err
	}
	v.Thread, v.Cut = s.thread(talk.Comments, s.lookup != nil && s.takesReplies(p)), talk.Cut
	if after != 0 {
		v.Earlier = commentsPath(p.Slug, talk.Earlier)
	}
	if talk.Later != 0 {
		v.Later = commentsPath(p.Slug, talk.Later)
	}
	if v.Crowds, err = s.crowds(ctx, p); err != nil {
		return nil, err
	}
	if v.Cited, err = s.citations(ctx, p); err != nil {
		return nil, err
	}
	if p.Visibility == blog.Unlisted {
		return v, nil // in no list, so between no two others
	}
	older, newer, err := s.db.Neighbours(ctx, *p)
	if err != nil {
		return nil, err
	}
	v.Older, v.Newer = s.neighbour(older), s.neighbour(newer)
	return v, nil
}

func commentsPath(slug string, after int64) string {
	if after == 0 {
		return blog.PostPath(slug) + "#comments"
	}
	return blog.PostPath(slug) + "?after=" + strconv.FormatInt(after, 10) + "#comments"
}

// queryAfter is the comment after whose thread a query asks to go on, 0 when it
// does not.
func queryAfter(r *http.Request) (id int, ok bool) {
	if !r.URL.Query().Has("after") {
		return 0, true
	}
	text := r.URL.Query().Get("after")
	id, err := strconv.Atoi(text)
	return id, err == nil && id > 0 && strconv.Itoa(id) == text
}

func (s *Site) neighbour(p *blog.Post) *neighbour {
	if p == nil {
		return nil
	}
	return &neighbour{s.nameOf(p), blog.PostPath(p.Slug)}
}

// replies tells what becomes of a reply to the post that is sent now. One that
// stays on this site cannot be answered from elsewhere.
func (s *Site) replies(p *blog.Post) string {
	if p.Visibility == blog.Local {
		return "local"
	}
	return p.RepliesPolicy(s.policy, s.closeAfter, s.now())
}
