package storage

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	// memory is how long seen activities and tombstones are known: Mastodon gives
	// a delivery up after two days and nobody after more than a week. It is also
	// how long a host is sent shorter bodies, and an inbox that is not tried any
	// more is remembered as failing.
	memory = 30 * 24 * time.Hour

	// receipts are kept for the author, who may ask after a season what went
	// where, as are threads that were looked through.
	receipts = 90 * 24 * time.Hour

	// auditLog is how long decisions, and complaints that are done with, are kept:
	// long enough to answer who complains about one, no longer, since they name
	// people.
	auditLog = 365 * 24 * time.Hour

	maxFailing = 20_000 // failing inboxes: peers choose their addresses
	pruneBatch = 1000   // rows per transaction, so that others get their turn
)

// Prune forgets what has served its time, each kind after the age above, then
// activities that nothing refers to any more (the Creates stay, for the
// outbox), a key a week after it was replaced, and pictures that no actor and
// no comment has.
func (db *DB) Prune(ctx context.Context, now time.Time) error {
	for _, stale := range []struct {
		rows string
		age  time.Duration
	}{
		{`seen WHERE (actor, id) IN (SELECT actor, id FROM seen WHERE at < $1 LIMIT $2)`, memory},
		{`tombstone WHERE (actor, iri) IN (SELECT actor, iri FROM tombstone WHERE at < $1 LIMIT $2)`, memory},
		{`host_limit WHERE host IN (SELECT host FROM host_limit WHERE at < $1 LIMIT $2)`, memory},
		{`failing_inbox WHERE inbox IN (SELECT inbox FROM failing_inbox WHERE last < $1 LIMIT $2)`, memory},
		{fmt.Sprintf(`failing_inbox WHERE last < $1 AND inbox IN (SELECT inbox FROM failing_inbox ORDER BY last DESC LIMIT $2 OFFSET %d)`, maxFailing), 0},
		{`delivery WHERE id IN (SELECT id FROM delivery WHERE state <> 'pending' AND done < $1 LIMIT $2)`, receipts},
		{`walk WHERE iri IN (SELECT iri FROM walk WHERE due = 0 AND walked < $1 LIMIT $2)`, receipts},
		{`activity WHERE id IN (SELECT a.id FROM activity a WHERE a.created < $1 AND a.type <> 'Create'
			AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.activity_id = a.id) LIMIT $2)`, receipts},
		{`subscription WHERE id IN (SELECT id FROM subscription WHERE expires < $1 LIMIT $2)`, 0},
		{`feed_change WHERE below IN (SELECT below FROM feed_change WHERE due = 0 AND told < $1 LIMIT $2)`, time.Hour},
		{`decision WHERE id IN (SELECT id FROM decision WHERE at < $1 LIMIT $2)`, auditLog},
		{`notification WHERE id IN (SELECT id FROM notification WHERE at < $1 LIMIT $2)`, memory},
		{`report WHERE id IN (SELECT id FROM report WHERE closed > 0 AND closed < $1 LIMIT $2)`, auditLog},
		{staleChallenges, challengeAge},
	} {
		if err := db.deleteStale(ctx, `DELETE FROM `+stale.rows, now.Add(-stale.age)); err != nil {
			return wrap("prune", err)
		}
	}
	if err := db.prunePictures(ctx, now); err != nil {
		return wrap("prune pictures", err)
	}
	if err := db.forgetKeys(ctx, now); err != nil {
		return wrap("forget replaced keys", err)
	}
	return wrap("prune avatars", db.sweepAvatars(ctx, now))
}

func (db *DB) deleteStale(ctx context.Context, statement string, before time.Time) error {
	for {
		var n int64
		err := db.write(ctx, func(t *tx) (err error) {
			n, err = t.exec(statement, millis(before), pruneBatch)
			return err
		})
		if err != nil || n < pruneBatch {
			return err
		}
	}
}

// forlorn holds for a picture named p that no comment has and that is not being
// fetched at $1.
const forlorn = `p.due < $1 AND NOT EXISTS (SELECT 1 FROM comment_attachment x WHERE x.url = p.url)
	AND NOT EXISTS (SELECT 1 FROM comment_emoji x WHERE x.url = p.url)`

// prunePictures looks through all pictures, but holds nobody up who writes.
func (db *DB) prunePictures(ctx context.Context, now time.Time) error {
	urls, err := db.reading(ctx).texts(`SELECT p.url FROM picture p WHERE `+forlorn, millis(now))
	for batch := range slices.Chunk(urls, pruneBatch) {
		if err != nil {
			break
		}
		err = db.write(ctx, func(t *tx) error {
			args, list := in([]any{millis(now)}, batch)
			_, err := t.exec(`DELETE FROM picture AS p WHERE p.url IN `+list+` AND `+forlorn, args...)
			return err
		})
	}
	return err
}
