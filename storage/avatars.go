package storage

import (
	"bytes"
	"context"
	"database/sql"
	"time"

	"limelight/blog"
)

const (
	avatarAge   = 30 * 24 * time.Hour // after which a picture is fetched again
	avatarPause = 24 * time.Hour      // after a failed try

	// facesPerPost bounds whose pictures are fetched for having liked or boosted:
	// while a post has no more of either. A page shows the first few.
	facesPerPost = 50
)

// AvatarsDue are actors with a comment on a page, or among the first who liked or
// boosted a post, whose picture is still to be
// fetched, or fetched again since it is 30 days old, the longest due first.
func (db *DB) AvatarsDue(ctx context.Context, n int) ([]blog.Actor, error) {
	t := db.reading(ctx)
	var out []blog.Actor
	err := t.each(func(rows *sql.Rows) error {
		var a blog.Actor
		err := rows.Scan(append([]any{&a.IRI}, actorFields(&a)...)...)
		out = append(out, a)
		return err
	}, `SELECT a.iri, `+actorColumns+` FROM actor a WHERE a.avatar_url <> '' AND a.avatar_due <= $1
			AND (EXISTS (SELECT 1 FROM comment c WHERE c.actor = a.iri AND `+onPage+`)
				OR EXISTS (SELECT 1 FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.actor = a.iri
					AND (r.type = 'like' AND p.like_count <= $3 OR r.type = 'boost' AND p.boost_count <= $3)))
		ORDER BY a.avatar_due, a.iri LIMIT $2`, millis(t.now), limit(n), facesPerPost)
	return out, wrap("list the avatars due", err)
}

// SaveAvatar stores our copy of an actor's picture under name (a plain file
// name from the content's hash). An empty name after a failed try puts the
// next one off for a day and keeps the old picture. ErrNotFound when the actor
// is not known any more.
func (db *DB) SaveAvatar(ctx context.Context, actor, name string, data []byte) error {
	if name != "" {
		if err := db.saveFile(ctx, avatarShelf, name, int64(len(data)), bytes.NewReader(data)); err != nil {
			return wrap("save an avatar", err)
		}
	}
	err := db.write(ctx, func(t *tx) error {
		a, err := findActor(t, actor)
		if err != nil {
			return err
		}
		due := t.now.Add(avatarAge)
		if name == "" {
			name, due = a.Avatar, t.now.Add(avatarPause)
		}
		_, err = t.exec(`UPDATE actor SET avatar = $2, avatar_due = $3 WHERE iri = $1`, actor, name, millis(due))
		if err != nil || name == a.Avatar {
			return err
		}
		return t.reviseTalkOf(actor)
	})
	return wrap("save an avatar", err)
}

// sweepAvatars removes pictures that no actor and no comment has any more. Young files are
// left, since their rows may be on the way.
func (db *DB) sweepAvatars(ctx context.Context, now time.Time) error {
	names, err := db.reading(ctx).texts(avatarsNamed)
	if err != nil {
		return err
	}
	used := make(map[string]bool, len(names))
	for _, name := range names {
		used[name] = true
	}
	return db.files.list(ctx, avatarShelf, func(f storedFile) error {
		if used[f.name] || now.Sub(f.changed) < avatarPause {
			return nil
		}
		return db.files.remove(ctx, avatarShelf, f.name)
	})
}
