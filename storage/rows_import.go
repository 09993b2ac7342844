package storage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxRow bounds a line of an export: the largest post, written as JSON, is a good
// deal smaller.
const maxRow = 64 << 20

// ImportRows makes a new SQLite file of a schema at path and fills it with what
// ExportRows wrote. A stranger may have written it: only columns that the schema
// has are filled, with values of their kind. See Inspect for whether it is a
// blog, and Restore for putting it in its place. ErrVersion when a later version
// of the program made it.
func ImportRows(ctx context.Context, path string, schema int64, o Options, tables []TableRows, open func(table string) (io.ReadCloser, error), tell func(Copying)) error {
	if tell == nil {
		tell = func(Copying) {}
	}
	if newest := newestSchema(); schema > newest {
		return newerSchema("", o.Program, schema, newest)
	}
	known, err := makeSQLite(ctx, path, schema, o)
	if err != nil {
		return err
	}
	target := &copyEnd{}
	defer target.close()
	if err := target.connect(ctx, Options{Database: path}, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if err := target.exec(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
		return err
	}
	at := Copying{}
	seen := map[string]bool{}
	for _, t := range tables {
		if !slices.Contains(known, t.Table) || leftTables[t.Table] != "" || seen[t.Table] {
			return fmt.Errorf("there is no table %.100q to be filled once", t.Table)
		}
		seen[t.Table], at.Total = true, at.Total+max(0, t.Rows)
	}
	for _, t := range tables {
		at.Table = t.Table
		if err := target.importTable(ctx, t, open, func() { at.Rows++; tell(at) }); err != nil {
			return fmt.Errorf("%s: %w", t.Table, err)
		}
	}
	return target.exec(ctx, `COMMIT`)
}

func (e *copyEnd) importTable(ctx context.Context, t TableRows, open func(string) (io.ReadCloser, error), moved func()) error {
	if err := e.exec(ctx, `DELETE FROM `+t.Table); err != nil { // what the migrations put there
		return err
	}
	shape, err := e.shapeOf(ctx, t.Table)
	if err != nil {
		return err
	}
	in, err := open(t.Table)
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxRow)
	n := int64(0)
	for lines.Scan() {
		if n++; n > t.Rows {
			break
		}
		if err := e.insertLine(ctx, t.Table, shape, lines.Bytes()); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		moved()
	}
	switch {
	case lines.Err() != nil:
		return fmt.Errorf("line %d: %w", n+1, lines.Err())
	case n != t.Rows:
		return fmt.Errorf("it should have %d rows, and has other than that; was it cut off, or changed by hand?", t.Rows)
	}
	return e.goOnAfter(ctx, t.Table, t.LastID)
}

// column is one of a table, with the kind of its values: text, whole or truth.
type column struct {
	name, kind string
	nullable   bool
}

func (e *copyEnd) shapeOf(ctx context.Context, table string) ([]column, error) {
	rows, err := e.QueryContext(ctx, `SELECT name, type, "notnull" = 0 AND pk = 0 FROM pragma_table_info($1)`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var shape []column
	for rows.Next() {
		var c column
		if err := rows.Scan(&c.name, &c.kind, &c.nullable); err != nil {
			return nil, err
		}
		shape = append(shape, c)
	}
	return shape, rows.Err()
}

func (e *copyEnd) insertLine(ctx context.Context, table string, shape []column, line []byte) error {
	var row map[string]json.RawMessage
	if err := json.Unmarshal(line, &row); err != nil {
		return errors.New("it is no JSON object on one line")
	}
	var names, places []string
	var values []any
	for _, c := range shape {
		raw, ok := row[c.name]
		if !ok {
			return fmt.Errorf("there is no %s", c.name)
		}
		v, err := c.value(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		names, values = append(names, c.name), append(values, v)
		places = append(places, fmt.Sprintf("$%d", len(values)))
	}
	if len(row) != len(shape) {
		return errors.New("there are members that the table has no columns for")
	}
	_, err := e.ExecContext(ctx, `INSERT INTO `+table+` (`+strings.Join(names, `, `)+`) VALUES (`+strings.Join(places, `, `)+`)`, values...)
	return err
}

// value is what JSON says, when the column can have it.
func (c column) value(raw json.RawMessage) (any, error) {
	var err error
	switch kind := strings.ToUpper(c.kind); {
	case bytes.Equal(raw, []byte("null")) && c.nullable:
		return nil, nil
	case kind == "TEXT":
		var s *string
		if err = json.Unmarshal(raw, &s); err == nil && s != nil {
			return strings.ToValidUTF8(strings.ReplaceAll(*s, "\x00", ""), "\uFFFD"), nil
		}
	case kind == "BOOLEAN":
		var b *bool
		if err = json.Unmarshal(raw, &b); err == nil && b != nil {
			return *b, nil
		}
	default:
		var n *int64
		if err = json.Unmarshal(raw, &n); err == nil && n != nil {
			return *n, nil
		}
	}
	return nil, fmt.Errorf("%.40s is no value for a column of type %s", raw, c.kind)
}
