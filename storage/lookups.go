package storage

import (
	"context"
	"database/sql"
	"slices"
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
		if n+len(t.keys.lookups) >= bound.max {
			return errNoEffect
		}
	}
	known, err := t.exists(`SELECT 1 FROM lookup WHERE iri = $1`, l.IRI)
	if err != nil {
		return err
	}
	if known || slices.ContainsFunc(t.keys.lookups, func(o blog.Lookup) bool { return o.IRI == l.IRI }) {
		return errNoEffect
	}
	t.keys.lookups = append(t.keys.lookups, l)
	return nil
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
				AND iri IN (SELECT d.iri FROM lookup d WHERE d.due <= $1 ORDER BY d.due, d.iri LIMIT $3`+db.skipLocked+`)
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
			return t.settleLookups(nil, []blog.Comment{{IRI: iri}})
		}
		const below = `WITH RECURSIVE below (iri) AS (
				SELECT CAST($1 AS TEXT) UNION SELECT l.iri FROM lookup l JOIN below b ON l.waits_for = b.iri
			) `
		if err := t.lock(below+`SELECT iri FROM lookup WHERE iri IN (SELECT iri FROM below) ORDER BY iri`, iri); err != nil {
			return err
		}
		_, err = t.exec(below+`DELETE FROM lookup WHERE iri IN (SELECT iri FROM below)`, iri)
		return err
	})
	return wrap("drop a lookup", err)
}
