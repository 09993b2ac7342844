package storage

import (
	"database/sql"
	"errors"
)

// movedFor is how long ago an inbox may have refused a delivery as one that is
// not there any more, so that it still goes to the actor's new one: as long as
// such an inbox is left out.
const movedFor = inboxRest

// inboxes are an actor's own and the one that what is for the audience goes to.
type inboxes struct{ own, delivery string }

// inboxesOf are empty when the actor is not known.
func (t *tx) inboxesOf(iri string) (at inboxes, err error) {
	err = t.row(`SELECT inbox, delivery_inbox FROM actor WHERE iri = $1`, iri).Scan(&at.own, &at.delivery)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return at, err
}

// forward sends what waits at an actor's old inboxes, or was refused there as
// at an address that is none, to its new ones.
func (t *tx) forward(iri string, from, to inboxes) error {
	if from == (inboxes{}) || from == to {
		return nil
	}
	if err := t.forwardInbox(iri, from.delivery, to.delivery); err != nil || from.own == from.delivery {
		return err
	}
	return t.forwardInbox(iri, from.own, to.own)
}

// astray holds for a delivery at the inbox $1 that is in nobody's hands at $2
// and waits, or failed since $3 because there was no inbox.
const astray = `inbox = $1 AND (state = 'pending' AND NOT (leased AND due > $2)
	OR state = 'failed' AND status IN (301, 308, 404, 410) AND done > $3)`

// forwardInbox moves what is for this actor alone, and what is for everybody
// when nobody else is there, in which case all of it was for this one. What
// others at the old inbox wait for is copied, if the actor follows.
func (t *tx) forwardInbox(iri, from, to string) error {
	if from == to || from == "" || to == "" {
		return nil
	}
	astrayThere := []any{from, millis(t.now), millis(t.now.Add(-movedFor))}
	others, err := t.exists(`SELECT 1 FROM actor WHERE delivery_inbox = $1 AND iri <> $2 LIMIT 1`, from, iri)
	if err != nil {
		return err
	}
	if others {
		_, err := t.exec(`INSERT INTO delivery (activity_id, object, inbox, host, state, tries, status, error,
				next_try, due, leased, delivered, done, created)
			SELECT d.activity_id, d.object, CAST($4 AS TEXT), CAST($5 AS TEXT), 'pending', 0, 0, '',
				CAST($2 AS BIGINT), CAST($2 AS BIGINT), FALSE, 0, 0, CAST($2 AS BIGINT) FROM delivery d
			WHERE d.id IN (SELECT id FROM delivery WHERE `+astray+`)
				AND EXISTS (SELECT 1 FROM activity a WHERE a.id = d.activity_id AND a.target = '')
				AND EXISTS (SELECT 1 FROM actor WHERE iri = $6 AND follows)
			ORDER BY d.id ON CONFLICT (activity_id, inbox) DO NOTHING`, append(astrayThere, to, hostOf(to), iri)...)
		if err != nil {
			return err
		}
	}
	_, err = t.exec(`UPDATE delivery SET inbox = $4, host = $5, state = 'pending', tries = 0, status = 0, error = '',
			next_try = $2, due = $2, leased = FALSE, done = 0
		WHERE `+astray+` AND NOT EXISTS (SELECT 1 FROM delivery x WHERE x.activity_id = delivery.activity_id AND x.inbox = $4)
			AND EXISTS (SELECT 1 FROM activity a WHERE a.id = delivery.activity_id AND (a.target = $6 OR a.target = '' AND $7))`,
		append(astrayThere, to, hostOf(to), iri, !others)...)
	return err
}
