package storage

import (
	"context"
	"database/sql"
	"errors"

	"limelight/blog"
)

// toRelays are the relays that take part in what the post $5 tells, which is
// for them when it is public and not only unlisted.
const toRelays = `SELECT a.delivery_inbox AS inbox, a.delivery_host AS host FROM relay r JOIN actor a ON a.iri = r.iri
	WHERE r.state = 'accepted' AND a.gone <= $4 AND EXISTS (SELECT 1 FROM post p WHERE p.id = $5 AND p.visibility = 'public')`

// Relays that the blog has to do with, by their ids.
func (db *DB) Relays(ctx context.Context) ([]blog.Relay, error) {
	var out []blog.Relay
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var r blog.Relay
		err := rows.Scan(&r.IRI, &r.Inbox, &r.FollowID, &r.State, &r.Error, stamp{&r.Since})
		out = append(out, r)
		return err
	}, `SELECT r.iri, COALESCE(a.inbox, ''), r.follow_id, r.state, r.error, r.since
		FROM relay r LEFT JOIN actor a ON a.iri = r.iri ORDER BY r.iri`)
	return out, wrap("list the relays", err)
}

// AskRelay writes a Follow of the relay, once: false when there was one, or the
// blog has left the fediverse.
func (db *DB) AskRelay(ctx context.Context, relay blog.Actor) (bool, error) {
	asked := false
	err := db.write(ctx, func(t *tx) error {
		asked = false
		if _, err := readStanding(t); err != nil {
			return noError(err, ErrLeft)
		}
		known, err := t.exists(`SELECT 1 FROM relay WHERE iri = $1 AND follow_id <> ''`, relay.IRI)
		if err != nil || known {
			return err
		}
		if err := t.meet(relay); err != nil {
			return err
		}
		a, err := t.act(blog.Activity{Type: "Follow", Object: blog.RelayObject, Target: relay.IRI})
		if err != nil {
			return err
		}
		if err := t.putRelay(blog.Relay{IRI: relay.IRI, FollowID: a.ID, State: blog.RelayAsked}); err != nil {
			return err
		}
		asked = true
		return deliverTo(t, a, relay.Inbox)
	})
	return asked, wrap("ask the relay "+relay.IRI, err)
}

// RelayUnreached keeps why a relay that was not asked yet cannot be.
func (db *DB) RelayUnreached(ctx context.Context, iri, reason string) error {
	err := db.write(ctx, func(t *tx) error {
		known, err := t.exists(`SELECT 1 FROM relay WHERE iri = $1 AND follow_id <> ''`, iri)
		if err != nil || known {
			return err
		}
		text := []rune(reason)
		return t.putRelay(blog.Relay{IRI: iri, State: blog.RelayUnreached, Error: string(text[:min(len(text), maxError)])})
	})
	return wrap("note that a relay is out of reach", err)
}

func (t *tx) putRelay(r blog.Relay) error {
	_, err := t.exec(`INSERT INTO relay (iri, follow_id, state, error, since) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (iri) DO UPDATE SET follow_id = excluded.follow_id, state = excluded.state, error = excluded.error,
			since = CASE WHEN relay.state = excluded.state THEN relay.since ELSE excluded.since END`,
		r.IRI, r.FollowID, string(r.State), r.Error, millis(t.now))
	return err
}

// AnswerRelay takes what in.Actor says to the Follow with the UUID: Accepted or
// Rejected, as often as it changes its mind. False when that is no relay, or
// was sent another Follow.
func (db *DB) AnswerRelay(ctx context.Context, in Incoming, followID string, state blog.RelayState) (bool, error) {
	ok, err := db.apply(ctx, in, func(t *tx) error {
		n, err := t.exec(`UPDATE relay SET state = $3, since = $4 WHERE iri = $1 AND follow_id = $2 AND follow_id <> '' AND state <> $3`,
			in.Actor, followID, string(state), millis(t.now))
		if err == nil && n == 0 {
			err = errNoEffect
		}
		return err
	})
	return ok, wrap("answer by the relay "+in.Actor, err)
}

// LeaveRelay forgets a relay and, if it was sent a Follow, writes the Undo of
// that. False when it is not known.
func (db *DB) LeaveRelay(ctx context.Context, iri string) (bool, error) {
	left := false
	err := db.write(ctx, func(t *tx) error {
		left = false
		follows, err := t.texts(`DELETE FROM relay WHERE iri = $1 RETURNING follow_id`, iri)
		if err != nil || len(follows) == 0 {
			return err
		}
		left = true
		relay, err := findActor(t, iri)
		if err != nil || follows[0] == "" {
			return noError(err, ErrNotFound)
		}
		undo, err := t.act(blog.Activity{Type: "Undo", Object: blog.RelayObject, Ref: follows[0], Target: iri})
		if err != nil {
			return err
		}
		return deliverTo(t, undo, relay.Inbox)
	})
	return left, wrap("leave the relay "+iri, err)
}

// noError is err, unless that is the one which means nothing here.
func noError(err, but error) error {
	if errors.Is(err, but) {
		return nil
	}
	return err
}
