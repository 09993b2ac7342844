package storage

import (
	"context"
	"database/sql"
	"errors"

	"limelight/blog"
)

// FindMention ends the search for somebody: it is who, called name by its own
// server. The post links it from now on and, when the post was announced, goes
// to it, in the same transaction: its Create unless the inbox had that already,
// else its latest Update. Somebody who is blocked counts as unknown.
func (db *DB) FindMention(ctx context.Context, m blog.SoughtMention, name string, who blog.Actor) error {
	err := db.write(ctx, func(t *tx) error {
		blocked, err := isBlocked(t, who.IRI)
		if err != nil {
			return err
		}
		if blocked {
			return loseMention(t, m)
		}
		if err := t.meet(who); err != nil {
			return err
		}
		n, err := t.exec(`UPDATE mention SET state = 'found', actor = $3, name = $4, tries = tries + 1
			WHERE post_id = $1 AND handle = $2 AND state = 'sought'`, m.PostID, m.Handle, who.IRI, name)
		if err != nil || n == 0 {
			return err
		}
		if err := t.revisePost(m.PostID); err != nil {
			return err
		}
		if err := callOn(t, m.PostID, who.IRI); err != nil {
			return err
		}
		return letGo(t, m.PostID)
	})
	return wrap("settle a mention", err)
}

// revisePost gives a post another revision: its page looks different, and so
// may lists and feeds.
func (t *tx) revisePost(id string) error {
	n, err := t.reviseBlog()
	if err == nil {
		_, err = t.exec(`UPDATE post SET revision = $2 WHERE id = $1`, id, n)
	}
	if err != nil {
		return err
	}
	p, err := findPost(t, id)
	if err != nil {
		return err
	}
	return t.postChanged(n, &p)
}

// callOn writes the delivery of an announced post to somebody it mentions. It
// is due at once, or when letGo says so.
func callOn(t *tx, postID, actor string) error {
	out, err := t.exists(`SELECT 1 FROM post p WHERE p.id = $1 AND p.announced AND `+isFederated, postID)
	if err != nil || !out {
		return err
	}
	for _, kind := range []string{"Create", "Update"} {
		var a blog.Activity
		err := t.row(`SELECT `+activityColumns+` FROM activity a WHERE a.ref = $1 AND a.object_type = 'post' AND a.type = $2
			ORDER BY a.created DESC, a.id DESC LIMIT 1`, postID, kind).Scan(activityFields(&a)...)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		n, err := fanOut(t, a, insertDeliveries+`(SELECT a.delivery_inbox AS inbox, a.delivery_host AS host
			FROM actor a WHERE a.iri = $5 AND a.gone <= $4) x WHERE x.inbox <> ''`+onceEach, actor)
		if err != nil || n > 0 {
			return errors.Join(err, holdBack(t, postID))
		}
	}
	return nil
}
