package storage

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// files is where media bytes lie: a folder or a bucket. Every name that it is
// given is one that plainName takes.
type files interface {
	// save stores the size bytes that r gives, all of them durably, or nothing.
	// What is there already counts as new again, so that nobody who sweeps now
	// takes it for left over.
	save(ctx context.Context, s shelf, name string, size int64, r io.Reader) error
	// open returns ErrNotFound where there is no such file. The caller closes it.
	open(ctx context.Context, s shelf, name string) (io.ReadSeekCloser, error)
	// list shows every file of the shelf to see, whose error ends it.
	list(ctx context.Context, s shelf, see func(storedFile) error) error
	// remove is nil when nothing is there.
	remove(ctx context.Context, s shelf, name string) error
	// prepare makes ready for serving, and tells what is wrong with the place.
	prepare(ctx context.Context) error
	close() error
}

// shelf is a part of the files: a folder in a folder, or a prefix in a bucket.
// The two are laid out alike, so that any program may move one to the other.
type shelf string

const (
	ownShelf    shelf = ""        // the blog's own
	avatarShelf shelf = "avatars" // copies of strangers' pictures
)

// below is the path of a file from the root of all.
func (s shelf) below(name string) string {
	if s == ownShelf {
		return name
	}
	return string(s) + "/" + name
}

// storedFile is one file in a list.
type storedFile struct {
	name    string
	size    int64
	changed time.Time
}

// newFiles is the place that Media names.
func newFiles(o Options) (files, error) {
	if o.Bucket() {
		return newBucket(o.Media, o.S3)
	}
	return folder(o.Media), nil
}

// maxName bounds the file names of media and avatars.
const maxName = 200

// plainName tells whether name can only be a file in the folder it is looked
// for in. A leading dot is for files on their way.
func plainName(name string) bool {
	return name != "" && len(name) <= maxName && name[0] != '.' && !strings.ContainsAny(name, "/\\\x00")
}

// saveFile is files.save for a name from anywhere.
func (db *DB) saveFile(ctx context.Context, s shelf, name string, size int64, r io.Reader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !plainName(name) {
		return fmt.Errorf("%q is no plain file name", name)
	}
	if s == ownShelf {
		if err := db.useAgain(ctx, name); err != nil {
			return err
		}
	}
	return db.files.save(ctx, s, name, size, r)
}

// openFile is files.open for a name from anywhere.
func (db *DB) openFile(ctx context.Context, s shelf, name string) (io.ReadSeekCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !plainName(name) {
		return nil, fmt.Errorf("%q: %w", name, ErrNotFound)
	}
	return db.files.open(ctx, s, name)
}

// exactly reads the size bytes of r, and fails before it gives the last ones
// when r fails, ends earlier or has more: whoever stores what it gives, and only
// when that is whole, stores nothing else. It ends with the context.
type exactly struct {
	ctx  context.Context
	name string
	r    io.Reader
	size int64
	n    int64
}

// Read implements io.Reader.
func (e *exactly) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	if e.n == e.size {
		return 0, e.end()
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.size-e.n)])
	e.n += int64(n)
	switch {
	case err == io.EOF && e.n < e.size:
		return 0, e.wrong()
	case err != nil && err != io.EOF:
		return 0, err
	case e.n == e.size && err == nil:
		if err := e.end(); err != io.EOF {
			return 0, err
		}
	}
	return n, nil
}

// end is io.EOF when nothing comes after the last byte.
func (e *exactly) end() error {
	switch n, err := io.ReadFull(e.r, make([]byte, 1)); {
	case n > 0:
		return e.wrong()
	default:
		return err
	}
}

func (e *exactly) wrong() error {
	return fmt.Errorf("%q should have %d bytes, and has more or fewer", e.name, e.size)
}
