package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"limelight/blog"
)

// AddComment stores a reply. c.PostID (and c.Parent for an answer to a comment)
// is set by the caller from what the store knows; ID, PostSlug are assigned
// here. The author's row is written too. An empty State is Shown, an empty
// Source Delivered, an empty Visibility Direct; a Published that is unset or
// after Received becomes Received. Added is false when the activity or the
// object was seen before, when its author is blocked, when a tombstone of the
// object exists, or when the post is not published any more. ErrNotFound when
// there never was such a post, or the parent is not under it.
func (db *DB) AddComment(ctx context.Context, in Incoming, c blog.Comment) (stored blog.Comment, added bool, err error) {
	if c.IRI == "" {
		return c, false, errors.New("add a comment: it has no id")
	}
	added, err = db.applyOf(ctx, in, c.Author.IRI, func(t *tx) (err error) {
		if stored, err = addComment(t, in.Actor, c); err != nil {
			return err
		}
		return db.notifyOf(t, stored)
	})
	if err != nil || !added {
		return blog.Comment{}, false, wrap("add the comment "+c.IRI, err)
	}
	return stored, true, nil
}

func addComment(t *tx, by string, c blog.Comment) (blog.Comment, error) {
	if c.Author.IRI != by { // who was looked at already
		if err := t.refuseBlocked(c.Author.IRI); err != nil {
			return c, err
		}
	}
	at, err := t.circumstancesOf(&c)
	if err != nil {
		return c, err
	}
	if err := at.place(t, &c); err != nil {
		return c, err
	}
	if !at.met {
		if err := t.meet(c.Author); err != nil {
			return c, err
		}
	}
	complete(t, &c)
	err = insertComment(t, &c)
	if errors.Is(err, sql.ErrNoRows) {
		return c, errNoEffect
	}
	if err == nil {
		err = t.ruled(c.Rule, c.Author.IRI, fmt.Sprintf("comment %d", c.ID), blog.HoldAction)
	}
	if err == nil && at.cited {
		err = t.uncite(c.Author.IRI, c.IRI) // it answers after all
	}
	if err == nil && (at.lookups || len(t.keys.lookups) > 0) {
		t.keys.stored = append(t.keys.stored, c)
	}
	if err == nil {
		t.addWalks(c)
		err = t.addPictures(c)
	}
	if err == nil && c.OnPage() {
		t.count(c.PostID, "comment_count")
	}
	return c, err
}

// insertComment stores the comment, hidden when there is a veil over it, and
// sets its ID; sql.ErrNoRows when there is one with its IRI.
func insertComment(t *tx, c *blog.Comment) error {
	veil, prior := t.veilNew(c)
	parent := sql.NullInt64{Int64: c.Parent, Valid: c.Parent != 0}
	return t.row(`INSERT INTO comment (iri, url, post_id, parent, parent_iri, actor, html, text, raw, warning,
			language, visibility, state, source, published, edited, received, reason, veil, prior)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (iri) DO NOTHING RETURNING id`,
		c.IRI, c.URL, c.PostID, parent, c.ParentIRI, c.Author.IRI, c.HTML, c.Text, c.Raw, c.Warning,
		c.Language, string(c.Visibility), string(c.State), string(c.Source),
		millis(c.Published), millis(c.Edited), millis(c.Received), c.Reason, veil, prior).Scan(&c.ID)
}

// circumstances are what a new comment meets, read by one query: one for each
// cost more than storing the comment.
type circumstances struct {
	slug    string // of the post
	status  blog.Status
	buried  bool // its author took it back before it came
	cited   bool // it is kept as one that only speaks of a post
	lookups bool // some note is being looked up
	met     bool // its author is here as they are now
}

func (t *tx) circumstancesOf(c *blog.Comment) (at circumstances, err error) {
	err = t.row(`SELECT p.slug, p.status, EXISTS (SELECT 1 FROM tombstone WHERE actor = $2 AND iri = $3),
			EXISTS (SELECT 1 FROM citation WHERE actor = $2 AND iri = $3), EXISTS (SELECT 1 FROM lookup),
			EXISTS (SELECT 1 FROM actor WHERE iri = $2 AND fetched >= $4)
		FROM post p WHERE p.id = $1`, c.PostID, c.Author.IRI, c.IRI, millis(c.Author.Fetched)).
		Scan(&at.slug, &at.status, &at.buried, &at.cited, &at.lookups, &at.met)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("post %q: %w", c.PostID, ErrNotFound)
	}
	return at, err
}

// place fills in PostSlug and refuses what has no place.
func place(t *tx, c *blog.Comment) error {
	var at circumstances
	err := t.row(`SELECT slug, status FROM post WHERE id = $1`, c.PostID).Scan(&at.slug, &at.status)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("post %q: %w", c.PostID, ErrNotFound)
	}
	if err != nil {
		return err
	}
	return at.place(t, c)
}

func (at circumstances) place(t *tx, c *blog.Comment) error {
	c.PostSlug = at.slug
	if at.buried || at.status != blog.Published {
		return errNoEffect
	}
	if c.Parent == 0 {
		return nil
	}
	known, err := t.exists(`SELECT 1 FROM comment WHERE id = $1 AND post_id = $2`, c.Parent, c.PostID)
	if err == nil && !known {
		return fmt.Errorf("comment %d under post %q: %w", c.Parent, c.PostID, ErrNotFound)
	}
	return err
}

func complete(t *tx, c *blog.Comment) {
	if c.State == "" {
		c.State = blog.Shown
	}
	if c.Source == "" {
		c.Source = blog.Delivered
	}
	if c.Visibility == "" {
		c.Visibility = blog.Direct
	}
	if c.Received.IsZero() {
		c.Received = t.now
	}
	c.Received, c.Edited = wholeMillis(c.Received), wholeMillis(c.Edited)
	if c.Published = wholeMillis(c.Published); c.Published.IsZero() || c.Published.After(c.Received) {
		c.Published = c.Received
	}
}
