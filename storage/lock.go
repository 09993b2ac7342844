package storage

import (
	"errors"
	"fmt"
	"os"
	"syscall"
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
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrInUse
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}
