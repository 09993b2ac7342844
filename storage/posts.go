package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"limelight/blog"
)

// PostFilter narrows Posts. The zero value asks for everything, newest first.
type PostFilter struct {
	Listed    bool   // only Published posts of visibility Public or Local: pages, feeds
	Federated bool   // only Published posts of visibility Public or Unlisted: outbox (combine with Listed for public ones alone)
	Tag       string // a tag's slug
	Pinned    bool
	Before    Place // only posts that stand after it in the list, which are older
	After     Place // only those that stand before it, the nearest first
	Limit     int   // 0 means all
	Offset    int
}

// Place is where a post stands in the order of their dates. The zero value is
// nowhere.
type Place struct {
	Published time.Time
	ID        string // breaks ties
}

const (
	isListed    = `p.status = 'published' AND p.visibility IN ('public', 'local')`
	isFederated = `p.status = 'published' AND p.visibility IN ('public', 'unlisted')`
)

// where is the filter as a condition on a post named p.
func (f PostFilter) where() (string, []any) {
	var args []any
	var cond string
	switch {
	case f.Listed && f.Federated:
		cond = `p.status = 'published' AND p.visibility = 'public'`
	case f.Listed:
		cond = isListed
	case f.Federated:
		cond = isFederated
	default: // alone, lest SQLite takes the index of slugs that are not deleted, and sorts
		cond = `p.status <> 'deleted'`
	}
	if f.Pinned {
		cond += ` AND p.pinned`
	}
	if f.Tag != "" {
		args = append(args, f.Tag)
		cond += ` AND p.id IN (SELECT post_id FROM post_tag WHERE slug = $1)`
	}
	if f.Before != (Place{}) {
		args = append(args, millis(f.Before.Published), f.Before.ID)
		cond += fmt.Sprintf(` AND (p.published, p.id) < ($%d, $%d)`, len(args)-1, len(args))
	}
	if f.After != (Place{}) {
		args = append(args, millis(f.After.Published), f.After.ID)
		cond += fmt.Sprintf(` AND (p.published, p.id) > ($%d, $%d)`, len(args)-1, len(args))
	}
	return cond, args
}

// Posts returns posts that are not deleted, newest Published first (id breaks
// ties) unless f.After asks for the other way round, with their tags.
func (db *DB) Posts(ctx context.Context, f PostFilter) ([]blog.Post, error) {
	cond, args := f.where()
	order := `p.published DESC, p.id DESC`
	if f.After != (Place{}) {
		order = `p.published, p.id`
	}
	page := fmt.Sprintf(` ORDER BY %s LIMIT $%d OFFSET $%d`, order, len(args)+1, len(args)+2)
	posts, err := selectPosts(db.reading(ctx), `SELECT `+postColumns+` FROM post p WHERE `+cond+page,
		append(args, limit(f.Limit), max(f.Offset, 0))...)
	if err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	return posts, nil
}

// CountPosts counts what Posts would return without Limit and Offset.
func (db *DB) CountPosts(ctx context.Context, f PostFilter) (int, error) {
	cond, args := f.where()
	var n int
	if err := db.reading(ctx).row(`SELECT COUNT(*) FROM post p WHERE `+cond, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count posts: %w", err)
	}
	return n, nil
}

// Post returns the post with the slug, or the UUID. ErrNotFound, or ErrDeleted
// together with a Post that has only ID, Slug, Status, Published and Updated
// (the time of deletion).
func (db *DB) Post(ctx context.Context, slugOrID string) (blog.Post, error) {
	p, err := findPost(db.reading(ctx), slugOrID)
	if err != nil {
		return blog.Post{}, fmt.Errorf("read a post: %w", err)
	}
	if p.Status == blog.Deleted {
		return gravestone(p), fmt.Errorf("post %q: %w", slugOrID, ErrDeleted)
	}
	return p, nil
}

// PostHead is Post without what there is to read: ID, Slug, Status, Visibility,
// Comments, Published and Updated alone. What comes to the inbox asks for no
// more, and a post's text may be a megabyte.
func (db *DB) PostHead(ctx context.Context, slugOrID string) (blog.Post, error) {
	t := db.reading(ctx)
	p, err := postHead(t, `WHERE p.id = $1`, slugOrID) // as what is answered is called; no other way is as fast
	if errors.Is(err, sql.ErrNoRows) {
		p, err = postHead(t, named, slugOrID)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return blog.Post{}, fmt.Errorf("post %q: %w", slugOrID, ErrNotFound)
	case err != nil:
		return blog.Post{}, fmt.Errorf("read a post's head: %w", err)
	case p.Status == blog.Deleted:
		return gravestone(p), fmt.Errorf("post %q: %w", slugOrID, ErrDeleted)
	}
	return p, nil
}

func postHead(t *tx, which, name string) (p blog.Post, err error) {
	err = t.row(`SELECT p.id, p.slug, p.status, p.visibility, p.comment_policy, p.published, p.updated FROM post p `+which, name).
		Scan(&p.ID, &p.Slug, &p.Status, &p.Visibility, &p.Comments, stamp{&p.Published}, stamp{&p.Updated})
	return p, err
}

// gravestone is what may be told of a deleted post.
func gravestone(p blog.Post) blog.Post {
	return blog.Post{ID: p.ID, Slug: p.Slug, Status: p.Status, Published: p.Published, Updated: p.Updated}
}

// Neighbours are the posts published just before and after p among the listed
// ones; nil at the ends.
func (db *DB) Neighbours(ctx context.Context, p blog.Post) (older, newer *blog.Post, err error) {
	t := db.reading(ctx)
	if older, err = neighbour(t, p, `(p.published, p.id) < ($1, $2) ORDER BY p.published DESC, p.id DESC`); err == nil {
		newer, err = neighbour(t, p, `(p.published, p.id) > ($1, $2) ORDER BY p.published, p.id`)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find the posts beside %s: %w", p.Slug, err)
	}
	return older, newer, nil
}

func neighbour(t *tx, p blog.Post, side string) (*blog.Post, error) {
	posts, err := selectPosts(t, `SELECT `+postColumns+` FROM post p WHERE `+isListed+` AND `+side+` LIMIT 1`,
		millis(p.Published), p.ID)
	if err != nil || len(posts) == 0 {
		return nil, err
	}
	return &posts[0], nil
}

// TagName is the tag's name as last written; ErrNotFound when no listed post has it.
func (db *DB) TagName(ctx context.Context, slug string) (string, error) {
	var name string
	err := db.reading(ctx).row(`SELECT g.name FROM post_tag g JOIN post p ON p.id = g.post_id
		WHERE g.slug = $1 AND `+isListed+` ORDER BY p.updated DESC, p.id DESC LIMIT 1`, slug).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("tag %q: %w", slug, ErrNotFound)
	}
	if err != nil {
		return "", fmt.Errorf("read a tag: %w", err)
	}
	return name, nil
}

// TopTags are the up to n tags that most public posts have, each with its name
// as last written.
func (db *DB) TopTags(ctx context.Context, n int) ([]blog.Tag, error) {
	var out []blog.Tag
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var tag blog.Tag
		var posts int
		err := rows.Scan(&tag.Slug, &posts, &tag.Name)
		out = append(out, tag)
		return err
	}, `SELECT g.slug, COUNT(*) AS posts, (SELECT m.name FROM post_tag m JOIN post p ON p.id = m.post_id
			WHERE m.slug = g.slug AND `+isListed+` AND `+isFederated+` ORDER BY p.updated DESC, p.id DESC LIMIT 1) AS name
		FROM post_tag g JOIN post p ON p.id = g.post_id WHERE `+isListed+` AND `+isFederated+`
		GROUP BY g.slug ORDER BY posts DESC, g.slug LIMIT $1`, n)
	return out, wrap("count tags", err)
}
