package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"limelight/blog"
)

// React records a like, boost or emoji once per actor, post and type, and
// counts it. The same again returns false, but its activity's id (and emoji)
// is the one that counts from then on. False also when the activity was seen
// before, taken back before it came, when the actor is blocked or the post is
// not published. ErrNotFound when there never was such a post.
func (db *DB) React(ctx context.Context, in Incoming, r blog.Reaction) (bool, error) {
	if !slices.Contains([]blog.ReactionType{blog.Like, blog.Boost, blog.Emoji}, r.Type) {
		return false, fmt.Errorf("react to a post: there is no type %q", r.Type)
	}
	added := false
	_, err := db.apply(ctx, in, func(t *tx) (err error) {
		added, err = react(t, r)
		return err
	})
	return err == nil && added, wrap("react to a post", err)
}

func react(t *tx, r blog.Reaction) (bool, error) {
	if err := t.refuseBlocked(r.Actor.IRI); err != nil {
		return false, err
	}
	if err := t.refuseBuried(r.Actor.IRI, r.IRI); err != nil {
		return false, err
	}
	if err := place(t, &blog.Comment{PostID: r.PostID}); err != nil {
		return false, err
	}
	if err := t.meet(r.Actor); err != nil {
		return false, err
	}
	if r.At.IsZero() || r.At.After(t.now) {
		r.At = t.now
	}
	n, err := t.exec(`INSERT INTO reaction (type, iri, post_id, actor, emoji, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (post_id, actor, type) DO NOTHING`, string(r.Type), r.IRI, r.PostID, r.Actor.IRI, r.Emoji, millis(r.At))
	if err != nil {
		return false, err
	}
	if n == 0 {
		_, err := t.exec(`UPDATE reaction SET iri = $4, emoji = $5 WHERE post_id = $1 AND actor = $2 AND type = $3`,
			r.PostID, r.Actor.IRI, string(r.Type), r.IRI, r.Emoji)
		return false, err
	}
	t.count(r.PostID, reactionCounts[r.Type])
	return true, nil
}

// Unreact undoes a reaction of r.Actor (in.Actor when that is unset), named by
// post and type or, with an empty PostID, by the IRI of the activity. False
// when there is none; its IRI is then remembered for 30 days, so that a
// reaction that comes after its Undo is refused.
func (db *DB) Unreact(ctx context.Context, in Incoming, r blog.Reaction) (bool, error) {
	if r.Actor.IRI == "" {
		r.Actor.IRI = in.Actor
	}
	removed := false
	_, err := db.apply(ctx, in, func(t *tx) (err error) {
		removed, err = unreact(t, r)
		return err
	})
	return err == nil && removed, wrap("take a reaction back", err)
}

func unreact(t *tx, r blog.Reaction) (bool, error) {
	query, args := `DELETE FROM reaction WHERE actor = $1 AND iri = $2 RETURNING post_id, type`, []any{r.Actor.IRI, r.IRI}
	if r.PostID != "" {
		query, args = `DELETE FROM reaction WHERE actor = $1 AND post_id = $2 AND type = $3 RETURNING post_id, type`,
			[]any{r.Actor.IRI, r.PostID, string(r.Type)}
	}
	var removed []blog.Reaction
	err := t.each(func(rows *sql.Rows) error {
		var r blog.Reaction
		err := rows.Scan(&r.PostID, &r.Type)
		removed = append(removed, r)
		return err
	}, query, args...)
	for _, gone := range removed {
		t.countBy(gone.PostID, reactionCounts[gone.Type], -1)
	}
	switch {
	case err != nil:
		return false, err
	case len(removed) > 0:
		return true, nil
	case r.IRI == "":
		return false, errNoEffect
	}
	return false, t.bury(r.Actor.IRI, r.IRI)
}

// Reactions on a post (slug or UUID; empty means all), oldest first; typ empty
// means all types, n 0 no limit. ErrNotFound when post names none.
func (db *DB) Reactions(ctx context.Context, post string, typ blog.ReactionType, n, offset int) ([]blog.Reaction, error) {
	t := db.reading(ctx)
	cond, args := `TRUE`, []any{limit(n), max(offset, 0)}
	if post != "" {
		p, err := findPost(t, post)
		if err != nil {
			return nil, fmt.Errorf("list reactions: %w", err)
		}
		args = append(args, p.ID)
		cond += fmt.Sprintf(` AND r.post_id = $%d`, len(args))
	}
	if typ != "" {
		args = append(args, string(typ))
		cond += fmt.Sprintf(` AND r.type = $%d`, len(args))
	}
	var out []blog.Reaction
	err := t.each(func(rows *sql.Rows) error {
		var r blog.Reaction
		fields := []any{&r.ID, &r.Type, &r.IRI, &r.PostID, &r.PostSlug, &r.Actor.IRI, &r.Emoji, stamp{&r.At}}
		err := rows.Scan(append(fields, actorFields(&r.Actor)...)...)
		out = append(out, r)
		return err
	}, `SELECT r.id, r.type, r.iri, r.post_id, p.slug, r.actor, r.emoji, r.at, `+actorColumns+`
		FROM reaction r JOIN post p ON p.id = r.post_id JOIN actor a ON a.iri = r.actor
		WHERE `+cond+` ORDER BY r.at, r.id LIMIT $1 OFFSET $2`, args...)
	if err != nil {
		return nil, fmt.Errorf("list reactions: %w", err)
	}
	return out, nil
}
