package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"limelight/blog"
	"limelight/storage"
)

// Lookup finds where a visitor's own server lets them act on an object, by what
// they typed. Its errors are blog.ErrHandle and blog.ErrServer.
type Lookup func(ctx context.Context, typed string, intent blog.Intent, object string) (blog.Destination, error)

const maxForm = 8 << 10 // bytes

// dialog is the page on which a visitor names their server.
type dialog struct {
	Post    string // slug of the post that is answered; empty for a follow
	Comment int64  // the comment that is answered; 0 for the post itself
	Name    string // of the post, or of the comment's writer
	Path    string // of what is answered
	Address string // to be copied: the address of what is answered, or the handle
	Typed   string
	Fault   string // what is wrong with it: "handle" or "server"; empty at first
	To      *blog.Destination
}

// Interact answers /interact: with GET the page that asks for a visitor's
// server, with POST the way there. Only a POST from a page of ours makes the
// lookup, so that no link can send people elsewhere in our name.
func (s *Site) Interact(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		if s.lookup == nil {
			return fault(http.StatusNotFound)
		}
		if r.Method != http.MethodPost {
			_, d, err := s.dialog(r.Context(), r.URL.Query())
			if err != nil {
				return err
			}
			return s.sendDialog(w, r, http.StatusOK, d)
		}
		if s.foreign.Check(r) != nil {
			return fault(http.StatusForbidden)
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			return fault(http.StatusBadRequest)
		}
		return s.lead(w, r)
	})
}

// lead sends a visitor to their server, or says what is in the way.
func (s *Site) lead(w http.ResponseWriter, r *http.Request) error {
	object, d, err := s.dialog(r.Context(), r.PostForm)
	if err != nil {
		return err
	}
	if !s.limiter.take(r.RemoteAddr, s.now()) {
		return fault(http.StatusTooManyRequests)
	}
	d.Typed = r.PostForm.Get("who")
	intent := blog.ReplyIntent
	if d.Path == "" {
		intent = blog.FollowIntent
	}
	to, err := s.lookup(r.Context(), d.Typed, intent, object)
	switch {
	case errors.Is(err, blog.ErrHandle):
		d.Fault = "handle"
	case err != nil:
		d.Fault = "server"
	case to.Own:
		h := w.Header()
		h["Cache-Control"] = []string{"no-store"}
		h["Location"] = []string{to.URL}
		w.WriteHeader(http.StatusSeeOther)
		return nil
	default:
		d.To = &to
		return s.sendDialog(w, r, http.StatusOK, d)
	}
	return s.sendDialog(w, r, http.StatusUnprocessableEntity, d)
}

// dialog reads what a visitor wants to act on, and the id of that.
func (s *Site) dialog(ctx context.Context, form url.Values) (object string, d *dialog, err error) {
	slug, comment := form.Get("post"), form.Get("comment")
	switch {
	case comment != "":
		return s.dialogAbout(ctx, comment)
	case slug == "":
		return s.blog.ActorIRI(), &dialog{Address: "@" + s.blog.Acct()}, nil
	case !slugShape.MatchString(slug):
		return "", nil, fault(http.StatusNotFound)
	}
	p, err := s.answerable(ctx, slug)
	if err != nil {
		return "", nil, err
	}
	return s.blog.PostIRI(p.ID), &dialog{Post: slug, Name: s.nameOf(&p), Path: blog.PostPath(slug), Address: s.blog.PostURL(slug)}, nil
}

// dialogAbout is for an answer to a comment.
func (s *Site) dialogAbout(ctx context.Context, id string) (object string, d *dialog, err error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return "", nil, fault(http.StatusNotFound)
	}
	c, err := s.db.Comment(ctx, n)
	if err != nil {
		return "", nil, err
	}
	if !c.OnPage() || c.Source == blog.Imported {
		return "", nil, fault(http.StatusNotFound)
	}
	if _, err := s.answerable(ctx, c.PostSlug); err != nil {
		return "", nil, err
	}
	return c.IRI, &dialog{Comment: c.ID, Name: blog.Excerpt(s.nameOfAuthor(&c), 60), Address: address(c.URL, c.IRI),
		Path: blog.PostPath(c.PostSlug) + "#comment-" + id}, nil
}

// answerable is a post that people elsewhere can answer.
func (s *Site) answerable(ctx context.Context, slug string) (blog.Post, error) {
	p, err := s.published(ctx, slug)
	if err == nil && (p.Slug != slug || !s.takesReplies(&p)) {
		err = storage.ErrNotFound
	}
	return p, err
}

// takesReplies tells whether a reply to the post can come to its page.
func (s *Site) takesReplies(p *blog.Post) bool {
	replies := s.replies(p)
	return replies != "local" && replies != "closed"
}

func (s *Site) sendDialog(w http.ResponseWriter, r *http.Request, status int, dialog *dialog) error {
	title := "Leave a reply"
	if dialog.Path == "" {
		title = "Follow"
	}
	d := s.document(title)
	d.Dialog, d.NoIndex = dialog, true
	body, err := s.pages.render(dialogTemplate, d)
	if err != nil {
		return err
	}
	a := newAnswer("text/html; charset=utf-8", body)
	a.cacheControl, a.etag = []string{"no-store"}, nil
	return a.write(w, r, status)
}
