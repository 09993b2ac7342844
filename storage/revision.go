package storage

import (
	"context"
	"fmt"
	"time"
)

// Revision numbers come from one growing counter.
type Revision struct {
	N  int64
	At time.Time // when it was taken; Last-Modified. It never goes back
}

// Revisions: Blog moves when any list, feed or page of posts may look
// different (post published, edited, deleted, a tag renamed...), Comments when
// a shown comment, a count or an avatar does. Read them before the rows when a
// cache is filled.
type Revisions struct{ Blog, Comments Revision }

// Revisions returns both, committed by whichever process.
func (db *DB) Revisions(ctx context.Context) (Revisions, error) {
	var r Revisions
	err := db.reading(ctx).row(`SELECT blog, blog_at, comments, comments_at FROM revision`).
		Scan(&r.Blog.N, stamp{&r.Blog.At}, &r.Comments.N, stamp{&r.Comments.At})
	if err != nil {
		return Revisions{}, fmt.Errorf("read the revisions: %w", err)
	}
	return r, nil
}

// reviseBlog takes a new number because a post changed.
func (t *tx) reviseBlog() (n int64, err error) {
	err = t.row(`UPDATE revision SET n = n + 1, blog = n + 1,
			blog_at = CASE WHEN blog_at > $1 THEN blog_at ELSE $1 END
		RETURNING n`, millis(t.now)).Scan(&n)
	return n, err
}

// reviseComments takes a new number because the talk under a post changed.
func (t *tx) reviseComments() (n int64, err error) {
	err = t.row(`UPDATE revision SET n = n + 1, comments = n + 1,
			comments_at = CASE WHEN comments_at > $1 THEN comments_at ELSE $1 END
		RETURNING n`, millis(t.now)).Scan(&n)
	return n, err
}
