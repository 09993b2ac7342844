package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"limelight/blog"
)

// MaxRules is how many rules there may be: each looks at every comment.
const MaxRules = 200

// ErrTooMany is one rule, line of a list or subscription more than there may be.
var ErrTooMany = errors.New("there are too many already")

// AddRule keeps a rule that blog.Rule.Compile accepts. One with the same
// pattern takes the new action. ErrTooMany.
func (db *DB) AddRule(ctx context.Context, r blog.Rule) (stored blog.Rule, err error) {
	if _, err := r.Compile(); err != nil {
		return r, fmt.Errorf("add a rule: %w", err)
	}
	err = db.write(ctx, func(t *tx) error {
		stored = r
		var n int
		if err := t.row(`SELECT COUNT(*) FROM rule WHERE NOT (kind = $1 AND pattern = $2)`, string(r.Kind), r.Pattern).Scan(&n); err != nil {
			return err
		}
		if n >= MaxRules {
			return ErrTooMany
		}
		return t.row(`INSERT INTO rule (action, kind, pattern, hits, created) VALUES ($1, $2, $3, 0, $4)
			ON CONFLICT (kind, pattern) DO UPDATE SET action = excluded.action RETURNING id, hits, created`,
			string(r.Action), string(r.Kind), r.Pattern, millis(t.now)).Scan(&stored.ID, &stored.Hits, stamp{&stored.Created})
	})
	return stored, wrap("add a rule", err)
}

// RemoveRule forgets a rule. What it held stays held. ErrNotFound.
func (db *DB) RemoveRule(ctx context.Context, id int64) error {
	err := db.write(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM rule WHERE id = $1`, id)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
	return wrap(fmt.Sprintf("remove rule %d", id), err)
}

// Rules lists them by their ids.
func (db *DB) Rules(ctx context.Context) ([]blog.Rule, error) {
	var out []blog.Rule
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var r blog.Rule
		err := rows.Scan(&r.ID, &r.Action, &r.Kind, &r.Pattern, &r.Hits, stamp{&r.Created})
		out = append(out, r)
		return err
	}, `SELECT id, action, kind, pattern, hits, created FROM rule ORDER BY id`)
	return out, wrap("list rules", err)
}

// ruled counts a hit of a rule and writes it down; rule 0 is none.
func (t *tx) ruled(rule int64, actor, object string, action blog.Action) error {
	if rule == 0 {
		return nil
	}
	if _, err := t.exec(`UPDATE rule SET hits = hits + 1 WHERE id = $1`, rule); err != nil {
		return err
	}
	today, err := t.hitsToday()
	if err != nil || today >= maxDailyHits {
		return err
	}
	return t.decided(blog.Decision{Who: fmt.Sprintf("rule %d", rule), Action: action, Object: object, Actor: actor})
}

// RejectComment is what comes of a note that a rule rejects: nothing of it is
// kept but the hit. When it is an edit of a comment by c.Author, that is hidden
// with c.Reason and keeps its old text, for the author alone.
func (db *DB) RejectComment(ctx context.Context, in Incoming, c blog.Comment) error {
	_, err := db.apply(ctx, in, func(t *tx) error {
		object := c.Author.IRI
		old, err := findComment(t, `WHERE c.iri = $1`, c.IRI)
		switch {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return err
		case old.Author.IRI == c.Author.IRI && (old.State == blog.Shown || old.State == blog.Held):
			object = fmt.Sprintf("comment %d", old.ID)
			if err := setState(t, old, blog.Hidden); err != nil {
				return err
			}
			if _, err := t.exec(`UPDATE comment SET reason = $2 WHERE id = $1`, old.ID, c.Reason); err != nil {
				return err
			}
		}
		return t.ruled(c.Rule, c.Author.IRI, object, blog.RejectAction)
	})
	return wrap("reject the comment "+c.IRI, err)
}
