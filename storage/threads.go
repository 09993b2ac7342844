package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"limelight/blog"
)

// maxTalk bounds how many comments one page of threads reads, however long a
// single thread is.
const maxTalk = 2000

// Threads is a page of the talk under a post.
type Threads struct {
	Comments []blog.Comment // whole threads, all comments oldest first; the erased ones that keep a place too
	Earlier  int64          // the after of the page before; 0 for the first page. Says nothing on that one
	Later    int64          // the after of the next page; 0 at the end
	Cut      bool           // whether the page's threads have more comments than are read
}

// livesBelow holds for a comment below which something is on the page.
const livesBelow = `EXISTS (
	WITH RECURSIVE below (id, state, visibility) AS (
		SELECT k.id, k.state, k.visibility FROM comment k WHERE k.parent = c.id
		UNION SELECT k.id, k.state, k.visibility FROM comment k JOIN below b ON k.parent = b.id
	) SELECT 1 FROM below WHERE state = 'shown' AND visibility IN ('public', 'unlisted', 'local'))`

// isRoot holds for a comment of the post $1 with which a thread of its page
// begins, though it may not be on the page itself.
const isRoot = `c.post_id = $1 AND c.parent IS NULL AND (` + onPage + ` OR ` + livesBelow + `)`

// Threads returns n threads of what readers see under a post (its UUID), in the
// order they were begun: the first ones, or those that begin after the comment
// with the local id after, which is 0 or begins one itself, else ErrNotFound. A
// thread stays whole, so pages do not depend on how it grows.
func (db *DB) Threads(ctx context.Context, postID string, after int64, n int) (Threads, error) {
	out, err := threads(db.reading(ctx), postID, after, n)
	return out, wrap("read the threads", err)
}

func threads(t *tx, postID string, after int64, n int) (out Threads, err error) {
	var since int64 = -1 << 62
	if after != 0 {
		err := t.row(`SELECT c.published FROM comment c WHERE c.id = $2 AND `+isRoot, postID, after).Scan(&since)
		if errors.Is(err, sql.ErrNoRows) {
			return out, fmt.Errorf("a thread that begins with comment %d: %w", after, ErrNotFound)
		}
		if err != nil {
			return out, err
		}
		if out.Earlier, err = earlierThreads(t, postID, since, after, n); err != nil {
			return out, err
		}
	}
	last, more, err := lastThread(t, postID, since, after, n)
	if err != nil || last.id == 0 {
		return out, err
	}
	if more {
		out.Later = last.id
	}
	err = t.each(func(rows *sql.Rows) error {
		var c blog.Comment
		err := rows.Scan(commentFields(&c)...)
		out.Comments = append(out.Comments, c)
		return err
	}, `WITH RECURSIVE thread (id) AS (
			SELECT r.id FROM comment r WHERE r.post_id = $1 AND r.parent IS NULL
				AND (r.published, r.id) > ($2, $3) AND (r.published, r.id) <= ($4, $5)
			UNION SELECT k.id FROM comment k JOIN thread h ON k.parent = h.id
		) `+commentSelect+`WHERE c.id IN (SELECT id FROM thread) AND (`+onPage+` OR `+keepsPlace+`)
		ORDER BY c.published, c.id LIMIT $6`, postID, since, after, last.published, last.id, maxTalk+1)
	if out.Cut = len(out.Comments) > maxTalk; out.Cut {
		out.Comments = out.Comments[:maxTalk]
	}
	if err == nil {
		err = t.attach(out.Comments)
	}
	return out, err
}

// root is where a thread stands in their order.
type root struct{ published, id int64 }

// lastThread is the n-th root after a place, or the last there is, and whether
// there are more.
func lastThread(t *tx, postID string, since, after int64, n int) (last root, more bool, err error) {
	seen := 0
	err = t.each(func(rows *sql.Rows) error {
		if seen++; seen > n {
			more = true
			return nil
		}
		return rows.Scan(&last.published, &last.id)
	}, `SELECT c.published, c.id FROM comment c WHERE `+isRoot+` AND (c.published, c.id) > ($2, $3)
		ORDER BY c.published, c.id LIMIT $4`, postID, since, after, n+1)
	return last, more, err
}

// earlierThreads is the after of the page before the one after the given root.
func earlierThreads(t *tx, postID string, since, after int64, n int) (id int64, err error) {
	err = t.row(`SELECT c.id FROM comment c WHERE `+isRoot+` AND (c.published, c.id) <= ($2, $3)
		ORDER BY c.published DESC, c.id DESC LIMIT 1 OFFSET $4`, postID, since, after, n).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}
