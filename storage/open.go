package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// DB is the blog's rows and media bytes. Its methods are safe for concurrent
// use; each is one transaction named for what happened.
type DB struct {
	pool       runner // what reading methods read from
	write      func(context.Context, func(*tx) error) error
	together   func(ctx context.Context, of string, fn func(*tx) error) error // write for what comes in, sharing a commit with others; of whom, by IRI
	now        func() time.Time
	full       func() bool
	search     searcher       // the engine's own
	skipLocked string         // on PostgreSQL, lets a claim pass by rows that another one holds
	shared     bool           // other processes may serve it too: PostgreSQL
	patience   time.Duration  // of Close with a PostgreSQL that does not answer
	process    process        // this one
	notices    Notify         // what the author is to be told
	room       room           // for that
	files      files          // media bytes
	file       string         // path of the SQLite file that is served
	needed     needed         // media
	meter      *meter         // see Stats
	lock       string         // path of the lock of SQLite's serving process
	closes     []func() error // in the order things were opened
}

// Options tell where the data lies.
type Options struct {
	Database    string           // path of the SQLite file, or a postgres:// URL
	Connections int              // to PostgreSQL, at most; 0 means 16
	Media       string           // folder of media and avatars, or s3://bucket/prefix
	S3          S3               // for a bucket
	Now         func() time.Time // nil means time.Now
	Full        func() bool      // whether the SQLite file may not grow, asked before each transaction: tests fill the disk; nil means never
	Program     string           // version of the program: "0.2.0"
	Upgrades    Upgrades
	Notify      Notify
}

// Upgrades are copies of the database that are made before another version of
// the program changes its schema.
type Upgrades struct {
	Keep   int    // so many, the newest; 0 makes none
	Folder string // of those of PostgreSQL; those of an SQLite file lie beside it
}

// Serve opens the database for serving. An SQLite file, created with mode 0600,
// is for one process: it takes the lock (ErrInUse when held) and clears the
// leases that a killed predecessor left. A PostgreSQL database, of version 15 or
// newer, is for any number of processes, which share the media too and call Beat. Either is migrated; one of a later version of the program is
// refused with ErrVersion.
func Serve(ctx context.Context, o Options) (*DB, error) {
	db := newDB(o)
	err := o.checkPlace()
	if err == nil {
		if err := db.prepareFiles(ctx, o); err != nil {
			return nil, errors.Join(err, db.Close())
		}
		err = db.serve(ctx, o)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", o.Name(), err), db.Close())
	}
	return db, nil
}

// Open opens what exists, for the other commands: ErrNoDatabase when nothing
// does, ErrVersion when `limelight serve` of this version has not migrated it.
// Never creates, migrates or seeds. Its writing methods wait up to 30 s for a
// busy writer.
func Open(ctx context.Context, o Options) (*DB, error) {
	db := newDB(o)
	err := db.openFiles(o)
	switch {
	case err != nil:
	case o.Postgres():
		err = openPostgres(ctx, db, o, false)
	default:
		db.lock = lockOf(o.path())
		err = openSQLite(ctx, db, o)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", o.Name(), err), db.Close())
	}
	return db, nil
}

// Close ends what was opened, after what was being written is committed.
// ErrGivenUp when PostgreSQL did not answer for so long that some of it could
// not be.
func (db *DB) Close() error {
	var errs []error
	for _, end := range slices.Backward(db.closes) {
		errs = append(errs, end())
	}
	db.closes = nil
	return errors.Join(errs...)
}

func newDB(o Options) *DB {
	db := &DB{now: o.Now, full: o.Full, search: sqliteSearch, notices: o.Notify, meter: &meter{}, patience: closePatience}
	if db.now == nil {
		db.now = time.Now
	}
	return db
}

// openFiles looks at nothing yet: most commands need no media.
func (db *DB) openFiles(o Options) (err error) {
	if db.files, err = newFiles(o); err != nil {
		return err
	}
	db.onClose(db.files.close)
	return nil
}

func (db *DB) prepareFiles(ctx context.Context, o Options) error {
	err := db.openFiles(o)
	if err == nil {
		err = db.files.prepare(ctx)
	}
	return wrap("make the media ready", err)
}

func (db *DB) serve(ctx context.Context, o Options) error {
	var err error
	if db.process.id, err = newProcess(); err != nil {
		return err
	}
	if o.Postgres() {
		if err := openPostgres(ctx, db, o, true); err != nil {
			return err
		}
		if _, err := db.Beat(ctx); err != nil {
			return err
		}
		db.onClose(db.leave)
		return db.indexOld(ctx)
	}
	if err := os.MkdirAll(filepath.Dir(o.path()), 0o750); err != nil {
		return err
	}
	db.lock = lockOf(o.path())
	lock, err := lockFile(db.lock)
	if err != nil {
		return err
	}
	db.onClose(lock.Close)
	if err := serveSQLite(ctx, db, o); err != nil {
		return err
	}
	if err := db.clearLeases(ctx); err != nil {
		return err
	}
	return db.indexOld(ctx)
}

// checkPlace refuses a path where no database file can be, before anything is
// made or changed beside it.
func (o Options) checkPlace() error {
	if o.Postgres() {
		return nil
	}
	info, err := os.Stat(o.path())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("that is a folder; storage.database names a file")
	case !info.Mode().IsRegular():
		return errors.New("that is no plain file")
	}
	return nil
}

// onClose has Close run end, before everything that was given to it earlier.
func (db *DB) onClose(end func() error) { db.closes = append(db.closes, end) }

// reading is a tx without a transaction for methods that only read.
func (db *DB) reading(ctx context.Context) *tx {
	return &tx{ctx: ctx, on: db.pool, now: wholeMillis(db.now())}
}

// Postgres tells whether Database is a PostgreSQL URL, and no file's path.
func (o Options) Postgres() bool { return isPostgres(o.Database) }

// path is absolute, so that a DSN never begins with something that means more
// than a path. What cannot be made absolute fails when it is opened.
func (o Options) path() string {
	if abs, err := filepath.Abs(o.Database); err == nil {
		return abs
	}
	return o.Database
}

// Name is the database for messages, without a password.
func (o Options) Name() string {
	if o.Postgres() {
		return postgresName(o.Database)
	}
	return o.Database
}
