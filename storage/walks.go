package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"limelight/blog"
)

const (
	maxPostWalks = 1000        // collections looked through for one post
	firstWalk    = time.Minute // after a comment came: its answers come by themselves at first
)

// addWalks has the collections of a new comment looked through.
func (t *tx) addWalks(c blog.Comment) {
	for _, iri := range c.Collections {
		t.keys.walks = append(t.keys.walks, wantedWalk{iri, c.PostID})
	}
}

// addWalk has one looked through, unless too many of its post are already.
func (t *tx) addWalk(w wantedWalk) error {
	n, err := t.exec(`INSERT INTO walk (iri, post_id, host, rounds, found, walked, due, error)
			SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), 0, 0, 0, CAST($4 AS BIGINT), ''
			FROM post p WHERE p.id = $2 AND p.walks < $5
			ON CONFLICT (iri) DO NOTHING`,
		w.iri, w.post, hostOf(w.iri), millis(t.now.Add(firstWalk)), maxPostWalks)
	if err == nil && n > 0 {
		t.countBy(w.post, walksColumn, int(n))
	}
	return err
}

// walkSelect reads what walkFields takes.
const walkSelect = `SELECT w.iri, w.post_id, p.slug, w.host, w.rounds, w.found, w.walked, w.due, w.error
	FROM walk w JOIN post p ON p.id = w.post_id `

func walkFields(w *blog.Walk) []any {
	return []any{&w.IRI, &w.PostID, &w.PostSlug, &w.Host, &w.Rounds, &w.Found, stamp{&w.Walked}, stamp{&w.Next}, &w.Error}
}

// WalksDue tells whether any walk is due.
func (db *DB) WalksDue(ctx context.Context) (bool, error) {
	t := db.reading(ctx)
	ok, err := t.exists(`SELECT 1 FROM walk WHERE due > 0 AND due <= $1 LIMIT 1`, millis(t.now))
	return ok, wrap("look for walks", err)
}

// ClaimWalks leases up to n walks that are due, the longest due first.
func (db *DB) ClaimWalks(ctx context.Context, n int, lease time.Duration) ([]blog.Walk, error) {
	var out []blog.Walk
	err := db.write(ctx, func(t *tx) error {
		out = nil
		iris, err := t.texts(`UPDATE walk SET due = $2 WHERE due > 0 AND due <= $1
				AND iri IN (SELECT d.iri FROM walk d WHERE d.due > 0 AND d.due <= $1 ORDER BY d.due, d.iri LIMIT $3`+db.skipLocked+`)
			RETURNING iri`, millis(t.now), millis(t.now.Add(lease)), n)
		if err != nil {
			return err
		}
		args, list := in(nil, iris)
		return t.each(func(rows *sql.Rows) error {
			var w blog.Walk
			err := rows.Scan(walkFields(&w)...)
			out = append(out, w)
			return err
		}, walkSelect+`WHERE w.iri IN `+list+` ORDER BY w.iri`, args...)
	})
	return out, wrap("claim walks", err)
}

// SettleWalk records a round: what was found more, how it failed (empty when it
// did not), and when the next one is (zero for never).
func (db *DB) SettleWalk(ctx context.Context, iri string, found int, failure string, next time.Time) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE walk SET rounds = rounds + 1, found = found + $2, error = $3, walked = $4, due = $5 WHERE iri = $1`,
			iri, found, failure, millis(t.now), millis(next))
		return err
	})
	return wrap("record a walk", err)
}

// Walks for a post (slug or UUID; empty means all), by their addresses.
// ErrNotFound when post names none.
func (db *DB) Walks(ctx context.Context, post string) ([]blog.Walk, error) {
	t := db.reading(ctx)
	cond, args := ``, []any(nil)
	if post != "" {
		p, err := findPost(t, post)
		if err != nil {
			return nil, fmt.Errorf("list walks: %w", err)
		}
		cond, args = `WHERE w.post_id = $1 `, append(args, p.ID)
	}
	var out []blog.Walk
	err := t.each(func(rows *sql.Rows) error {
		var w blog.Walk
		err := rows.Scan(walkFields(&w)...)
		out = append(out, w)
		return err
	}, walkSelect+cond+`ORDER BY p.slug, w.iri`, args...)
	return out, wrap("list walks", err)
}

// UnknownNotes are those of the ids that are no comment, are not looked up
// already and were not taken back by anybody.
func (db *DB) UnknownNotes(ctx context.Context, iris []string) ([]string, error) {
	if len(iris) == 0 {
		return nil, nil
	}
	args, list := in(nil, iris)
	known, err := db.reading(ctx).texts(`SELECT iri FROM comment WHERE iri IN `+list+`
		UNION SELECT iri FROM lookup WHERE iri IN `+list+` UNION SELECT iri FROM tombstone WHERE iri IN `+list, args...)
	if err != nil {
		return nil, wrap("look for notes", err)
	}
	seen := make(map[string]bool, len(known))
	for _, iri := range known {
		seen[iri] = true
	}
	var out []string
	for _, iri := range iris {
		if !seen[iri] {
			seen[iri] = true
			out = append(out, iri)
		}
	}
	return out, nil
}
