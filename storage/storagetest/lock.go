package storagetest

import (
	"database/sql"
	"sync"
	"testing"

	"limelight/storage"
)

// Lock keeps the SQLite database locked for whoever wants to write, as a
// program beside limelight may do, until release is called or the test ends.
func Lock(t testing.TB, o storage.Options) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", o.Database+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	release = sync.OnceFunc(func() {
		conn.Close() // and with it the transaction
		db.Close()
	})
	t.Cleanup(release)
	return release
}

// Locked is an SQLite database whatever the suite runs on, with what locks it: on
// PostgreSQL nobody can lock the whole of one.
func Locked(t testing.TB, changes ...func(*storage.Options)) (db *storage.DB, lock func() (release func())) {
	t.Helper()
	o := sqliteOptions(t, changes...)
	Prepare(t, o.Database)
	return serve(t, o), func() func() { return Lock(t, o) }
}
