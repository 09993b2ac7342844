package storage

import (
	"strings"
	"time"

	"limelight/blog"
)

// inboxRest is how long an inbox that answered 404 or 410 is left out, unless
// its actor is fetched anew or follows again before.
const inboxRest = 7 * 24 * time.Hour

// The inboxes an activity about a post goes to: $1 is the activity, $2 its
// object, $3 now, $4 the time before which a gone inbox is tried again, $5
// the post. A UNION leaves each inbox once.
const (
	// The recursion steps through the index from one inbox to the next, so that a
	// server costs the same whether one or a hundred thousand follow from there.
	toFollowers = `SELECT f.inbox, (SELECT a.delivery_host FROM actor a WHERE a.follows AND a.delivery_inbox = f.inbox LIMIT 1) AS host
		FROM (WITH RECURSIVE each_inbox (inbox) AS (
				SELECT MIN(delivery_inbox) FROM actor WHERE follows
				UNION ALL SELECT (SELECT MIN(a.delivery_inbox) FROM actor a WHERE a.follows AND a.delivery_inbox > e.inbox)
					FROM each_inbox e WHERE e.inbox IS NOT NULL
			) SELECT inbox FROM each_inbox WHERE inbox IS NOT NULL) f
		WHERE EXISTS (SELECT 1 FROM actor a WHERE a.follows AND a.delivery_inbox = f.inbox AND a.gone <= $4)`

	// Who is blocked is not spoken to, unless it follows.
	unlessBlocked = ` AND NOT EXISTS (SELECT 1 FROM block b WHERE b.target IN (a.iri, a.host, a.domain))
		AND NOT EXISTS (SELECT 1 FROM shut s WHERE a.domain LIKE '%.' || s.domain)`

	toMentioned = `SELECT a.delivery_inbox AS inbox, a.delivery_host AS host
		FROM actor a WHERE a.gone <= $4
			AND a.iri IN (SELECT actor FROM mention WHERE post_id = $5 AND position >= 0 AND actor <> '')` + unlessBlocked

	// Update and Delete also go to everyone who commented or reacted, or was
	// ever mentioned: their servers hold the post without their following.
	toParticipants = `SELECT a.delivery_inbox AS inbox, a.delivery_host AS host
		FROM actor a WHERE a.gone <= $4
			AND a.iri IN (SELECT actor FROM comment WHERE post_id = $5 UNION SELECT actor FROM reaction WHERE post_id = $5
				UNION SELECT actor FROM mention WHERE post_id = $5 AND actor <> '')` + unlessBlocked

	insertDeliveries = `INSERT INTO delivery (activity_id, object, inbox, host, state, tries, status, error,
			next_try, due, leased, delivered, done, created)
		SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), x.inbox, x.host, 'pending', 0, 0, '',
			CAST($3 AS BIGINT), CAST($3 AS BIGINT), FALSE, 0, 0, CAST($3 AS BIGINT) FROM `

	// A body is rendered when it is claimed, so a Create that has not left yet
	// will tell of the edit itself. One that broke off, or that a killed process
	// had in its hands, may have arrived as it was before; who has its id passes
	// over it when it comes again, and needs the Update.
	createPending = `SELECT 1 FROM delivery d JOIN activity c ON c.id = d.activity_id
		WHERE d.inbox = x.inbox AND d.object = $2 AND d.state = 'pending' AND c.type = 'Create'
			AND NOT d.leased AND (d.status > 0 OR d.tries = 0 AND d.error = '')`

	// The inboxes of one host are spread over the rows, so that a claim finds
	// other hosts without walking past all that wait for one.
	onceEach = ` ORDER BY ROW_NUMBER() OVER (PARTITION BY x.host ORDER BY x.inbox), x.inbox
		ON CONFLICT (activity_id, inbox) DO NOTHING`
)

func deliverCreate(t *tx, a blog.Activity) (int, error) {
	return fanOut(t, a, insertDeliveries+`(`+toFollowers+` UNION `+toMentioned+` UNION `+toRelays+`) x
		WHERE x.inbox <> ''`+onceEach, a.Ref)
}

func deliverUpdate(t *tx, postID string) (int, error) {
	a, err := t.act(blog.Activity{Type: "Update", Object: blog.PostObject, Ref: postID})
	if err != nil {
		return 0, err
	}
	if err := replacePending(t, `ref = $2 AND type = 'Update'`, postID); err != nil {
		return 0, err
	}
	if err := t.holdPending(a); err != nil {
		return 0, err
	}
	return fanOut(t, a, insertDeliveries+`(`+toFollowers+` UNION `+toParticipants+` UNION `+toRelays+`) x
		WHERE x.inbox <> '' AND NOT EXISTS (`+createPending+`)`+onceEach, postID)
}

// deliverActorUpdate goes to the followers alone: servers that know the blog by
// a reply ask again within a day or so.
func deliverActorUpdate(t *tx) (int, error) {
	a, err := t.act(blog.Activity{Type: "Update", Object: blog.ActorObject})
	if err != nil {
		return 0, err
	}
	if err := replacePending(t, `object_type = 'actor' AND ref = $2 AND type = 'Update'`, a.Ref); err != nil {
		return 0, err
	}
	return deliverToFollowers(t, a)
}

func deliverDelete(t *tx, postID string) (int, error) {
	a, err := t.act(blog.Activity{Type: "Delete", Object: blog.PostObject, Ref: postID})
	if err != nil {
		return 0, err
	}
	if err := replacePending(t, `ref = $2`, postID); err != nil {
		return 0, err
	}
	return fanOut(t, a, insertDeliveries+`(`+toFollowers+` UNION `+toParticipants+` UNION `+toRelays+`) x
		WHERE x.inbox <> ''`+onceEach, postID)
}

// fanOut runs one of the statements above; more begins with its $5. A blog
// that left the fediverse has nothing to tell any more.
func fanOut(t *tx, a blog.Activity, insert string, more ...any) (int, error) {
	if leaving, err := t.leaving(); err != nil || leaving {
		return 0, err
	}
	args := append([]any{a.ID, objectOf(a), millis(t.now), millis(t.now.Add(-inboxRest))}, more...)
	if strings.Contains(insert, unlessBlocked) {
		shut, err := t.shutAbove()
		if err != nil {
			return 0, err
		}
		args, insert = withShut(args, shut, insert)
	}
	n, err := t.exec(insert, args...)
	return int(n), err
}

// replacePending marks deliveries that have not left and are in nobody's hands
// Replaced, of all activities that meet the condition, whose $2 is ref.
func replacePending(t *tx, activities, ref string) error {
	_, err := t.exec(`UPDATE delivery SET state = 'replaced', next_try = 0, leased = FALSE, done = $1
		WHERE activity_id IN (SELECT id FROM activity WHERE `+activities+`) AND state = 'pending' AND NOT (leased AND due > $1)`,
		millis(t.now), ref)
	return err
}

// holdPending keeps what is pending about the object of an Update from being
// claimed before that is committed: a Create that counts as createPending would
// be rendered as it was before the edit.
func (t *tx) holdPending(a blog.Activity) error {
	return t.lock(`SELECT id FROM delivery WHERE object = $1 AND state = 'pending' ORDER BY id`, objectOf(a))
}

// deliverTo writes the delivery of an activity that is for one actor alone, to
// its own inbox.
func deliverTo(t *tx, a blog.Activity, inbox string) error {
	if leaving, err := t.leaving(); err != nil || leaving {
		return err
	}
	_, err := t.exec(`INSERT INTO delivery (activity_id, object, inbox, host, state, tries, status, error,
			next_try, due, leased, delivered, done, created)
		VALUES ($1, $2, $3, $4, 'pending', 0, 0, '', $5, $5, FALSE, 0, 0, $5)`,
		a.ID, objectOf(a), inbox, hostOf(inbox), millis(t.now))
	return err
}
