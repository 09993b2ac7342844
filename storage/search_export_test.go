package storage

import (
	"database/sql"
	"testing"
)

// ForgetSearch makes a closed SQLite database one whose posts are not indexed.
func ForgetSearch(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`DELETE FROM search`); err != nil {
		t.Fatal(err)
	}
}
