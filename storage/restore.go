package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Vacant tells whether a blog may be put where o says: nil when neither rows nor
// media files are there. ErrInUse when the database is being served, ErrNotEmpty
// when something is in one of the two. Media of the list, by path and size, may
// be there: an import that was killed before the database got its name left them.
// See SameMedia for whether they are what they seem.
func Vacant(ctx context.Context, o Options, left []MediaFile) error {
	if o.Postgres() {
		if err := checkVacant(ctx, o); err != nil {
			return wrap(o.Name(), err)
		}
		return vacantMedia(ctx, o, left)
	}
	served, err := isLocked(lockOf(o.path()))
	if err == nil && served {
		err = ErrInUse
	}
	if err == nil {
		err = o.vacantFile()
	}
	if err != nil {
		return wrap(o.Name(), err)
	}
	return vacantMedia(ctx, o, left)
}

// vacantFile also refuses what an SQLite file that is gone has left: the next
// one of its name would be taken for that.
func (o Options) vacantFile() error {
	if err := o.checkPlace(); err != nil {
		return err
	}
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		switch info, err := os.Stat(o.path() + end); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case end != "":
			return fmt.Errorf("%s is left of another one: %w", filepath.Base(o.path())+end, ErrNotEmpty)
		case info.Size() > 0:
			return ErrNotEmpty
		}
	}
	return nil
}

// Restore puts what Snapshot wrote to path where o says, whole or not at all, after
// before has done what must be done by then. It takes the file away, or reads it
// when it goes into PostgreSQL. Errors are those of Vacant, and whatever is wrong
// with the file: see Inspect, which must have looked through it.
func Restore(ctx context.Context, path string, o Options, left []MediaFile, before func() error, tell func(Copying)) error {
	if err := Vacant(ctx, o, left); err != nil {
		return err
	}
	if o.Postgres() {
		if err := before(); err != nil {
			return err
		}
		_, err := Copy(ctx, Options{Database: path, Media: o.Media, S3: o.S3}, o, tell)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.path()), 0o750); err != nil {
		return err
	}
	lock, err := lockFile(lockOf(o.path())) // no serve until it is done
	if err != nil {
		return wrap(o.Name(), err)
	}
	defer lock.Close()
	if err := o.vacantFile(); err != nil {
		return wrap(o.Name(), err)
	}
	if err := before(); err != nil {
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
