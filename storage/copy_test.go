package storage_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// rawDatabase is a database past package storage.
func rawDatabase(t *testing.T, o storage.Options) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if o.Postgres() {
		driver = "pgx"
	}
	db, err := sql.Open(driver, o.Database)
	ok(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

// tablesOf are the tables of a blog, whatever this package says of them.
func tablesOf(t *testing.T, o storage.Options) []string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_index%'`
	if o.Postgres() {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
	}
	var names []string
	for _, row := range dump(t, rawDatabase(t, o), query) {
		if row != "goose_db_version" {
			names = append(names, row)
		}
	}
	slices.Sort(names)
	return names
}

// dump is one line for each row of a query, sorted.
func dump(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	ok(t, err)
	defer rows.Close()
	columns := must[[]string](t)(rows.Columns())
	var lines []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range into {
			into[i] = &values[i]
		}
		ok(t, rows.Scan(into...))
		for i, v := range values { // SQLite has no booleans of its own
			switch v {
			case true:
				values[i] = 1
			case false:
				values[i] = 0
			}
		}
		lines = append(lines, strings.Trim(fmt.Sprint(values), "[]"))
	}
	ok(t, rows.Err())
	slices.Sort(lines)
	return lines
}

// populate puts two rows into every table where there may be two: each text is
// the same and each number too, so that keys refer to each other. It knows no
// table by name, so that a new one is in it.
func populate(t *testing.T, o storage.Options) {
	t.Helper()
	db := rawDatabase(t, o)
	db.SetMaxOpenConns(1)
	_, err := db.Exec(`PRAGMA foreign_keys = OFF`)
	ok(t, err)
	for _, table := range tablesOf(t, o) {
		rows, err := db.Query(`SELECT * FROM ` + table)
		ok(t, err)
		types := must[[]*sql.ColumnType](t)(rows.ColumnTypes())
		rows.Close()
		_, err = db.Exec(`DELETE FROM ` + table)
		ok(t, err)
		for n := 1; n <= 2; n++ {
			var names, places []string
			var values []any
			for i, c := range types {
				names, places = append(names, c.Name()), append(places, fmt.Sprintf("$%d", i+1))
				values = append(values, map[string]any{"TEXT": fmt.Sprintf("%d \\N\t\"ü\"\n", n), "BOOLEAN": n == 1}[c.DatabaseTypeName()])
				if values[i] == nil {
					values[i] = n
				}
			}
			_, err := db.Exec(`INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(places, ", ")+`)`, values...)
			if err != nil && !(n == 2 && strings.Contains(err.Error(), "CHECK")) {
				t.Fatalf("%s: %v", table, err)
			}
		}
	}
	_, err = db.Exec(`UPDATE sqlite_sequence SET seq = 41 WHERE name = 'comment'`)
	ok(t, err)
}

func sqliteFile(t *testing.T) storage.Options {
	dir := t.TempDir()
	return storage.Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media")}
}

// TestCopyThereAndBack takes every table that there is to PostgreSQL and back.
func TestCopyThereAndBack(t *testing.T) {
	from, there, back := sqliteFile(t), sqliteFile(t), sqliteFile(t)
	there.Database = storagetest.BlankPostgres(t)
	storagetest.Prepare(t, from.Database)
	populate(t, from)
	all := append(slices.Clone(storage.CopiedTables), storage.LocalTables...)
	slices.Sort(all)
	equal(t, "tables that Copy knows", all, tablesOf(t, from))

	var last storage.Copying
	n, err := storage.Copy(t.Context(), from, there, func(c storage.Copying) { last = c })
	ok(t, err)
	equal(t, "told last", last, storage.Copying{Table: storage.CopiedTables[len(storage.CopiedTables)-1], Rows: n, Total: n})
	equal(t, "tables on PostgreSQL", tablesOf(t, there), all)
	n2, err := storage.Copy(t.Context(), there, back, nil)
	ok(t, err)
	equal(t, "rows on the way back", n2, n)

	before, between, after := rawDatabase(t, from), rawDatabase(t, there), rawDatabase(t, back)
	for _, table := range storage.CopiedTables {
		rows := dump(t, before, `SELECT * FROM `+table)
		if len(rows) == 0 {
			t.Errorf("%s has no rows that could be copied", table)
		}
		equal(t, table, dump(t, between, `SELECT * FROM `+table), rows)
		equal(t, table+" back", dump(t, after, `SELECT * FROM `+table), rows)
	}
	for engine, db := range map[string]*sql.DB{"postgres": between, "sqlite": after} {
		var id int64
		ok(t, db.QueryRow(`INSERT INTO comment (iri, url, post_id, parent_iri, actor, html, text, raw, warning, language, visibility, state, source, published, edited, received)
			SELECT 'new', url, post_id, parent_iri, actor, html, text, raw, warning, language, visibility, state, source, published, edited, received
			FROM comment WHERE id = 1 RETURNING id`).Scan(&id))
		equal(t, "the next comment's id on "+engine, id, 42)
	}
}

// TestCopyRefuses whatever would lose or mix data, and leaves it as it was.
func TestCopyRefuses(t *testing.T) {
	from, to := sqliteFile(t), sqliteFile(t)
	to.Database = storagetest.BlankPostgres(t)
	_, err := storage.Copy(t.Context(), from, to, nil)
	is(t, err, storage.ErrNoDatabase)

	db := must[*storage.DB](t)(storage.Serve(t.Context(), from))
	publish(t, db, hello())
	_, err = storage.Copy(t.Context(), from, to, nil)
	is(t, err, storage.ErrInUse)
	ok(t, db.Close())
	equal(t, "tables of a refused copy", tablesOf(t, to), nil)

	foreign := rawDatabase(t, to)
	_, err = foreign.Exec(`CREATE TABLE theirs (id BIGINT)`)
	ok(t, err)
	_, err = storage.Copy(t.Context(), from, to, nil)
	is(t, err, storage.ErrNotEmpty)
	equal(t, "tables of another program", tablesOf(t, to), []string{"theirs"})
	_, err = foreign.Exec(`DROP TABLE theirs`)
	ok(t, err)

	_, err = storage.Copy(t.Context(), from, to, nil)
	ok(t, err)
	_, err = storage.Copy(t.Context(), from, to, nil)
	is(t, err, storage.ErrNotEmpty)

	served := must[*storage.DB](t)(storage.Serve(t.Context(), to))
	_, err = storage.Copy(t.Context(), to, sqliteFile(t), nil)
	is(t, err, storage.ErrInUse)
	equal(t, "the post", post(t, served, "hello").Title, "Hello")
	ok(t, served.Close())
}

// TestCopyFindsDifferences: what does not come as it left is not kept.
func TestCopyFindsDifferences(t *testing.T) {
	from, to := sqliteFile(t), sqliteFile(t)
	to.Database = storagetest.Postgres(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), from))
	publish(t, db, hello())
	ok(t, db.Close())
	raw := rawDatabase(t, to)
	for trigger, want := range map[string]string{
		`NEW.name := upper(NEW.name); RETURN NEW;`:                 "others than those that left",
		`IF NEW.slug = 'go' THEN RETURN NULL; END IF; RETURN NEW;`: "2 rows left and 1 came",
	} {
		_, err := raw.Exec(`CREATE OR REPLACE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ` + trigger + ` END $$;
			CREATE OR REPLACE TRIGGER change BEFORE INSERT ON post_tag FOR EACH ROW EXECUTE FUNCTION change()`)
		ok(t, err)
		_, err = storage.Copy(t.Context(), from, to, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("copied with %s: %v", trigger, err)
		}
		equal(t, "posts kept", len(dump(t, raw, `SELECT id FROM post`)), 0)
	}
	_, err := raw.Exec(`DROP FUNCTION change CASCADE`)
	ok(t, err)
	_, err = storage.Copy(t.Context(), from, to, nil)
	ok(t, err)
	served := must[*storage.DB](t)(storage.Serve(t.Context(), to))
	equal(t, "tags", post(t, served, "hello").Tags, []blog.Tag{{Slug: "self-hosting", Name: "self hosting"}, {Slug: "go", Name: "Go"}})
	ok(t, served.Close())
}
