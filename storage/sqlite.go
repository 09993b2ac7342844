package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
)

const (
	readers     = 4
	busyTimeout = 30 * time.Second       // how long a busy database is waited for
	busyPause   = 500 * time.Microsecond // between tries to begin
	sqliteBusy  = 5                      // SQLITE_BUSY, the low byte of its extended codes
	sqliteFull  = 13                     // SQLITE_FULL, likewise
)

// dsn is the name under which the driver opens the file at path. Only the path
// comes from outside, and it is escaped: the driver runs a _pragma as SQL.
// cache_size is small because each connection has its own: -16000 costs 165 MB.
func dsn(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}}
	q["_pragma"] = append(pragmas, "foreign_keys(1)", "synchronous(FULL)",
		"cache_size(-2000)", "mmap_size(0)", "temp_store(MEMORY)")
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}
	return u.String()
}

// createFile makes the database file and its folder when they are missing.
// Only its owner may read it, since it holds the blog's private key; SQLite
// gives its -wal and -shm files the same mode.
func createFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.Chmod(path, 0o600)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// sqliteHeader begins every database file that is not empty.
const sqliteHeader = "SQLite format 3\x00"

// checkHeader refuses a file that is something else before its mode is changed.
// The file must not be open yet: closing any descriptor of it drops SQLite's locks.
func checkHeader(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, len(sqliteHeader))
	n, err := io.ReadFull(f, head)
	if errors.Is(err, io.EOF) || string(head[:n]) == sqliteHeader {
		return nil
	}
	return errors.New("that file is no SQLite database; storage.database would overwrite it")
}

// serveSQLite opens the file for the one serving process, which must hold the
// lock: everything is written through one group-committing goroutine.
func serveSQLite(ctx context.Context, db *DB, o Options) error {
	path := o.path()
	if err := checkHeader(path); err != nil {
		return err
	}
	if err := createFile(path); err != nil {
		return err
	}
	write, err := sql.Open("sqlite", dsn(path, "rw", "busy_timeout(5000)", "journal_mode(WAL)", "journal_size_limit(67108864)"))
	if err != nil {
		return err
	}
	db.onClose(write.Close)
	write.SetMaxOpenConns(1)
	if err := patiently(ctx, busyTimeout, func() error { return write.PingContext(ctx) }); err != nil {
		return err
	}
	keep := func(schema int64) error { return o.keepSQLite(ctx, write, schema) }
	if err := migrate(ctx, write, sqliteEngine, o, keep); err != nil {
		return err
	}
	w := newWriter(write, db.now, db.full)
	w.meter, db.file = db.meter, path
	db.onClose(func() error { w.close(db.patience); return nil })
	db.write, db.together = w.write, w.together
	return db.openReaders(path)
}

// openSQLite opens the file for another command beside the server. The writer's
// busy_timeout is 0 because SQLite's own waiting grows its pauses to 100 ms and
// starves beside a writer that commits all the time; trying every half
// millisecond gets in.
func openSQLite(ctx context.Context, db *DB, o Options) error {
	path := o.path()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return ErrNoDatabase
	} else if err != nil {
		return err
	}
	write, err := sql.Open("sqlite", dsn(path, "rw", "busy_timeout(0)"))
	if err != nil {
		return err
	}
	db.onClose(write.Close)
	write.SetMaxOpenConns(1)
	if err := patiently(ctx, busyTimeout, func() error { return checkVersion(ctx, write, sqliteEngine, o) }); err != nil {
		return err
	}
	db.write = func(ctx context.Context, fn func(*tx) error) error {
		return writeAlone(ctx, write, db.now, fn)
	}
	db.together = func(ctx context.Context, _ string, fn func(*tx) error) error { return db.write(ctx, fn) }
	return db.openReaders(path)
}

func (db *DB) openReaders(path string) error {
	read, err := sql.Open("sqlite", dsn(path, "ro", "busy_timeout(5000)", "query_only(1)"))
	if err != nil {
		return err
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	db.onClose(read.Close)
	db.pool = newPrepared(read)
	return nil
}

// writeAlone is one transaction of a command that shares the file with a server.
func writeAlone(ctx context.Context, db *sql.DB, now func() time.Time, fn func(*tx) error) error {
	var stx *sql.Tx
	err := beginning(patiently(ctx, busyTimeout, func() (err error) {
		stx, err = db.BeginTx(ctx, nil)
		return err
	}))
	if err != nil {
		return err
	}
	defer stx.Rollback()
	t := &tx{ctx: ctx, on: stx, now: wholeMillis(now())}
	if err := guarded(t, fn); err != nil {
		return err
	}
	if err := t.settle(); err != nil {
		return err
	}
	if err := stx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", overfull(err))
	}
	return nil
}

// patiently does something until the database is not busy any more, as long as
// the patience lasts.
func patiently(ctx context.Context, patience time.Duration, do func() error) error {
	deadline := time.Now().Add(patience)
	for {
		err := do()
		if err == nil || !isBusy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(busyPause):
		}
	}
}

// beginning says of a transaction that could not begin what its user can do.
func beginning(err error) error {
	switch {
	case err == nil:
		return nil
	case isBusy(err):
		return fmt.Errorf("begin: %w: %w", ErrLocked, err)
	}
	return fmt.Errorf("begin: %w", err)
}

// overfull says of a write that failed what its user can do, where the disk is full.
func overfull(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqliteFull {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// isBusy tells whether another process holds the write lock.
func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqliteBusy
}
