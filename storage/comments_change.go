package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"limelight/blog"
)

// eraseComment takes from a comment what somebody wrote and leaves its place.
const eraseComment = `state = 'erased', html = '', text = '', raw = '', warning = '', language = '',
	reason = '', veil = 0, prior = ''`

// EditComment replaces text, warning, language, visibility, URL and Edited of
// the comment with c.IRI when it is by c.Author.IRI and c.Edited is later than
// what is stored. Changed is false otherwise, as it is for one that is erased
// or whose author is blocked; ErrNotFound when there is none. A c.State of Held
// takes one that is shown off its page, for c.Reason.
func (db *DB) EditComment(ctx context.Context, in Incoming, c blog.Comment) (changed bool, err error) {
	changed, err = db.applyOf(ctx, in, c.Author.IRI, func(t *tx) error {
		old, next, err := editComment(t, c)
		if err == nil && next.State == blog.Held && old.State != blog.Held {
			err = db.notifyOf(t, next)
		}
		return err
	})
	return changed, wrap("edit the comment "+c.IRI, err)
}

func editComment(t *tx, c blog.Comment) (old, next blog.Comment, err error) {
	if err = t.lockComment(`WHERE c.iri = $1`, c.IRI); err != nil {
		return old, next, err
	}
	if old, err = findComment(t, `WHERE c.iri = $1`, c.IRI); err != nil {
		return old, next, err
	}
	if old.Author.IRI != c.Author.IRI || old.State == blog.Erased || !wholeMillis(c.Edited).After(old.Edited) {
		return old, next, errNoEffect
	}
	if err := t.refuseBlocked(c.Author.IRI); err != nil {
		return old, next, err
	}
	if err := t.meet(c.Author); err != nil {
		return old, next, err
	}
	next = old
	if next.Visibility = c.Visibility; next.Visibility == "" {
		next.Visibility = blog.Direct
	}
	if old.Text != c.Text || old.Warning != c.Warning {
		if err := t.keepVersion(old); err != nil {
			return old, next, err
		}
	}
	_, err = t.exec(`UPDATE comment SET url = $2, html = $3, text = $4, raw = $5, warning = $6, language = $7,
			visibility = $8, edited = $9 WHERE id = $1`,
		old.ID, c.URL, c.HTML, c.Text, c.Raw, c.Warning, c.Language, string(next.Visibility), millis(c.Edited))
	if err == nil {
		c.ID = old.ID
		err = t.putPictures(c)
	}
	if err != nil {
		return old, next, err
	}
	if err := t.editedState(old, &next, c); err != nil || !old.OnPage() && !next.OnPage() {
		return old, next, err
	}
	t.countBy(old.PostID, "comment_count", becomes(old, next))
	return old, next, nil
}

// RetractComment erases the comment with the IRI when in.Actor wrote it, and in
// any case remembers for 30 days that the object is gone, so that a late Create
// is refused (the memory holds for that actor alone). A block does not matter.
// It returns whether a comment was erased.
func (db *DB) RetractComment(ctx context.Context, in Incoming, iri string) (bool, error) {
	erased := false
	_, err := db.applyDeletion(ctx, in, func(t *tx) (err error) {
		erased = false
		if err = t.bury(in.Actor, iri); err != nil {
			return err
		}
		if _, err = t.exec(`DELETE FROM approval WHERE interacting = $1 AND actor = $2`, iri, in.Actor); err != nil {
			return err
		}
		if err = t.uncite(in.Actor, iri); err != nil {
			return err
		}
		if err := t.lockComment(`WHERE c.iri = $1`, iri); err != nil {
			return err
		}
		c, err := findComment(t, `WHERE c.iri = $1`, iri)
		if errors.Is(err, ErrNotFound) || err == nil && (c.Author.IRI != in.Actor || c.State == blog.Erased) {
			return nil
		}
		if err != nil {
			return err
		}
		erased = true
		return setState(t, c, blog.Erased)
	})
	return err == nil && erased, wrap("retract the comment "+iri, err)
}

// DecideComment sets the state (Shown, Held, Hidden or Erased) by the author's
// decision and keeps the post's count. It tells of the deletion of an own
// comment, and answers the request to comment that waits for the decision.
// ErrNotFound; ErrDeleted when it is erased already, ErrVeiled when it cannot be
// shown whatever is decided.
func (db *DB) DecideComment(ctx context.Context, id int64, state blog.State) (blog.Comment, error) {
	if !slices.Contains([]blog.State{blog.Shown, blog.Held, blog.Hidden, blog.Erased}, state) {
		return blog.Comment{}, fmt.Errorf("decide on comment %d: there is no state %q", id, state)
	}
	var c blog.Comment
	err := db.write(ctx, func(t *tx) (err error) {
		if err = t.lockComment(`WHERE c.id = $1`, id); err != nil {
			return err
		}
		if c, err = findComment(t, `WHERE c.id = $1`, id); err != nil {
			return err
		}
		if c.State == blog.Erased {
			return ErrDeleted
		}
		if c.State == state && state != blog.Hidden {
			return nil
		}
		if err = t.decideState(c, state); err != nil {
			return err
		}
		if answer := answers[state]; answer != "" {
			if err = t.decideRequest(c.IRI, answer); err != nil {
				return err
			}
		}
		c, err = findComment(t, `WHERE c.id = $1`, id)
		return err
	})
	if err != nil {
		return blog.Comment{}, fmt.Errorf("decide on comment %d: %w", id, err)
	}
	return c, nil
}

// answers is what a decision about a comment says to a server that asked first.
var answers = map[blog.State]blog.ApprovalState{blog.Shown: blog.Granted, blog.Hidden: blog.Refused, blog.Erased: blog.Refused}

// setState changes the state of a comment that is not erased.
func setState(t *tx, c blog.Comment, state blog.State) error {
	set, args := eraseComment, []any{c.ID}
	if state != blog.Erased {
		set, args = `state = $2, reason = '', prior = CASE WHEN veil = 0 THEN '' ELSE CAST($2 AS TEXT) END`, append(args, string(state))
	}
	if _, err := t.exec(`UPDATE comment SET `+set+` WHERE id = $1`, args...); err != nil {
		return err
	}
	if state == blog.Erased {
		if err := t.dropContent(`comment_id = $1`, c.ID); err != nil {
			return err
		}
	}
	if c.Source == blog.Own && state == blog.Erased {
		if _, err := tellOfAnswer(t, "Delete", c); err != nil {
			return err
		}
	}
	next := c
	next.State = state
	if !c.OnPage() && !next.OnPage() && state != blog.Erased {
		return nil
	}
	t.countBy(c.PostID, "comment_count", becomes(c, next))
	return nil
}
