package storage

import (
	"bytes"
	"context"
	"io"
)

// SaveMedia stores bytes durably under name (a plain file name, chosen from
// the content's hash by the caller) and is a no-op when they are there.
func (db *DB) SaveMedia(ctx context.Context, name string, data []byte) error {
	return wrap("save media", db.saveFile(ctx, ownShelf, name, int64(len(data)), bytes.NewReader(data)))
}

// SaveMediaFrom is SaveMedia for what is too large to be held in memory: the
// size bytes that r gives, which is not read when they are there. When it fails,
// or has more or fewer, nothing is stored.
func (db *DB) SaveMediaFrom(ctx context.Context, name string, size int64, r io.Reader) error {
	return wrap("save media", db.saveFile(ctx, ownShelf, name, size, r))
}

// OpenMedia opens a file of the blog's own; ErrNotFound, also for what cannot
// be a name. It may be read as long as the context lasts. The caller closes it.
func (db *DB) OpenMedia(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	f, err := db.openFile(ctx, ownShelf, name)
	return f, wrap("open media", err)
}

// OpenAvatar opens our copy of an actor's picture; ErrNotFound. It may be read as
// long as the context lasts. The caller closes it.
func (db *DB) OpenAvatar(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	f, err := db.openFile(ctx, avatarShelf, name)
	return f, wrap("open an avatar", err)
}
