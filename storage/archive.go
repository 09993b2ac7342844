package storage

import (
	"context"
	"database/sql"

	"limelight/blog"
)

// Archive returns the n newest listed posts, newest first, with what a list of
// titles and dates needs: Slug, Title, Summary, Sensitive, Published, Updated,
// and HTML where there is no title.
func (db *DB) Archive(ctx context.Context, n int) ([]blog.Post, error) {
	var out []blog.Post
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var p blog.Post
		err := rows.Scan(&p.Slug, &p.Title, &p.Summary, &p.Sensitive, stamp{&p.Published}, stamp{&p.Updated}, &p.HTML)
		out = append(out, p)
		return err
	}, `SELECT p.slug, p.title, p.summary, p.sensitive, p.published, p.updated, CASE WHEN p.title = '' THEN p.html ELSE '' END
		FROM post p WHERE `+isListed+` ORDER BY p.published DESC, p.id DESC LIMIT $1`, limit(n))
	return out, wrap("list the archive", err)
}
