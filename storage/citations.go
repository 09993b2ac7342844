package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"limelight/blog"
)

// Bounds of what strangers can have kept about one post.
const (
	maxPostCitations  = 1000
	maxActorCitations = 20
)

// Cite keeps a note that quotes a post or speaks of it, or replaces what is
// kept of it. An empty State is Shown. False when the activity was seen before,
// its author is blocked, the note was taken back, is a comment already, is
// another's, or too many speak of the post. ErrNotFound when there never was
// such a post.
func (db *DB) Cite(ctx context.Context, in Incoming, c blog.Citation) (bool, error) {
	ok, err := db.apply(ctx, in, func(t *tx) error { return cite(t, c) })
	return ok, wrap("keep the mention "+c.IRI, err)
}

func cite(t *tx, c blog.Citation) error {
	if err := t.refuseBlocked(c.Actor.IRI); err != nil {
		return err
	}
	if err := t.refuseBuried(c.Actor.IRI, c.IRI); err != nil {
		return err
	}
	of := blog.Comment{PostID: c.PostID, Received: c.Received, Published: c.Published, Edited: c.Edited}
	if err := place(t, &of); err != nil {
		return err
	}
	if answers, err := t.exists(`SELECT 1 FROM comment WHERE iri = $1`, c.IRI); err != nil || answers {
		return errors.Join(err, errNoEffect)
	}
	if err := t.meet(c.Actor); err != nil {
		return err
	}
	complete(t, &of)
	known, err := t.exists(`SELECT 1 FROM citation WHERE iri = $1`, c.IRI)
	if err != nil {
		return err
	}
	if !known {
		if err := t.roomForCitation(c); err != nil {
			return err
		}
	}
	state, prior, veil := c.State, "", 0
	if state == "" {
		state = blog.Shown
	}
	if c.Actor.NoBlog {
		veil, prior, state = profileVeil, string(state), blog.Hidden
	}
	n, err := t.exec(`INSERT INTO citation (iri, url, type, post_id, actor, text, visibility, state, reason, veil, prior, published, edited, received)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (iri) DO UPDATE SET url = excluded.url, type = excluded.type, post_id = excluded.post_id, text = excluded.text,
			visibility = excluded.visibility, edited = excluded.edited,
			state = CASE WHEN excluded.state = 'held' AND citation.state = 'shown' THEN 'held' ELSE citation.state END,
			reason = CASE WHEN excluded.state = 'held' AND citation.state = 'shown' THEN excluded.reason ELSE citation.reason END
		WHERE citation.actor = excluded.actor`,
		c.IRI, c.URL, string(c.Type), c.PostID, c.Actor.IRI, c.Text, string(c.Visibility), string(state), c.Reason, veil, prior,
		millis(of.Published), millis(of.Edited), millis(of.Received))
	if err == nil && n == 0 {
		return errNoEffect
	}
	if err != nil {
		return err
	}
	t.count(c.PostID, "")
	return nil
}

func (t *tx) roomForCitation(c blog.Citation) error {
	var all, own int
	err := t.row(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN actor = $2 THEN 1 ELSE 0 END), 0) FROM citation WHERE post_id = $1`,
		c.PostID, c.Actor.IRI).Scan(&all, &own)
	if err == nil && (all >= maxPostCitations || own >= maxActorCitations) {
		return errNoEffect
	}
	return err
}

// Uncite forgets a note of in.Actor's that does not speak of a post any more.
func (db *DB) Uncite(ctx context.Context, in Incoming, iri string) error {
	_, err := db.apply(ctx, in, func(t *tx) error { return t.uncite(in.Actor, iri) })
	return wrap("forget the mention "+iri, err)
}

func (t *tx) uncite(actor, iri string) error {
	posts, err := t.texts(`DELETE FROM citation WHERE iri = $1 AND actor = $2 RETURNING post_id`, iri, actor)
	if err != nil || len(posts) == 0 {
		return err
	}
	t.revise(posts...)
	return nil
}

// Cited tells whether the note is kept as one that speaks of a post.
func (db *DB) Cited(ctx context.Context, iri string) (bool, error) {
	known, err := db.reading(ctx).exists(`SELECT 1 FROM citation WHERE iri = $1`, iri)
	return known, wrap("look for the mention "+iri, err)
}

// CitationFilter narrows Citations.
type CitationFilter struct {
	Post   string            // slug or UUID; empty means all posts
	Type   blog.CitationType // empty means all
	OnPage bool              // only what readers see
	State  blog.State        // empty means all
	Limit  int               // 0 means all
}

const citationSelect = `SELECT c.id, c.iri, c.url, c.type, c.post_id, p.slug, c.actor, c.text, c.visibility, c.state, ` + commentReason + `,
		c.published, c.edited, c.received, ` + actorColumns + `
	FROM citation c JOIN post p ON p.id = c.post_id JOIN actor a ON a.iri = c.actor `

// Citations are the notes that quote a post or speak of it, oldest first.
// ErrNotFound when f.Post names none.
func (db *DB) Citations(ctx context.Context, f CitationFilter) ([]blog.Citation, error) {
	t := db.reading(ctx)
	cond, args := `WHERE ($2 = '' OR c.type = $2) AND ($3 = '' OR c.state = $3)`, []any{limit(f.Limit), string(f.Type), string(f.State)}
	if f.Post != "" {
		p, err := findPost(t, f.Post)
		if err != nil {
			return nil, fmt.Errorf("list mentions: %w", err)
		}
		cond, args = cond+` AND c.post_id = $4`, append(args, p.ID)
	}
	if f.OnPage {
		cond += ` AND ` + onPage
	}
	out, err := selectCitations(t, cond+` ORDER BY c.published, c.id LIMIT $1`, args...)
	return out, wrap("list mentions", err)
}

func selectCitations(t *tx, cond string, args ...any) ([]blog.Citation, error) {
	var out []blog.Citation
	err := t.each(func(rows *sql.Rows) error {
		var c blog.Citation
		fields := []any{&c.ID, &c.IRI, &c.URL, &c.Type, &c.PostID, &c.PostSlug, &c.Actor.IRI, &c.Text, &c.Visibility, &c.State, &c.Reason,
			stamp{&c.Published}, stamp{&c.Edited}, stamp{&c.Received}}
		err := rows.Scan(append(fields, actorFields(&c.Actor)...)...)
		out = append(out, c)
		return err
	}, citationSelect+cond, args...)
	return out, err
}

// DecideCitation sets the state (Shown or Hidden) by the author's decision, or
// forgets it (Erased). ErrNotFound; ErrVeiled when it cannot be shown.
func (db *DB) DecideCitation(ctx context.Context, id int64, state blog.State) (blog.Citation, error) {
	var c blog.Citation
	err := db.write(ctx, func(t *tx) error {
		found, err := selectCitations(t, `WHERE c.id = $1`, id)
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return ErrNotFound
		}
		c = found[0]
		var veil int
		if err := t.row(`SELECT veil FROM citation WHERE id = $1`, id).Scan(&veil); err != nil {
			return err
		}
		switch state {
		case blog.Erased:
			_, err = t.exec(`DELETE FROM citation WHERE id = $1`, id)
		case blog.Shown, blog.Hidden:
			if state == blog.Shown && veil != 0 {
				return fmt.Errorf("%w: %s", ErrVeiled, c.Reason)
			}
			_, err = t.exec(`UPDATE citation SET state = $2, reason = '', prior = CASE WHEN veil = 0 THEN '' ELSE CAST($2 AS TEXT) END WHERE id = $1`,
				id, string(state))
		default:
			err = fmt.Errorf("there is no state %q for a mention", state)
		}
		if err == nil {
			err = t.decided(blog.Decision{Action: stateActions[state], Object: fmt.Sprintf("mention %d", id), Actor: c.Actor.IRI, Note: c.Reason})
		}
		if err != nil {
			return err
		}
		c.State = state
		t.revise(c.PostID)
		return nil
	})
	return c, wrap(fmt.Sprintf("decide on mention %d", id), err)
}
