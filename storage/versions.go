package storage

import (
	"context"
	"database/sql"

	"limelight/blog"
)

// maxVersions of a comment are kept, the latest.
const maxVersions = 20

// keepVersion remembers what a comment says before it is edited.
func (t *tx) keepVersion(old blog.Comment) error {
	_, err := t.exec(`INSERT INTO comment_version (comment_id, since, text, warning) VALUES ($1, $2, $3, $4)
		ON CONFLICT (comment_id, since) DO NOTHING`, old.ID, millis(latest(old.Published, old.Edited)), old.Text, old.Warning)
	if err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM comment_version WHERE comment_id = $1 AND since NOT IN (
		SELECT since FROM comment_version WHERE comment_id = $1 ORDER BY since DESC LIMIT $2)`, old.ID, maxVersions)
	return err
}

// CommentVersions are what a comment said before it was edited, the oldest
// first; what it says now is not among them. ErrNotFound.
func (db *DB) CommentVersions(ctx context.Context, id int64) ([]blog.Version, error) {
	t := db.reading(ctx)
	if _, err := findComment(t, `WHERE c.id = $1`, id); err != nil {
		return nil, wrap("list versions", err)
	}
	var out []blog.Version
	err := t.each(func(rows *sql.Rows) error {
		var v blog.Version
		err := rows.Scan(stamp{&v.Since}, &v.Text, &v.Warning)
		out = append(out, v)
		return err
	}, `SELECT since, text, warning FROM comment_version WHERE comment_id = $1 ORDER BY since`, id)
	return out, wrap("list versions", err)
}
