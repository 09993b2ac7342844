package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"limelight/blog"
)

// maxOpenReports is how many complaints of one host may wait for the author.
// What comes on top is dropped: nothing is acted on by itself anyway.
const maxOpenReports = 50

// AddReport keeps a complaint for the author. False when the activity was seen
// before, its actor is blocked, or too many of its host wait already.
func (db *DB) AddReport(ctx context.Context, in Incoming, r blog.Report) (bool, error) {
	ok, err := db.apply(ctx, in, func(t *tx) error {
		if err := t.refuseBlocked(r.Actor); err != nil {
			return err
		}
		host := hostOf(r.Actor)
		var open int
		if err := t.row(`SELECT COUNT(*) FROM report WHERE host = $1 AND closed = 0`, host).Scan(&open); err != nil {
			return err
		}
		if open >= maxOpenReports {
			return errNoEffect
		}
		err := t.row(`INSERT INTO report (iri, actor, host, text, objects, received, closed) VALUES ($1, $2, $3, $4, $5, $6, 0) RETURNING id`,
			r.IRI, r.Actor, host, r.Text, strings.Join(r.Objects, "\n"), millis(t.now)).Scan(&r.ID)
		if err != nil {
			return err
		}
		return db.notify(t, blog.ReportNotification, strconv.FormatInt(r.ID, 10))
	})
	return ok, wrap("keep a report", err)
}

// Reports are the complaints, the latest first, with all or without the ones
// that are closed.
func (db *DB) Reports(ctx context.Context, all bool) ([]blog.Report, error) {
	var out []blog.Report
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var r blog.Report
		var objects string
		err := rows.Scan(&r.ID, &r.IRI, &r.Actor, &r.Host, &r.Text, &objects, stamp{&r.Received}, stamp{&r.Closed})
		if objects != "" {
			r.Objects = strings.Split(objects, "\n")
		}
		out = append(out, r)
		return err
	}, `SELECT r.id, r.iri, r.actor, r.host, r.text, r.objects, r.received, r.closed FROM report r
		WHERE $1 OR r.closed = 0 ORDER BY r.id DESC`, all)
	return out, wrap("list reports", err)
}

// CloseReport marks a complaint as done with. ErrNotFound.
func (db *DB) CloseReport(ctx context.Context, id int64) error {
	err := db.write(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE report SET closed = $2 WHERE id = $1 AND closed = 0`, id, millis(t.now))
		if err != nil {
			return err
		}
		if n > 0 {
			return t.decided(blog.Decision{Action: blog.CloseAction, Object: fmt.Sprintf("report %d", id)})
		}
		known, err := t.exists(`SELECT 1 FROM report WHERE id = $1`, id)
		if err == nil && !known {
			err = ErrNotFound
		}
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("report %d: %w", id, ErrNotFound)
	}
	return wrap("close a report", err)
}
