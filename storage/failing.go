package storage

import (
	"context"
	"database/sql"
	"time"

	"limelight/blog"
)

const (
	// deadAfter is how long all tries at an inbox must have failed before those
	// behind it are dropped.
	deadAfter = 30 * 24 * time.Hour

	// failingGap is how long an inbox may be left alone before a new failure
	// counts as the first: what was in between nobody knows. A delivery is tried
	// for five and a half days, and actors that cannot be fetched are asked every
	// few days.
	failingGap = 14 * 24 * time.Hour

	// checkPause is before the actors of an inbox that fails are fetched anew, the
	// first time and between two times that a failure asks for.
	checkPause = 24 * time.Hour

	// onlineFor is how lately something must have reached us, or we somebody,
	// before silence is blamed on others and not on our own line.
	onlineFor = 7 * 24 * time.Hour

	// actorsChecked bounds how many actors behind one inbox are fetched at a time.
	actorsChecked = 5
)

// inboxFailed notes a try that failed. An inbox that is not there, or has moved,
// has its actors fetched anew at once, and whose own inbox says that it is gone
// for good is gone.
func (t *tx) inboxFailed(r blog.Receipt, at time.Time) error {
	check := at.Add(checkPause)
	if saysMoved(r.Status) {
		check = at
	}
	_, err := t.exec(`INSERT INTO failing_inbox (inbox, since, last, failures, status, checked, check_due)
		SELECT d.inbox, CAST($2 AS BIGINT), CAST($2 AS BIGINT), 1, CAST($3 AS BIGINT), 0, CAST($4 AS BIGINT) FROM delivery d WHERE d.id = $1
		ON CONFLICT (inbox) DO UPDATE SET last = excluded.last, status = excluded.status,
			since = CASE WHEN failing_inbox.last < $5 THEN excluded.since ELSE failing_inbox.since END,
			failures = CASE WHEN failing_inbox.last < $5 THEN 1 ELSE failing_inbox.failures + 1 END,
			check_due = CASE WHEN excluded.check_due < failing_inbox.check_due AND failing_inbox.checked <= $6
				THEN excluded.check_due ELSE failing_inbox.check_due END`,
		r.ID, millis(at), r.Status, millis(check), millis(at.Add(-failingGap)), millis(at.Add(-checkPause)))
	if err != nil || r.Status != 410 {
		return err
	}
	return t.dropGone(r.ID)
}

// saysMoved tells whether an inbox may be elsewhere.
func saysMoved(status int) bool {
	return status == 404 || status == 410 || status == 301 || status == 308
}

// revive forgets the failures of inboxes that took something: one success
// starts anew.
func (t *tx) revive(rs []blog.Receipt) error {
	var ids []int64
	for _, r := range rs {
		if r.State == blog.Sent {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	args, list := in(nil, ids)
	inboxes, err := t.texts(`DELETE FROM failing_inbox WHERE inbox IN (SELECT inbox FROM delivery WHERE id IN `+list+`) RETURNING inbox`, args...)
	if err != nil || len(inboxes) == 0 {
		return err
	}
	args, list = in(nil, inboxes)
	_, err = t.exec(`UPDATE actor SET gone = 0 WHERE gone <> 0 AND delivery_inbox IN `+list, args...)
	return err
}

// FailingInboxes are up to n inboxes whose actors are to be fetched anew, the
// longest due first, each with a few of those, the followers first.
func (db *DB) FailingInboxes(ctx context.Context, n int) ([]blog.FailingInbox, error) {
	t := db.reading(ctx)
	var out []blog.FailingInbox
	err := t.each(func(rows *sql.Rows) error {
		var f blog.FailingInbox
		err := rows.Scan(&f.Inbox, &f.Status, stamp{&f.Since}, stamp{&f.Last})
		out = append(out, f)
		return err
	}, `SELECT inbox, status, since, last FROM failing_inbox WHERE check_due <= $1 ORDER BY check_due, inbox LIMIT $2`, millis(t.now), n)
	for i := range out {
		for _, who := range []string{`follows`, `NOT follows`} {
			if err != nil {
				break
			}
			var actors []string
			actors, err = t.texts(`SELECT iri FROM actor WHERE `+who+` AND delivery_inbox = $1 LIMIT $2`,
				out[i].Inbox, actorsChecked-len(out[i].Actors))
			out[i].Actors = append(out[i].Actors, actors...)
		}
	}
	return out, wrap("list the failing inboxes", err)
}

// SettleInbox records what fetching the actors of a failing inbox showed, and
// when to do so again. An inbox that nobody has any more is forgotten.
func (db *DB) SettleInbox(ctx context.Context, inbox string, found blog.InboxFinding, next time.Time) error {
	err := db.write(ctx, func(t *tx) error {
		used, err := t.exists(`SELECT 1 FROM actor WHERE delivery_inbox = $1 LIMIT 1`, inbox)
		switch {
		case err != nil:
			return err
		case !used:
			found = blog.InboxAlive
		case found == blog.InboxSilent:
			_, err = t.exec(`UPDATE failing_inbox SET last = $2, failures = failures + 1, status = 0 WHERE inbox = $1`, inbox, millis(t.now))
		}
		if err == nil && found == blog.InboxAlive {
			_, err = t.exec(`DELETE FROM failing_inbox WHERE inbox = $1`, inbox)
			return err
		}
		if err == nil {
			_, err = t.exec(`UPDATE failing_inbox SET checked = $2, check_due = $3 WHERE inbox = $1`, inbox, millis(t.now), millis(next))
		}
		return err
	})
	return wrap("settle a failing inbox", err)
}
