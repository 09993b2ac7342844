package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	scratchPattern = ".limelight-backup-*"
	scratchAge     = 48 * time.Hour // after which one is of a process that died
)

// ErrThere is the error of a file that would be overwritten.
var ErrThere = errors.New("there is something of that name already")

// How says what else there is to making an archive.
type How struct {
	Overwrite bool // what is there by that name
	Verify    bool // check the archive before it gets its name
}

// WriteFile writes the blog into an archive at path: whole and durable, readable
// for its owner alone, or not at all. Until then it has another name, in the same
// folder. ErrThere when it would overwrite something.
func WriteFile(ctx context.Context, path string, s Source, how How, tell func(Progress)) (m Manifest, err error) {
	if err := free(path, how); err != nil {
		return m, err
	}
	folder := filepath.Dir(path)
	dir, err := os.MkdirTemp(folder, scratchPattern)
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(dir)
	part := filepath.Join(dir, "part.tar.gz")
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return m, err
	}
	m, err = Write(ctx, f, dir, s, tell)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return m, err
	}
	if how.Verify {
		tell(Progress{Doing: "checking the archive"})
		a, err := Open(ctx, part, tell)
		if err == nil {
			_, err = a.Check(ctx, dir)
		}
		if err != nil {
			return m, fmt.Errorf("the archive is not sound, and was removed: %w", err)
		}
	}
	if err := free(path, how); err != nil {
		return m, err
	}
	if err := os.Rename(part, path); err != nil {
		return m, err
	}
	return m, syncFolder(folder)
}

func free(path string, how How) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a folder; name a file", path)
	case !how.Overwrite:
		return fmt.Errorf("%s: %w", path, ErrThere)
	}
	return nil
}

// Sweep removes what a process that died in the middle of a backup left in the
// folder, once it is two days old.
func Sweep(folder string) { sweep(folder, scratchPattern) }

func sweep(folder, pattern string) {
	entries, _ := os.ReadDir(folder) // what follows says what is wrong
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && e.IsDir() && strings.HasPrefix(e.Name(), strings.TrimSuffix(pattern, "*")) && time.Since(info.ModTime()) > scratchAge {
			_ = os.RemoveAll(filepath.Join(folder, e.Name()))
		}
	}
}

// syncFolder makes names in the folder durable, where the file system can.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}
