package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// maxName bounds the file names of media and avatars.
const maxName = 200

// SaveMedia stores bytes durably under name (a plain file name, chosen from
// the content's hash by the caller) and is a no-op when they are there.
func (db *DB) SaveMedia(ctx context.Context, name string, data []byte) error {
	return wrap("save media", saveFile(ctx, db.media, name, int64(len(data)), bytes.NewReader(data)))
}

// SaveMediaFrom is SaveMedia for what is too large to be held in memory: the
// size bytes that r gives, which is not read when they are there. When it fails,
// or has more or fewer, nothing is stored.
func (db *DB) SaveMediaFrom(ctx context.Context, name string, size int64, r io.Reader) error {
	return wrap("save media", saveFile(ctx, db.media, name, size, r))
}

// OpenMedia opens a file of the blog's own; ErrNotFound, also for what cannot
// be a name. The caller closes it.
func (db *DB) OpenMedia(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	f, err := openFile(ctx, db.media, name)
	return f, wrap("open media", err)
}

// OpenAvatar opens our copy of an actor's picture; ErrNotFound. The caller
// closes it.
func (db *DB) OpenAvatar(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	f, err := openFile(ctx, db.avatarFolder(), name)
	return f, wrap("open an avatar", err)
}

func (db *DB) avatarFolder() string { return filepath.Join(db.media, "avatars") }

// plainName tells whether name can only be a file in the folder it is looked
// for in. A leading dot is for files on their way.
func plainName(name string) bool {
	return name != "" && len(name) <= maxName && name[0] != '.' && !strings.ContainsAny(name, "/\\\x00")
}

func openFile(ctx context.Context, folder, name string) (io.ReadSeekCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !plainName(name) {
		return nil, fmt.Errorf("%q: %w", name, ErrNotFound)
	}
	f, err := os.Open(filepath.Join(folder, name))
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

// saveFile writes the whole file or none: under a name of its own, synced,
// renamed, and the folder synced, so that a row which names it never survives
// a crash without it.
func saveFile(ctx context.Context, folder, name string, size int64, r io.Reader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !plainName(name) {
		return fmt.Errorf("%q is no plain file name", name)
	}
	path := filepath.Join(folder, name)
	if info, err := os.Stat(path); err == nil && info.Size() == size {
		// Young again, so that no node that sweeps now takes it for left over.
		now := time.Now()
		_ = os.Chtimes(path, now, now) // it may be another user's
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	n, err := io.Copy(f, untilDone{ctx, io.LimitReader(r, size+1)})
	if err == nil && n != size {
		err = fmt.Errorf("%q should have %d bytes, and has more or fewer", name, size)
	}
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// untilDone reads as long as the context lasts.
type untilDone struct {
	ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.Reader.Read(p)
}

// syncFolder makes names in the folder durable. Some file systems cannot sync
// a folder (EINVAL), and need not.
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
