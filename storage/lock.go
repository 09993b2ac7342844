package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// How often the lock is tried, and how long between: who asks whether it is
// held (Served) has it for a moment.
const (
	lockTries = 4
	lockPause = 25 * time.Millisecond
)

// lockFile takes the lock that only one serving process may hold, on a file
// beside the database: closing any descriptor of the database file itself
// would drop SQLite's own POSIX locks. The kernel frees it when the process
// dies, however it dies. ErrInUse when another holds it.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if try == lockTries || !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		time.Sleep(lockPause)
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrInUse
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// lockOf is the lock of a database file.
func lockOf(path string) string { return path + ".lock" }

// Served tells whether a process serves this database now, without which
// nothing is sent.
func (db *DB) Served(ctx context.Context) (bool, error) {
	var served bool
	var err error
	if db.shared {
		served, err = db.reading(ctx).others("")
	} else {
		served, err = isLocked(db.lock)
	}
	return served, wrap("ask whether the blog is served", err)
}

// isLocked asks for the lock, shared with others who ask, and lets go of it.
func isLocked(path string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}
