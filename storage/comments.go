package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"limelight/blog"
)

// commentSelect reads what commentFields takes.
const commentSelect = `SELECT ` + commentColumns + ` ` + commentTables

// arrivalSelect reads what Arrival has besides first.
const arrivalSelect = `SELECT p.title, p.published, COALESCE((SELECT k.iri FROM comment k WHERE k.id = c.parent), ''), ` +
	commentColumns + ` ` + commentTables

const commentColumns = `c.id, c.iri, c.url, c.post_id, p.slug, COALESCE(c.parent, 0), c.parent_iri, c.actor,
		c.html, c.text, c.raw, c.warning, c.language, c.visibility, c.state, c.source, c.published, c.edited, c.received, ` + commentReason + `, c.veil <> 0,
		` + actorColumns + `, c.author_name, c.author_url`

const commentTables = `FROM comment c JOIN post p ON p.id = c.post_id LEFT JOIN actor a ON a.iri = c.actor `

func commentFields(c *blog.Comment) []any {
	fields := append([]any{&c.ID, &c.IRI, &c.URL, &c.PostID, &c.PostSlug, &c.Parent, &c.ParentIRI, &c.Author.IRI,
		&c.HTML, &c.Text, &c.Raw, &c.Warning, &c.Language, &c.Visibility, &c.State, &c.Source,
		stamp{&c.Published}, stamp{&c.Edited}, stamp{&c.Received}, &c.Reason, &c.Veiled}, actorFields(&c.Author)...)
	return append(fields, orElse{&c.Author.Name}, orElse{&c.Author.URL}) // of one who has no account
}

// CommentFilter narrows Comments.
type CommentFilter struct {
	Post    string     // slug or UUID; empty means all posts
	OnPage  bool       // only what readers see, and the erased ones that have answers on the page
	Private bool       // also those of visibility followers and direct; without it they are left out
	State   blog.State // empty means all
	Limit   int        // 0 means all
	Offset  int
}

// keepsPlace holds for an erased comment below which something is on the page,
// however many erased ones lie between.
const keepsPlace = `c.state = 'erased' AND c.visibility IN ('public', 'unlisted', 'local') AND EXISTS (
	WITH RECURSIVE below (id, state, visibility) AS (
		SELECT k.id, k.state, k.visibility FROM comment k WHERE k.parent = c.id
		UNION SELECT k.id, k.state, k.visibility FROM comment k JOIN below b ON k.parent = b.id WHERE b.state = 'erased'
	) SELECT 1 FROM below WHERE state = 'shown' AND visibility IN ('public', 'unlisted', 'local'))`

// Comments in the order they were published, oldest first, with their authors.
// The author of an account that was deleted has only an IRI. ErrNotFound when
// f.Post names none.
func (db *DB) Comments(ctx context.Context, f CommentFilter) ([]blog.Comment, error) {
	t := db.reading(ctx)
	cond, args := `WHERE TRUE`, []any(nil)
	if f.Post != "" {
		p, err := findPost(t, f.Post)
		if err != nil {
			return nil, fmt.Errorf("list comments: %w", err)
		}
		args = append(args, p.ID)
		cond += ` AND c.post_id = $1`
	}
	switch {
	case f.OnPage:
		cond += ` AND (` + onPage + ` OR ` + keepsPlace + `)`
	case !f.Private:
		cond += ` AND c.visibility IN ('public', 'unlisted', 'local')`
	}
	if f.State != "" {
		args = append(args, string(f.State))
		cond += fmt.Sprintf(` AND c.state = $%d`, len(args))
	}
	cond += fmt.Sprintf(` ORDER BY c.published, c.id LIMIT $%d OFFSET $%d`, len(args)+1, len(args)+2)
	var out []blog.Comment
	err := t.each(func(rows *sql.Rows) error {
		var c blog.Comment
		err := rows.Scan(commentFields(&c)...)
		out = append(out, c)
		return err
	}, commentSelect+cond, append(args, limit(f.Limit), max(f.Offset, 0))...)
	if err == nil {
		err = t.attach(out)
	}
	if err != nil {
		return nil, fmt.Errorf("list comments: %w", err)
	}
	return out, nil
}

// Comment by local id; ErrNotFound.
func (db *DB) Comment(ctx context.Context, id int64) (blog.Comment, error) {
	c, err := findComment(db.reading(ctx), `WHERE c.id = $1`, id)
	return c, wrap("read a comment", err)
}

// CommentByIRI finds a comment by its object id, or else by its URL, of which
// the first wins; ErrNotFound.
func (db *DB) CommentByIRI(ctx context.Context, iri string) (blog.Comment, error) {
	if iri == "" {
		return blog.Comment{}, fmt.Errorf("read a comment: %w", ErrNotFound)
	}
	c, err := findComment(db.reading(ctx), `WHERE c.iri = $1 OR c.url = $1
		ORDER BY CASE WHEN c.iri = $1 THEN 0 ELSE 1 END, c.id LIMIT 1`, iri)
	return c, wrap("read a comment", err)
}

func findComment(t *tx, cond string, arg any) (blog.Comment, error) {
	var c blog.Comment
	err := t.row(commentSelect+cond, arg).Scan(commentFields(&c)...)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("comment %v: %w", arg, ErrNotFound)
	}
	return c, err
}

// OwnComments counts what the author said under posts for all to read, and
// tells when that was last; the zero time when it never was.
func (db *DB) OwnComments(ctx context.Context) (n int, newest time.Time, err error) {
	err = db.reading(ctx).row(`SELECT COUNT(*), COALESCE(MAX(published), 0) FROM comment
		WHERE source = 'own' AND state = 'shown' AND visibility IN ('public', 'unlisted')`).Scan(&n, stamp{&newest})
	return n, newest, wrap("count the author's comments", err)
}
