package storage

import (
	"context"
	"fmt"
	"time"

	"limelight/blog"
)

// Unpublish deletes the post with the slug (or UUID): text, source and media
// references are cleared, id and slug stay for 410; a Delete goes to everyone
// who may know it, and what was still on its way there is Replaced. ErrNotFound
// when there is none; it is also ErrDeleted when there was one. Returns the
// post as it was, Status and Updated apart, and the number of deliveries.
func (db *DB) Unpublish(ctx context.Context, slugOrID string) (blog.Post, int, error) {
	var (
		p          blog.Post
		deliveries int
	)
	err := db.write(ctx, func(t *tx) (err error) {
		p, deliveries, err = unpublish(t, slugOrID)
		return err
	})
	if err != nil {
		return blog.Post{}, 0, fmt.Errorf("unpublish: %w", err)
	}
	return p, deliveries, nil
}

func unpublish(t *tx, slugOrID string) (blog.Post, int, error) {
	if err := t.lockPosts(); err != nil {
		return blog.Post{}, 0, err
	}
	p, err := findPost(t, slugOrID)
	if err != nil {
		return p, 0, err
	}
	if p.Status == blog.Deleted {
		return p, 0, fmt.Errorf("post %q: %w: %w", slugOrID, ErrNotFound, ErrDeleted)
	}
	was := p
	p.Status = blog.Deleted
	p.Updated = latest(t.now, p.Updated.Add(time.Millisecond))
	if p.Revision, err = t.reviseBlog(); err != nil {
		return p, 0, err
	}
	if err := t.postChanged(p.Revision, &was); err != nil {
		return p, 0, err
	}
	bare := gravestone(p)
	bare.Visibility, bare.Announced, bare.Revision = p.Visibility, p.Announced, p.Revision
	if err := putPost(t, &bare, ""); err != nil {
		return p, 0, err
	}
	if err := t.unuse(&was, &bare); err != nil {
		return p, 0, err
	}
	if _, err := t.exec(`DELETE FROM search WHERE post_id = $1`, p.ID); err != nil {
		return p, 0, err
	}
	if _, err := t.exec(`DELETE FROM walk WHERE post_id = $1`, p.ID); err != nil {
		return p, 0, err
	}
	// A Create is written as soon as a post federates, announced or not.
	federated, err := t.exists(`SELECT 1 FROM activity WHERE ref = $1 AND type = 'Create' LIMIT 1`, p.ID)
	if err != nil || !federated {
		return p, 0, err
	}
	n, err := deliverDelete(t, p.ID)
	return p, n, err
}
