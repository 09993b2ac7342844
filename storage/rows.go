package storage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// leftTables are those of copiedTables that an export leaves out. Each can be
// done without, and would do harm or grow old elsewhere.
var leftTables = map[string]string{
	"search":               "made anew from the posts at the next start",
	"delivery":             "what is on its way, and receipts: two nodes would send the same",
	"lookup":               "notes that are being looked for: found again when they matter",
	"feed_change":          "which feeds changed a moment ago",
	"subscription_request": "who asked for a feed a moment ago: they ask again",
	"host_limit":           "how much other servers take: learned anew",
	"failing_inbox":        "which inboxes gave no answer: learned anew",
	"unused_media":         "files of posts that are no more: an export has none of them",
	"acme_cache":           "certificates and their keys: the authority gives new ones",
}

// ExportedTables are the tables of an export, those that others refer to first.
func ExportedTables() []string {
	return slices.DeleteFunc(slices.Clone(copiedTables), func(table string) bool { return leftTables[table] != "" })
}

// TableRows is a table of an export.
type TableRows struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	LastID int64  `json:"last_id"` // the highest id that it ever gave out; 0 when it gives out none
}

// ExportRows writes the tables of a file of Snapshot, which nobody else has open,
// as JSON: a line for each row, with the columns by name in their order. open is
// called once for each table. tell, which may be nil, is called often.
func ExportRows(ctx context.Context, path string, open func(table string) (io.WriteCloser, error), tell func(Copying)) ([]TableRows, error) {
	if tell == nil {
		tell = func(Copying) {}
	}
	source := &copyEnd{}
	defer source.close()
	if err := source.connect(ctx, Options{Database: path}, `BEGIN`); err != nil {
		return nil, wrap("export the rows", err)
	}
	var all []TableRows
	at := Copying{}
	for _, table := range ExportedTables() {
		n, err := source.count(ctx, table)
		if err != nil {
			return nil, wrap("export the table "+table, err)
		}
		all, at.Total = append(all, TableRows{Table: table, Rows: n}), at.Total+n
	}
	for i := range all {
		at.Table = all[i].Table
		if err := source.export(ctx, &all[i], open, func() { at.Rows++; tell(at) }); err != nil {
			return nil, wrap("export the table "+all[i].Table, err)
		}
	}
	return all, nil
}

func (e *copyEnd) export(ctx context.Context, t *TableRows, open func(string) (io.WriteCloser, error), moved func()) (err error) {
	if t.LastID, err = e.lastID(ctx, t.Table); err != nil {
		return err
	}
	rows, err := e.read(ctx, t.Table, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	rows.moved = moved
	out, err := open(t.Table)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	for err == nil && rows.Next() {
		err = writeRow(w, rows.columns, rows.values)
	}
	err = errors.Join(err, rows.Err(), w.Flush(), out.Close())
	if err == nil && rows.n != t.Rows {
		err = fmt.Errorf("it has %d rows, and had %d", rows.n, t.Rows)
	}
	return err
}

// writeRow keeps the order of the columns, which a map would lose.
func writeRow(w *bufio.Writer, columns []string, values []any) error {
	enc := json.NewEncoder(oneLine{w})
	enc.SetEscapeHTML(false)
	for i, column := range columns {
		before := ","
		if i == 0 {
			before = "{"
		}
		fmt.Fprintf(w, "%s%q:", before, column) // a bufio.Writer keeps its error
		if err := enc.Encode(values[i]); err != nil {
			return err
		}
	}
	_, err := w.WriteString("}\n")
	return err
}

// oneLine drops the line end that a json.Encoder writes after each value.
type oneLine struct{ w *bufio.Writer }

// Write implements io.Writer; an Encoder calls it once a value.
func (o oneLine) Write(p []byte) (int, error) {
	if n := len(p); n > 0 && p[n-1] == '\n' {
		_, err := o.w.Write(p[:n-1])
		return n, err
	}
	return o.w.Write(p)
}
