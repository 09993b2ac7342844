package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"limelight/blog"
)

// Follow records (or renews, with its new id) a follower and, in the same
// transaction, the Accept and its delivery to the actor's own inbox. A
// repeated Follow is accepted again; an Accept to the same actor that has not
// left yet is Replaced. False when the activity was seen before, the actor is
// blocked, or the Follow was taken back before it came.
func (db *DB) Follow(ctx context.Context, in Incoming, f blog.Follower) (bool, error) {
	if f.Actor.Inbox == "" {
		return false, fmt.Errorf("follow by %s: it has no inbox", f.Actor.IRI)
	}
	late := false
	ok, err := db.apply(ctx, in, func(t *tx) (err error) {
		if late, err = t.tookBack(f); late || err != nil {
			return err
		}
		return follow(t, f)
	})
	return ok && !late, wrap("follow by "+f.Actor.IRI, err)
}

// overtaking is how long an Undo may be ahead of its Follow.
const overtaking = time.Hour

// tookBack tells whether the Follow was undone before it came, and forgets it:
// Misskey follows again under the same id.
func (t *tx) tookBack(f blog.Follower) (bool, error) {
	if f.FollowID == "" {
		return false, nil
	}
	n, err := t.exec(`DELETE FROM tombstone WHERE actor = $1 AND iri = $2 AND at > $3`,
		f.Actor.IRI, f.FollowID, millis(t.now.Add(-overtaking)))
	return n > 0, err
}

func follow(t *tx, f blog.Follower) error {
	if err := t.refuseBlocked(f.Actor.IRI); err != nil {
		return err
	}
	if leaving, err := t.leaving(); err != nil || leaving {
		return cmp.Or(err, errNoEffect)
	}
	if err := t.meet(f.Actor); err != nil {
		return err
	}
	if f.Since.IsZero() {
		f.Since = t.now
	}
	_, err := t.exec(`INSERT INTO follower (actor, follow_id, since) VALUES ($1, $2, $3)
		ON CONFLICT (actor) DO UPDATE SET follow_id = excluded.follow_id`, f.Actor.IRI, f.FollowID, millis(f.Since))
	if err != nil {
		return err
	}
	// Whoever follows has an inbox that lives.
	if _, err := t.exec(`UPDATE actor SET gone = 0, follows = TRUE WHERE iri = $1`, f.Actor.IRI); err != nil {
		return err
	}
	_, err = t.exec(`UPDATE delivery SET state = 'replaced', next_try = 0, leased = FALSE, done = $1
		WHERE inbox = $2 AND state = 'pending' AND NOT (leased AND due > $1)
			AND EXISTS (SELECT 1 FROM activity a WHERE a.id = delivery.activity_id AND a.target = $3 AND a.type = 'Accept')`,
		millis(t.now), f.Actor.Inbox, f.Actor.IRI)
	if err != nil {
		return err
	}
	accept, err := t.act(blog.Activity{Type: "Accept", Object: blog.FollowObject, Ref: f.FollowID, Target: f.Actor.IRI})
	if err != nil {
		return err
	}
	return deliverTo(t, accept, f.Actor.Inbox)
}

// Unfollow removes the follower, the Accepts that were on their way to it and,
// when no other follower shares the inbox, the Creates and Updates too (a
// Delete is always sent). ok is false when it did not follow; a Follow with the
// id, unless that is empty, is then refused once should it come within the hour.
func (db *DB) Unfollow(ctx context.Context, in Incoming, followID string) (bool, error) {
	followed := false
	_, err := db.apply(ctx, in, func(t *tx) (err error) {
		if followed, err = t.unfollow(in.Actor); followed || followID == "" || err != nil {
			return err
		}
		return t.bury(in.Actor, followID)
	})
	return err == nil && followed, wrap("unfollow by "+in.Actor, err)
}

// unfollow removes the follower and what was on its way to it alone and is in
// nobody's hands.
func (t *tx) unfollow(actor string) (bool, error) {
	n, err := t.exec(`DELETE FROM follower WHERE actor = $1`, actor)
	if err != nil || n == 0 {
		return false, err
	}
	if _, err := t.exec(`UPDATE actor SET follows = FALSE WHERE iri = $1`, actor); err != nil {
		return false, err
	}
	inboxes, err := t.texts(`SELECT a.inbox FROM actor a WHERE a.iri = $1
		UNION SELECT a.delivery_inbox FROM actor a WHERE a.iri = $1`, actor)
	if err != nil {
		return false, err
	}
	for _, inbox := range inboxes {
		_, err := t.exec(`DELETE FROM delivery WHERE inbox = $1 AND state = 'pending' AND NOT (leased AND due > $2)
			AND EXISTS (SELECT 1 FROM activity a WHERE a.id = delivery.activity_id AND (a.target = $3
				OR a.target = '' AND a.type <> 'Delete' AND NOT EXISTS (
					SELECT 1 FROM actor b WHERE b.follows AND b.delivery_inbox = $1)))`,
			inbox, millis(t.now), actor)
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// Followers in the order they came. n 0 means all.
func (db *DB) Followers(ctx context.Context, n, offset int) ([]blog.Follower, error) {
	var out []blog.Follower
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var f blog.Follower
		err := rows.Scan(append([]any{&f.Actor.IRI, &f.FollowID, stamp{&f.Since}}, actorFields(&f.Actor)...)...)
		out = append(out, f)
		return err
	}, `SELECT f.actor, f.follow_id, f.since, `+actorColumns+` FROM follower f JOIN actor a ON a.iri = f.actor
		ORDER BY f.since, f.actor LIMIT $1 OFFSET $2`, limit(n), max(offset, 0))
	return out, wrap("list followers", err)
}

// CountFollowers counts them.
func (db *DB) CountFollowers(ctx context.Context) (int, error) {
	var n int
	err := db.reading(ctx).row(`SELECT COUNT(*) FROM follower`).Scan(&n)
	return n, wrap("count followers", err)
}

// FollowID is the id of the actor's latest Follow, empty when it does not
// follow.
func (db *DB) FollowID(ctx context.Context, actor string) (string, error) {
	ids, err := db.reading(ctx).texts(`SELECT follow_id FROM follower WHERE actor = $1`, actor)
	if err != nil || len(ids) == 0 {
		return "", wrap("look for a follower", err)
	}
	return ids[0], nil
}

// Follows tells whether the actor is a follower.
func (db *DB) Follows(ctx context.Context, actor string) (bool, error) {
	ok, err := db.reading(ctx).exists(`SELECT 1 FROM follower WHERE actor = $1`, actor)
	return ok, wrap("look for a follower", err)
}

// MoveFollower has the account that a follower moved to follow in its place,
// in which a Follow of its own takes over later. False when the activity was
// seen before, from did not follow, or to is blocked. The caller has made sure
// that to says it was from (alsoKnownAs).
func (db *DB) MoveFollower(ctx context.Context, in Incoming, from string, to blog.Actor) (bool, error) {
	if to.Inbox == "" {
		return false, fmt.Errorf("move the follower %s: its new account has no inbox", from)
	}
	ok, err := db.apply(ctx, in, func(t *tx) error {
		if err := t.refuseBlocked(to.IRI); err != nil {
			return err
		}
		if followed, err := t.unfollow(from); err != nil || !followed {
			return cmp.Or(err, errNoEffect)
		}
		if err := t.meet(to); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO follower (actor, follow_id, since) VALUES ($1, '', $2)
			ON CONFLICT (actor) DO NOTHING`, to.IRI, millis(t.now))
		if err == nil {
			_, err = t.exec(`UPDATE actor SET follows = TRUE WHERE iri = $1`, to.IRI)
		}
		return err
	})
	return ok, wrap("move the follower "+from, err)
}
