package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A copy from before an upgrade is named for what it is of, when it was made, its
// schema and the version that was about to change that:
// limelight.db.20060102T150405Z-schema22-before-0.2.0.bak
const (
	keptTime = "20060102T150405Z"
	keptEnd  = ".bak"
)

var (
	keptPattern = regexp.MustCompile(`^\.[0-9]{8}T[0-9]{6}Z-schema[0-9]+-before-[A-Za-z0-9.+_-]+\.bak$`)
	oddInName   = regexp.MustCompile(`[^A-Za-z0-9.+_-]+`)
)

// keepSQLite copies the database beside itself before it is migrated.
func (o Options) keepSQLite(ctx context.Context, db *sql.DB, schema int64) error {
	return o.keep(o.path(), schema, func(path string) error { return vacuumInto(ctx, db, path) })
}

// keepPostgres dumps the database into an SQLite file of the same schema.
func (o Options) keepPostgres(ctx context.Context, schema int64) error {
	return o.keep(filepath.Join(o.Upgrades.Folder, "limelight.postgres"), schema, func(path string) error {
		return dump(ctx, o, path, schema, nil)
	})
}

// keep makes a copy whole or not at all, and removes older ones beyond the number.
func (o Options) keep(base string, schema int64, make func(path string) error) error {
	if o.Upgrades.Keep == 0 {
		return nil
	}
	program := oddInName.ReplaceAllString(o.Program, "-")
	if program == "" {
		program = "unknown"
	}
	path := fmt.Sprintf("%s.%s-schema%d-before-%s%s", base, time.Now().UTC().Format(keptTime), schema, program, keptEnd)
	part := path + ".part"
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	defer removeDatabase(part)
	removeDatabase(part)
	if err := make(part); err != nil {
		return err
	}
	if err := errors.Join(os.Chmod(part, 0o600), syncFile(part)); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return err
	}
	return pruneKept(base, o.Upgrades.Keep)
}

// pruneKept removes the oldest copies, whose names begin with their time.
func pruneKept(base string, keep int) error {
	entries, err := os.ReadDir(filepath.Dir(base))
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), filepath.Base(base))
		if ok && e.Type().IsRegular() && keptPattern.MatchString(rest) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-keep)] {
		if err := os.Remove(filepath.Join(filepath.Dir(base), name)); err != nil {
			return err
		}
	}
	return nil
}

// syncFile makes what was written to a file durable. It must be no database that
// is open: closing a descriptor would drop SQLite's locks.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// removeDatabase removes a closed SQLite file and what lies beside it.
func removeDatabase(path string) {
	for _, end := range []string{"", "-journal", "-wal", "-shm", ".lock"} {
		_ = os.Remove(path + end) // what is not there, or will be in the way
	}
}
