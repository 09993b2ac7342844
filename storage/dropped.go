package storage

import (
	"context"
	"fmt"

	"limelight/blog"
)

// DropFollower ends the follow of an actor that is no more, and says so in the
// audit log. False when it did not follow.
func (db *DB) DropFollower(ctx context.Context, actor, why string) (bool, error) {
	dropped := false
	err := db.write(ctx, func(t *tx) (err error) {
		dropped, err = t.dropFollower(actor, why)
		return err
	})
	return dropped, wrap("drop the follower "+actor, err)
}

func (t *tx) dropFollower(actor, why string) (bool, error) {
	dropped, err := t.unfollow(actor)
	if err != nil || !dropped {
		return false, err
	}
	return true, t.decided(blog.Decision{Who: blog.ByDelivery, Action: blog.DropAction, Object: actor, Actor: actor, Note: why})
}

// dropGone drops the follower whose own inbox answered a delivery that it is
// gone. An inbox of several says nothing about any of them.
func (t *tx) dropGone(delivery int64) error {
	actors, err := t.texts(`SELECT b.iri FROM delivery d JOIN activity a ON a.id = d.activity_id JOIN actor b ON b.iri = a.target
			WHERE d.id = $1 AND b.follows AND b.inbox = d.inbox AND b.shared_inbox <> d.inbox
				AND NOT EXISTS (SELECT 1 FROM actor c WHERE c.delivery_inbox = d.inbox AND c.iri <> b.iri)
		UNION SELECT b.iri FROM delivery d JOIN actor b ON b.delivery_inbox = d.inbox
			WHERE d.id = $1 AND b.follows AND b.inbox = d.inbox AND b.shared_inbox <> d.inbox
				AND NOT EXISTS (SELECT 1 FROM actor c WHERE c.delivery_inbox = d.inbox AND c.iri <> b.iri)`, delivery)
	if err != nil {
		return err
	}
	for _, actor := range actors {
		if _, err := t.dropFollower(actor, "its inbox answered 410 Gone"); err != nil {
			return err
		}
	}
	return nil
}

// DropDead ends the follows of all whose inbox has been dead for thirty days:
// all tries in that time failed. An inbox that gave no answer counts only while
// others get through, or the blog's own line would be what is dead. The audit
// log has one entry for each inbox. Returns what was dropped.
func (db *DB) DropDead(ctx context.Context) ([]blog.DeadInbox, error) {
	reading := db.reading(ctx)
	dead, err := reading.texts(`SELECT inbox FROM failing_inbox WHERE since <= $1 AND last - since >= $2 ORDER BY since`,
		millis(reading.now.Add(-deadAfter)), deadAfter.Milliseconds())
	var out []blog.DeadInbox
	for _, inbox := range dead {
		if err != nil {
			break
		}
		n := 0
		err = db.write(ctx, func(t *tx) (err error) {
			n, err = t.dropDead(inbox)
			return err
		})
		if n > 0 {
			out = append(out, blog.DeadInbox{Inbox: inbox, Host: hostOf(inbox), Followers: n})
		}
	}
	return out, wrap("drop followers behind dead inboxes", err)
}

// dropDead looks again, since the inbox may have come to life meanwhile.
func (t *tx) dropDead(inbox string) (int, error) {
	ours, err := t.exists(`SELECT 1 FROM failing_inbox WHERE inbox = $1 AND last - since >= $2 AND (status <> 0
			OR EXISTS (SELECT 1 FROM delivery WHERE state <> 'pending' AND done > $3 AND state = 'sent')
			OR EXISTS (SELECT 1 FROM seen WHERE at > $3))`, inbox, deadAfter.Milliseconds(), millis(t.now.Add(-onlineFor)))
	if err != nil || !ours {
		return 0, err
	}
	actors, err := t.texts(`SELECT iri FROM actor WHERE follows AND delivery_inbox = $1 LIMIT 2`, inbox)
	if err != nil {
		return 0, err
	}
	n, err := t.exec(`DELETE FROM follower WHERE actor IN (SELECT iri FROM actor WHERE follows AND delivery_inbox = $1)`, inbox)
	if err != nil {
		return 0, err
	}
	for _, statement := range []string{
		`UPDATE actor SET follows = FALSE WHERE follows AND delivery_inbox = $1`,
		`DELETE FROM failing_inbox WHERE inbox = $1`,
	} {
		if _, err := t.exec(statement, inbox); err != nil {
			return 0, err
		}
	}
	if n == 0 {
		return 0, nil
	}
	_, err = t.exec(`UPDATE delivery SET state = 'failed', error = 'nobody there follows any more', next_try = 0,
			leased = FALSE, done = $2 WHERE inbox = $1 AND state = 'pending' AND NOT (leased AND due > $2)
			AND EXISTS (SELECT 1 FROM activity a WHERE a.id = delivery.activity_id AND a.target = '' AND a.type <> 'Delete')`, inbox, millis(t.now))
	if err != nil {
		return 0, err
	}
	d := blog.Decision{Who: blog.ByDelivery, Action: blog.DropAction, Object: hostOf(inbox), Note: "its inbox has been dead for 30 days"}
	if len(actors) == 1 {
		d.Object, d.Actor = actors[0], actors[0]
	} else {
		d.Note = fmt.Sprintf("%d followers: their inbox has been dead for 30 days", n)
	}
	return int(n), t.decided(d)
}
