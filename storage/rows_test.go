package storage_test

import (
	"bytes"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"limelight/storage"
	"limelight/storage/storagetest"
)

// buffers are an export in memory.
type buffers map[string]*closingBuffer

type closingBuffer struct{ bytes.Buffer }

func (*closingBuffer) Close() error { return nil }

func (b buffers) create(table string) (io.WriteCloser, error) {
	b[table] = &closingBuffer{}
	return b[table], nil
}

func (b buffers) open(table string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(b[table].Bytes())), nil
}

// exported is a database with two rows in every table, its rows and its file.
func exported(t *testing.T) (buffers, []storage.TableRows, string) {
	t.Helper()
	from := sqliteFile(t)
	storagetest.Prepare(t, from.Database)
	populate(t, from)
	rows := buffers{}
	tables := must[[]storage.TableRows](t)(storage.ExportRows(t.Context(), from.Database, rows.create, nil))
	return rows, tables, from.Database
}

// TestRowsThereAndBack: every table is either the same again, or one of those
// that are left out for a reason.
func TestRowsThereAndBack(t *testing.T) {
	rows, tables, from := exported(t)
	to := filepath.Join(t.TempDir(), "again.db")
	ok(t, storage.ImportRows(t.Context(), to, storage.NewestSchema(), storage.Options{}, tables, rows.open, nil))
	before, after := rawDatabase(t, storage.Options{Database: from}), rawDatabase(t, storage.Options{Database: to})
	for _, table := range storage.CopiedTables {
		want := dump(t, before, `SELECT * FROM `+table)
		if len(want) == 0 {
			t.Errorf("%s has no rows that could be exported", table)
		}
		if storage.LeftTables[table] != "" {
			equal(t, "a table that is left out: "+table, len(dump(t, after, `SELECT * FROM `+table)), 0)
			continue
		}
		equal(t, table, dump(t, after, `SELECT * FROM `+table), want)
	}
	equal(t, "where comments go on", dump(t, after, `SELECT seq FROM sqlite_sequence WHERE name = 'comment'`), []string{"41"})
	for table := range storage.LeftTables {
		if !slices.Contains(storage.CopiedTables, table) {
			t.Errorf("%s is left out and is no table of a blog", table)
		}
	}
}

// TestRowsRefused: what is no export of ours fills nothing.
func TestRowsRefused(t *testing.T) {
	change := func(table, from, to string) func(buffers, []storage.TableRows) []storage.TableRows {
		return func(b buffers, tables []storage.TableRows) []storage.TableRows {
			text := b[table].String()
			b[table].Reset()
			b[table].WriteString(strings.Replace(text, from, to, 1))
			return tables
		}
	}
	for name, c := range map[string]struct {
		do   func(buffers, []storage.TableRows) []storage.TableRows
		want string
	}{
		"cut off":     {change("handle", "\n{", "\n"), "no JSON object"},
		"a row less":  {change("node", "}\n", "}\n{}\n"), "was it cut off"},
		"a column":    {change("handle", `"name":`, `"name, host) SELECT 1; --":`), "there is no name"},
		"one more":    {change("handle", `{`, `{"more":1,`), "no columns for"},
		"a kind":      {change("post", `"sensitive":true`, `"sensitive":"true"`), "type BOOLEAN"},
		"a fraction":  {change("handle", `"since":1`, `"since":1.5`), "type BIGINT"},
		"nothing":     {change("handle", `"since":1`, `"since":null`), "type BIGINT"},
		"a long line": {change("handle", `"name":"`, `"name":"`+strings.Repeat("x", 65<<20)), "too long"},
		"their table": {func(_ buffers, tables []storage.TableRows) []storage.TableRows {
			return append(tables, storage.TableRows{Table: "sqlite_master"})
		}, "no table"},
		"a table twice": {func(_ buffers, tables []storage.TableRows) []storage.TableRows { return append(tables, tables[0]) }, "no table"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, tables, _ := exported(t)
			tables = c.do(rows, tables)
			err := storage.ImportRows(t.Context(), filepath.Join(t.TempDir(), "again.db"), storage.NewestSchema(), storage.Options{}, tables, rows.open, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v", err)
			}
		})
	}
	rows, tables, _ := exported(t)
	is(t, storage.ImportRows(t.Context(), filepath.Join(t.TempDir(), "later.db"), 30_000, storage.Options{}, tables, rows.open, nil), storage.ErrVersion)
}
