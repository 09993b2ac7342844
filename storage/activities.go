package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"limelight/blog"
)

// activityColumns are what scanActivity reads, of an activity named a.
const activityColumns = `a.id, a.type, a.object_type, a.ref, a.target, a.created`

func activityFields(a *blog.Activity) []any {
	return []any{&a.ID, &a.Type, &a.Object, &a.Ref, &a.Target, stamp{&a.Created}}
}

// Activity by UUID; ErrNotFound.
func (db *DB) Activity(ctx context.Context, id string) (blog.Activity, error) {
	var a blog.Activity
	err := db.reading(ctx).row(`SELECT `+activityColumns+` FROM activity a WHERE a.id = $1`, id).Scan(activityFields(&a)...)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf("activity %q: %w", id, ErrNotFound)
	}
	if err != nil {
		return a, fmt.Errorf("read an activity: %w", err)
	}
	return a, nil
}

// OutboxActivities are the Creates of public, federated posts, the post with
// the newest date first (a CROSS JOIN keeps SQLite from beginning with all
// activities). CountPosts with Listed and Federated counts them.
func (db *DB) OutboxActivities(ctx context.Context, n, offset int) ([]blog.Activity, error) {
	var out []blog.Activity
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var a blog.Activity
		err := rows.Scan(activityFields(&a)...)
		out = append(out, a)
		return err
	}, `SELECT `+activityColumns+` FROM post p CROSS JOIN activity a
		WHERE a.ref = p.id AND a.type = 'Create' AND a.object_type = 'post' AND p.status = 'published' AND p.visibility = 'public'
		ORDER BY p.published DESC, p.id DESC LIMIT $1 OFFSET $2`, limit(n), max(offset, 0))
	if err != nil {
		return nil, fmt.Errorf("list the outbox: %w", err)
	}
	return out, nil
}

// act writes a new activity.
func (t *tx) act(a blog.Activity) (blog.Activity, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return a, err
	}
	a.ID, a.Created = id.String(), t.now
	_, err = t.exec(`INSERT INTO activity (id, type, object_type, ref, target, created) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, a.Type, string(a.Object), a.Ref, a.Target, millis(a.Created))
	return a, err
}

// createOf is the Create of a post, written now when there is none.
func createOf(t *tx, postID string) (blog.Activity, error) {
	var a blog.Activity
	err := t.row(`SELECT `+activityColumns+` FROM activity a WHERE a.ref = $1 AND a.type = 'Create' AND a.object_type = 'post' LIMIT 1`,
		postID).Scan(activityFields(&a)...)
	if errors.Is(err, sql.ErrNoRows) {
		return t.act(blog.Activity{Type: "Create", Object: blog.PostObject, Ref: postID})
	}
	return a, err
}

// objectOf names what an activity is about, in delivery.object.
func objectOf(a blog.Activity) string {
	switch a.Object {
	case blog.ActorObject:
		return string(a.Object) // there is one; Ref is a detail
	case blog.RelayObject:
		return string(a.Object) + " " + a.Target // an Undo comes after its Follow
	}
	return string(a.Object) + " " + a.Ref
}

// wrap says what was being done, when it failed.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
