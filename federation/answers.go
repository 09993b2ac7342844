package federation

import (
	"context"
	"errors"
	"html"
	"net/http"
	"slices"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

// CommentObject answers the id of a comment of the author's own with its Note:
// 410 with a Tombstone when it was deleted, 404 when it is not for everyone.
func (n *Node) CommentObject(w http.ResponseWriter, r *http.Request) {
	n.answer(w, r, func() (document, error) {
		c, err := n.ownComment(r.Context(), r.PathValue("id"))
		if err != nil {
			return document{}, err
		}
		if c.State == blog.Erased {
			d, err := activityDocument(vocab.Tombstone{Context: vocab.PlainContext, ID: c.IRI, Type: "Tombstone"})
			d.status = http.StatusGone
			return d, err
		}
		if !c.OnPage() {
			return document{}, storage.ErrNotFound
		}
		note, err := n.noteOf(r.Context(), &c)
		if err != nil {
			return document{}, err
		}
		note.Context = vocab.NoteContext
		return activityDocument(note)
	})
}

// ownComment is the author's own comment with the UUID.
func (n *Node) ownComment(ctx context.Context, uuid string) (blog.Comment, error) {
	c, err := n.db.CommentByIRI(ctx, n.blog.CommentIRI(uuid))
	if err == nil && c.Source != blog.Own {
		err = storage.ErrNotFound
	}
	return c, err
}

// noteOf is an own comment as others see it: an answer with a mention of whom
// it answers in front, since Mastodon notifies only who is mentioned in tag
// and addressed, and shows its readers only what the text says.
func (n *Node) noteOf(ctx context.Context, c *blog.Comment) (vocab.Note, error) {
	b := n.blog
	note := vocab.Note{
		ID: c.IRI, Type: "Note", AttributedTo: b.ActorIRI(), InReplyTo: b.PostIRI(c.PostID), Content: c.HTML,
		URL: b.CommentURL(c.PostSlug, c.ID), Published: vocab.Time(c.Published), Updated: vocab.Time(c.Edited),
		PartOf: b.PostCollectionIRI(c.PostID, "context"), Conversation: b.PostCollectionIRI(c.PostID, "context"),
		Tag:               []vocab.Mention{},
		InteractionPolicy: vocab.InteractionPolicy{CanQuote: vocab.Approval{Automatic: []string{vocab.Public}}},
	}
	note.To, note.Cc = []string{vocab.Public}, []string{b.CollectionIRI("followers")}
	switch c.Visibility {
	case blog.Unlisted:
		note.To, note.Cc = note.Cc, note.To
	case blog.Direct:
		note.To, note.Cc = []string{}, []string{}
	}
	if c.Parent != 0 {
		parent, err := n.db.Comment(ctx, c.Parent)
		if err != nil {
			return note, err
		}
		note.InReplyTo = parent.IRI
		n.mention(&note, &parent.Author, c.Visibility)
	}
	return note, nil
}

// mention addresses a note to somebody, unless that is the blog itself or an
// account that is gone.
func (n *Node) mention(note *vocab.Note, who *blog.Actor, v blog.Visibility) {
	if who.IRI == n.blog.ActorIRI() || who.Handle == "" {
		return
	}
	name, _, _ := strings.Cut(who.Handle, "@")
	page := html.EscapeString(profileOf(who))
	link := `<span class="h-card"><a href="` + page + `" class="u-url mention">@<span>` + html.EscapeString(name) + `</span></a></span> `
	if rest, ok := strings.CutPrefix(note.Content, "<p>"); ok {
		note.Content = "<p>" + link + rest
	} else {
		note.Content = "<p>" + link + "</p>" + note.Content
	}
	note.Tag = append(note.Tag, vocab.Mention{Type: "Mention", Href: who.IRI, Name: "@" + who.Handle})
	if v == blog.Direct {
		note.To = append(note.To, who.IRI)
	} else if !slices.Contains(note.Cc, who.IRI) {
		note.Cc = append(note.Cc, who.IRI)
	}
}

func profileOf(a *blog.Actor) string {
	if personURL(a.URL) != "" {
		return a.URL
	}
	return a.IRI
}

// aboutComment is an activity about an own comment.
func (n *Node) aboutComment(ctx context.Context, a blog.Activity) (any, error) {
	c, err := n.ownComment(ctx, a.Ref)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, ErrMoot
	}
	if err != nil {
		return nil, err
	}
	if a.Type == "Delete" {
		to := []string{vocab.Public}
		if a.Target != "" {
			to = []string{a.Target}
		}
		return vocab.Outgoing[vocab.Tombstone]{
			Context: vocab.PlainContext, ID: n.blog.ActivityIRI(a.ID), Type: "Delete", Actor: n.blog.ActorIRI(),
			To: to, Object: vocab.Tombstone{ID: c.IRI, Type: "Tombstone"},
		}, nil
	}
	if c.State == blog.Erased {
		return nil, ErrMoot
	}
	note, err := n.noteOf(ctx, &c)
	if err != nil {
		return nil, err
	}
	at := a.Created
	if a.Type == "Create" {
		at = c.Published
	}
	return vocab.Outgoing[vocab.Note]{
		Context: vocab.NoteContext, ID: n.blog.ActivityIRI(a.ID), Type: a.Type, Actor: n.blog.ActorIRI(),
		Published: vocab.Time(at), To: note.To, Cc: note.Cc, Object: note,
	}, nil
}
