package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// folder has the files in a folder, which several nodes may share: each file
// appears under its name only when it is whole, and no node remembers what is
// there.
type folder string

func (d folder) shelf(s shelf) string { return filepath.Join(string(d), string(s)) }

func (d folder) prepare(context.Context) error { return os.MkdirAll(d.shelf(avatarShelf), 0o755) }

func (d folder) close() error { return nil }

func (d folder) open(_ context.Context, s shelf, name string) (io.ReadSeekCloser, error) {
	f, err := os.Open(filepath.Join(d.shelf(s), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%q: %w", name, ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q: %w", name, ErrNotFound)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// save writes the whole file or none: under a name of its own, synced, renamed,
// and the folder synced, so that a row which names it never survives a crash
// without it.
func (d folder) save(ctx context.Context, s shelf, name string, size int64, r io.Reader) error {
	path := filepath.Join(d.shelf(s), name)
	if info, err := os.Stat(path); err == nil && info.Size() == size {
		now := time.Now()
		_ = os.Chtimes(path, now, now) // it may be another user's
		return nil
	}
	if err := os.MkdirAll(d.shelf(s), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(d.shelf(s), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = io.Copy(f, &exactly{ctx: ctx, name: name, r: r, size: size})
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(d.shelf(s))
}

// syncFolder makes names in the folder durable. Some file systems cannot sync
// a folder (EINVAL), and need not.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}

// list has what a crash left half-written too, under names that begin with a
// dot.
func (d folder) list(ctx context.Context, s shelf, see func(storedFile) error) error {
	entries, err := os.ReadDir(d.shelf(s))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if err := see(storedFile{e.Name(), info.Size(), info.ModTime()}); err != nil {
			return err
		}
	}
	return nil
}

func (d folder) remove(_ context.Context, s shelf, name string) error {
	err := os.Remove(filepath.Join(d.shelf(s), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
