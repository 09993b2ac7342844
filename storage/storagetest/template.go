package storagetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"limelight/storage"
)

// template is a migrated, empty SQLite database, made once for all tests of a
// process: under the race detector the migrations take longer than most tests.
var template = sync.OnceValues(func() (data []byte, err error) {
	dir, err := os.MkdirTemp("", "limelight-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	o := storage.Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media")}
	db, err := storage.Serve(context.Background(), o)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil { // which takes the write-ahead log into the file
		return nil, err
	}
	return os.ReadFile(o.Database)
})

// Prepare writes a migrated, empty SQLite database to path, where nothing may
// be yet.
func Prepare(t testing.TB, path string) {
	t.Helper()
	data, err := template()
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatalf("prepare a database: %v", err)
	}
}
