package storage

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
)

// Snapshot writes the blog's rows, as they are at one moment, into a new SQLite
// file at path, whichever engine they are in, while others read and write them.
// The folder is to be the caller's own: the file holds the private key, and is
// made with mode 0600. It is not synced. tell, which may be nil, is called often
// for PostgreSQL, whose rows go over one by one and are read back; SQLite copies
// its pages.
func Snapshot(ctx context.Context, o Options, path string, tell func(Copying)) error {
	err := snapshot(ctx, o, path, tell)
	if err != nil {
		removeDatabase(path)
	}
	return wrap("copy the database "+o.Name(), err)
}

func snapshot(ctx context.Context, o Options, path string, tell func(Copying)) error {
	db, err := Open(ctx, o) // which says what is wrong
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Node(ctx); err != nil {
		return fmt.Errorf("there is no blog in it: %w", err)
	}
	if o.Postgres() {
		return dump(ctx, o, path, newestSchema(), tell)
	}
	source, err := sql.Open("sqlite", dsn(o.path(), "rw", "busy_timeout(5000)"))
	if err != nil {
		return err
	}
	defer source.Close()
	return vacuumInto(ctx, source, path)
}

// vacuumInto has SQLite write what one reading transaction sees into a file that
// is made for it, since it would make one that all may read.
func vacuumInto(ctx context.Context, db *sql.DB, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO $1`, path)
	return err
}

// dump copies the tables of a PostgreSQL database into a new SQLite file, which
// gets the schema that they have. Nobody else is disturbed: it reads one snapshot.
func dump(ctx context.Context, from Options, path string, schema int64, tell func(Copying)) error {
	source := &copyEnd{}
	defer source.close()
	if err := source.connect(ctx, from, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`); err != nil {
		return err
	}
	tables, err := makeSQLite(ctx, path, schema, from)
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
	// Leases stay as they are: the columns that end them are another schema's, and
	// whoever starts with this file ends them.
	if _, err := copyTables(ctx, source, target, tables, tell); err != nil {
		return err
	}
	return target.exec(ctx, `COMMIT`)
}

// makeSQLite makes an empty database of a schema, and returns its tables that
// are to be copied.
func makeSQLite(ctx context.Context, path string, schema int64, o Options) (tables []string, err error) {
	if err := createFile(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	p, err := provider(db, sqliteEngine)
	if err != nil {
		return nil, err
	}
	if _, err := p.UpTo(ctx, schema); err != nil {
		return nil, err
	}
	if schema == newestSchema() {
		if err := noteRelease(ctx, db, o, schema); err != nil {
			return nil, err
		}
	}
	there, err := (&tx{ctx: ctx, on: db}).texts(`SELECT name FROM sqlite_master WHERE type = 'table'`)
	for _, table := range copiedTables {
		if slices.Contains(there, table) {
			tables = append(tables, table)
		}
	}
	return tables, err
}
