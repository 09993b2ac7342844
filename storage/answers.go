package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"limelight/blog"
)

// ErrNotOwn is a comment that somebody else wrote.
var ErrNotOwn = errors.New("it is not the blog's own comment")

// toThread are the servers of those who wrote the comment $5 and the ones
// above it.
const toThread = `SELECT a.delivery_inbox AS inbox, a.delivery_host AS host
	FROM actor a WHERE a.gone <= $4 AND a.iri IN (
		WITH RECURSIVE up (parent, actor) AS (
			SELECT c.parent, c.actor FROM comment c WHERE c.id = $5
			UNION ALL SELECT c.parent, c.actor FROM comment c JOIN up ON c.id = up.parent
		) SELECT actor FROM up)` + unlessBlocked

// Answer stores a comment of the author's own, under a post or as an answer to
// a comment, with its Create and one delivery for each inbox of the followers
// and of those who wrote what it answers. A Direct one goes to the author of
// the parent alone. The caller sets everything but ID, State, Source and the
// times. ErrNotFound when there is no such post or parent, ErrDeleted when the
// post is not published any more. Returns how many deliveries were written.
func (db *DB) Answer(ctx context.Context, c blog.Comment) (stored blog.Comment, deliveries int, err error) {
	err = db.write(ctx, func(t *tx) (err error) {
		stored, deliveries, err = answer(t, c)
		return err
	})
	return stored, deliveries, wrap("answer", err)
}

func answer(t *tx, c blog.Comment) (blog.Comment, int, error) {
	err := place(t, &c)
	if errors.Is(err, errNoEffect) {
		err = ErrDeleted
	}
	if err != nil {
		return c, 0, err
	}
	c.State, c.Source, c.Published, c.Edited, c.Received = blog.Shown, blog.Own, t.now, time.Time{}, t.now
	if err := insertComment(t, &c); err != nil {
		return c, 0, err
	}
	if c.OnPage() {
		t.count(c.PostID, "comment_count")
	}
	n, err := tellOfAnswer(t, "Create", c)
	return c, n, err
}

// EditAnswer replaces what an own comment says and writes the Update. False
// when it says so already; ErrNotFound, ErrNotOwn, ErrDeleted.
func (db *DB) EditAnswer(ctx context.Context, c blog.Comment) (changed bool, deliveries int, err error) {
	err = db.write(ctx, func(t *tx) (err error) {
		old, err := findComment(t, `WHERE c.id = $1`, c.ID)
		switch {
		case err != nil:
			return err
		case old.Source != blog.Own:
			return ErrNotOwn
		case old.State == blog.Erased:
			return ErrDeleted
		}
		if changed = old.Raw != c.Raw; !changed {
			return nil
		}
		if err := t.keepVersion(old); err != nil {
			return err
		}
		edited := latest(t.now, old.Edited.Add(time.Millisecond), old.Published.Add(time.Millisecond))
		_, err = t.exec(`UPDATE comment SET html = $2, text = $3, raw = $4, edited = $5 WHERE id = $1`,
			c.ID, c.HTML, c.Text, c.Raw, millis(edited))
		if err != nil {
			return err
		}
		if deliveries, err = tellOfAnswer(t, "Update", old); err != nil {
			return err
		}
		t.revise(old.PostID)
		return nil
	})
	return changed, deliveries, wrap(fmt.Sprintf("edit comment %d", c.ID), err)
}

// tellOfAnswer writes the activity about an own comment and its deliveries.
func tellOfAnswer(t *tx, kind string, c blog.Comment) (int, error) {
	uuid := c.IRI[strings.LastIndexByte(c.IRI, '/')+1:] // blog.CommentIRI
	a := blog.Activity{Type: kind, Object: blog.CommentObject, Ref: uuid}
	if c.Visibility == blog.Direct {
		return tellParent(t, a, c)
	}
	a, err := t.act(a)
	if err != nil {
		return 0, err
	}
	audience := insertDeliveries + `(` + toFollowers + ` UNION ` + toParticipants + `) x WHERE x.inbox <> ''`
	switch kind {
	case "Create":
		return fanOut(t, a, insertDeliveries+`(`+toFollowers+` UNION `+toThread+`) x WHERE x.inbox <> ''`+onceEach, c.Parent)
	case "Update":
		if err := t.holdPending(a); err != nil {
			return 0, err
		}
		audience += ` AND NOT EXISTS (` + createPending + `)`
	case "Delete":
		if err := replacePending(t, `ref = $2 AND type <> 'Delete'`, uuid); err != nil {
			return 0, err
		}
	}
	return fanOut(t, a, audience+onceEach, c.PostID)
}

// tellParent writes a delivery for the author of the comment above alone.
func tellParent(t *tx, a blog.Activity, c blog.Comment) (int, error) {
	parent, err := findComment(t, `WHERE c.id = $1`, c.Parent)
	if err != nil {
		return 0, err
	}
	a.Target = parent.Author.IRI
	if a, err = t.act(a); err != nil || parent.Author.Inbox == "" {
		return 0, err
	}
	return 1, deliverTo(t, a, parent.Author.Inbox)
}
