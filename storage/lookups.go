package storage

import (
	"context"
	"database/sql"
	"time"

	"limelight/blog"
)

// Bounds of what strangers can make us look up.
const (
	maxLookups     = 10_000
	maxHostLookups = 500
)

// AddLookup has a note looked up soon. False when the activity was seen before,
// the note is waited for already, too many are, or its server is blocked.
func (db *DB) AddLookup(ctx context.Context, in Incoming, l blog.Lookup) (bool, error) {
	ok, err := db.apply(ctx, in, func(t *tx) error { return addLookup(t, l) })
	return ok, wrap("look up "+l.IRI, err)
}

func addLookup(t *tx, l blog.Lookup) error {
	if err := t.refuseBlocked(l.IRI); err != nil {
		return err
	}
	host := hostOf(l.IRI)
	for _, bound := range []struct {
		query string
		args  []any
		max   int
	}{
		{`SELECT COUNT(*) FROM (SELECT 1 FROM lookup WHERE host = $1 LIMIT $2) l`, []any{host, maxHostLookups}, maxHostLookups},
		{`SELECT COUNT(*) FROM (SELECT 1 FROM lookup LIMIT $1) l`, []any{maxLookups}, maxLookups},
	} {
		var n int
		if err := t.row(bound.query, bound.args...).Scan(&n); err != nil {
			return err
		}
		if n >= bound.max {
			return errNoEffect
		}
	}
	n, err := t.exec(`INSERT INTO lookup (iri, host, waits_for, depth, tries, due, since) VALUES ($1, $2, $3, $4, 0, $5, $5)
		ON CONFLICT (iri) DO NOTHING`, l.IRI, host, l.WaitsFor, l.Depth, millis(t.now))
	if err == nil && n == 0 {
		return errNoEffect
	}
	return err
}

// ClaimLookups leases up to n lookups that are due, the longest due first.
func (db *DB) ClaimLookups(ctx context.Context, n int, lease time.Duration) ([]blog.Lookup, error) {
	var out []blog.Lookup
	err := db.write(ctx, func(t *tx) error {
		out = nil
		return t.each(func(rows *sql.Rows) error {
			var l blog.Lookup
			err := rows.Scan(&l.IRI, &l.WaitsFor, &l.Depth, &l.Tries, stamp{&l.Since})
			out = append(out, l)
			return err
		}, `UPDATE lookup SET due = $2, tries = tries + 1 WHERE due <= $1
				AND iri IN (SELECT iri FROM lookup WHERE due <= $1 ORDER BY due, iri LIMIT $3)
			RETURNING iri, waits_for, depth, tries - 1, since`, millis(t.now), millis(t.now.Add(lease)), n)
	})
	return out, wrap("claim lookups", err)
}

// LookupsDue tells whether any lookup is due.
func (db *DB) LookupsDue(ctx context.Context) (bool, error) {
	t := db.reading(ctx)
	ok, err := t.exists(`SELECT 1 FROM lookup WHERE due <= $1 LIMIT 1`, millis(t.now))
	return ok, wrap("look for lookups", err)
}

// PostponeLookup puts a lookup off, as one that waits for the note waitsFor
// unless that is empty. It is due at once when that note is stored.
func (db *DB) PostponeLookup(ctx context.Context, iri, waitsFor string, next time.Time) error {
	err := db.write(ctx, func(t *tx) error {
		known, err := t.exists(`SELECT 1 FROM comment WHERE iri = $1 OR url = $1`, waitsFor)
		if err != nil {
			return err
		}
		if known { // it was stored meanwhile
			next = t.now
		}
		_, err = t.exec(`UPDATE lookup SET waits_for = $2, due = $3 WHERE iri = $1`, iri, waitsFor, millis(next))
		return err
	})
	return wrap("put a lookup off", err)
}

// DropLookup forgets a lookup. When its note is stored, by whatever way it
// came, those that wait for it are due; when it leads nowhere, they are
// forgotten too, directly or not.
func (db *DB) DropLookup(ctx context.Context, iri string) error {
	err := db.write(ctx, func(t *tx) error {
		known, err := t.exists(`SELECT 1 FROM comment WHERE iri = $1 OR url = $1`, iri)
		if err != nil {
			return err
		}
		if known {
			return t.settleLookups(blog.Comment{IRI: iri})
		}
		_, err = t.exec(`WITH RECURSIVE below (iri) AS (
				SELECT CAST($1 AS TEXT) UNION SELECT l.iri FROM lookup l JOIN below b ON l.waits_for = b.iri
			) DELETE FROM lookup WHERE iri IN (SELECT iri FROM below)`, iri)
		return err
	})
	return wrap("drop a lookup", err)
}

// settleLookups ends the lookup of a note that is stored now, and makes those
// that wait for it due.
func (t *tx) settleLookups(c blog.Comment) error {
	if _, err := t.exec(`DELETE FROM lookup WHERE iri = $1`, c.IRI); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE lookup SET due = $3, waits_for = '' WHERE waits_for IN ($1, $2) AND waits_for <> ''`, c.IRI, c.URL, millis(t.now))
	return err
}
