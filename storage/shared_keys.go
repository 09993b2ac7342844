package storage

import (
	"cmp"
	"database/sql"
	"slices"

	"limelight/blog"
)

// sharedKeys are what the members of a transaction write under keys that those of
// other actors write too: what strangers show, or have us look for. All of it is
// written at the end, by table and key, since two transactions that each hold what
// the other one wants to write next would wait for each other on PostgreSQL.
type sharedKeys struct {
	pictures []wantedPicture
	walks    []wantedWalk
	lookups  []blog.Lookup  // to be made
	stored   []blog.Comment // notes that nobody has to look for any more
}

type wantedPicture struct {
	url   string
	emoji bool
}

type wantedWalk struct{ iri, post string }

// settleKeys writes them.
func (t *tx) settleKeys() error {
	k := t.keys
	t.keys = sharedKeys{}
	// Sorted copies: a member that fails after this has the lists put back as they were.
	for _, p := range slices.SortedStableFunc(slices.Values(k.pictures), func(a, b wantedPicture) int { return cmp.Compare(a.url, b.url) }) {
		if err := t.addPicture(p); err != nil {
			return err
		}
	}
	for _, w := range slices.SortedStableFunc(slices.Values(k.walks), func(a, b wantedWalk) int { return cmp.Compare(a.iri, b.iri) }) {
		if err := t.addWalk(w); err != nil {
			return err
		}
	}
	return t.settleLookups(k.lookups, k.stored)
}

// settleLookups makes lookups, ends those of notes that are stored now, and makes
// those that wait for them due.
func (t *tx) settleLookups(added []blog.Lookup, stored []blog.Comment) error {
	if len(added)+len(stored) == 0 {
		return nil
	}
	var steps []lookupStep
	for _, l := range added {
		steps = append(steps, lookupStep{l.IRI, `INSERT INTO lookup (iri, host, waits_for, depth, tries, due, since)
			VALUES ($1, $2, $3, $4, 0, $5, $5) ON CONFLICT (iri) DO NOTHING`,
			[]any{l.IRI, hostOf(l.IRI), l.WaitsFor, l.Depth, millis(t.now)}})
	}
	var names []string
	for _, c := range stored {
		steps = append(steps, lookupStep{c.IRI, `DELETE FROM lookup WHERE iri = $1`, []any{c.IRI}})
		names = append(names, c.IRI)
		if c.URL != "" {
			names = append(names, c.URL)
		}
	}
	for some := range slices.Chunk(names, rowBatch) {
		args, list := in(nil, some)
		err := t.each(func(rows *sql.Rows) error {
			var iri, note string
			if err := rows.Scan(&iri, &note); err != nil {
				return err
			}
			steps = append(steps, lookupStep{iri, `UPDATE lookup SET due = $3, waits_for = '' WHERE iri = $1 AND waits_for = $2`,
				[]any{iri, note, millis(t.now)}})
			return nil
		}, `SELECT iri, waits_for FROM lookup WHERE waits_for <> '' AND waits_for IN `+list, args...)
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(steps, func(a, b lookupStep) int { return cmp.Compare(a.iri, b.iri) })
	for _, s := range steps {
		if _, err := t.exec(s.statement, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// lookupStep is what is done to one lookup.
type lookupStep struct {
	iri, statement string
	args           []any
}
