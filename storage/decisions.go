package storage

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"limelight/blog"
)

// maxDailyHits is how many hits of rules are written down one by one in a day.
// Beyond it they are only counted: strangers must not fill the log.
const maxDailyHits = 1000

// decided writes an entry of the audit log.
func (t *tx) decided(d blog.Decision) error {
	_, err := t.exec(`INSERT INTO decision (at, who, action, object, actor, note) VALUES ($1, $2, $3, $4, $5, $6)`,
		millis(t.now), cmp.Or(d.Who, blog.ByAuthor), string(d.Action), d.Object, d.Actor, d.Note)
	return err
}

// hitsToday are the hits of rules that were written down since yesterday, up to
// maxDailyHits.
func (t *tx) hitsToday() (n int, err error) {
	err = t.row(`SELECT COUNT(*) FROM (SELECT 1 FROM decision WHERE at > $1 AND who LIKE 'rule %' LIMIT $2) d`,
		millis(t.now.Add(-24*time.Hour)), maxDailyHits).Scan(&n)
	return n, err
}

// Decisions are the entries of the audit log, the latest first; n 0 means all.
func (db *DB) Decisions(ctx context.Context, n, offset int) ([]blog.Decision, error) {
	var out []blog.Decision
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var d blog.Decision
		err := rows.Scan(&d.ID, stamp{&d.At}, &d.Who, &d.Action, &d.Object, &d.Actor, &d.Handle, &d.Note)
		out = append(out, d)
		return err
	}, `SELECT d.id, d.at, d.who, d.action, d.object, d.actor, COALESCE(a.handle, ''), d.note
		FROM decision d LEFT JOIN actor a ON a.iri = d.actor ORDER BY d.id DESC LIMIT $1 OFFSET $2`, limit(n), max(offset, 0))
	return out, wrap("list decisions", err)
}
