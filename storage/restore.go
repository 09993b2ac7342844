package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Vacant tells whether a blog may be put where o says: nil when neither rows nor
// media files are there. ErrInUse when the database is being served, ErrNotEmpty
// when something is in one of the two.
func Vacant(ctx context.Context, o Options) error {
	lock, err := o.vacant(ctx)
	if lock != nil {
		err = errors.Join(err, lock.Close())
	}
	return err
}

// vacant holds the lock of an SQLite file until the caller closes it, also on an
// error when it is not nil.
func (o Options) vacant(ctx context.Context) (lock *os.File, err error) {
	if err := vacantMedia(o.Media); err != nil {
		return nil, err
	}
	if o.Postgres() {
		return nil, wrap(o.Name(), checkVacant(ctx, o))
	}
	if err := o.checkPlace(); err != nil {
		return nil, wrap(o.Name(), err)
	}
	if err := os.MkdirAll(filepath.Dir(o.path()), 0o750); err != nil {
		return nil, err
	}
	if lock, err = lockFile(lockOf(o.path())); err != nil {
		return nil, wrap(o.Name(), err)
	}
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		switch info, err := os.Stat(o.path() + end); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return lock, err
		case info.Size() > 0 || end != "":
			return lock, fmt.Errorf("%s is there: %w", o.Name()+end, ErrNotEmpty)
		}
	}
	return lock, nil
}

// vacantMedia passes over files on their way, which begin with a dot.
func vacantMedia(folder string) error {
	for _, dir := range []string{folder, filepath.Join(folder, "avatars")} {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") && (dir != folder || e.Name() != "avatars") {
				return fmt.Errorf("%s is there: %w", filepath.Join(dir, e.Name()), ErrNotEmpty)
			}
		}
	}
	return nil
}

// Restore puts what Snapshot wrote to path where o says, whole or not at all, after
// before has done what must be done by then. It takes the file away, or reads it
// when it goes into PostgreSQL. Errors are those of Vacant, and whatever is wrong
// with the file: see Inspect, which must have looked through it.
func Restore(ctx context.Context, path string, o Options, before func() error, tell func(Copying)) error {
	lock, err := o.vacant(ctx)
	if lock != nil {
		defer lock.Close()
	}
	if err != nil {
		return err
	}
	if err := before(); err != nil {
		return err
	}
	if o.Postgres() {
		_, err := Copy(ctx, Options{Database: path, Media: o.Media}, o, tell)
		return err
	}
	if err := foldIn(ctx, path); err != nil {
		return err
	}
	if err := errors.Join(os.Chmod(path, 0o600), syncFile(path), ctx.Err()); err != nil {
		return err
	}
	if err := os.Rename(path, o.path()); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(o.path()))
}

// foldIn takes the write-ahead log of a database that nobody has open into the
// file itself, which is then all there is of it.
func foldIn(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(path, "rw", "trusted_schema(0)"))
	if err != nil {
		return err
	}
	var mode string
	err = db.QueryRowContext(ctx, `PRAGMA journal_mode = DELETE`).Scan(&mode)
	return errors.Join(err, db.Close())
}
