package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"limelight/storage"
)

// Target is where an archive is put.
type Target struct {
	Storage storage.Options
	Config  string // folder for the configuration and the files that it names; empty leaves them out
}

const (
	stagePattern = ".limelight-restore-*"
	undoWithin   = time.Minute // for a bucket
)

// Restore puts the archive where there is nothing yet: see storage.Vacant for
// what counts as something. All of it is taken out beside its place and looked
// at once more before the first file gets its name; the database gets it last,
// so that until then there is no blog. On an error nothing of it is left.
func (a *Archive) Restore(ctx context.Context, to Target) (c storage.Contents, err error) {
	if err := storage.Vacant(ctx, to.Storage, nil); err != nil {
		return c, err
	}
	r := &restoring{archive: a, to: to}
	defer func() {
		if err != nil {
			r.undo()
		}
		for _, dir := range r.stages {
			_ = os.RemoveAll(dir) // empty, or of no use
		}
	}()
	if err = r.stage(); err != nil {
		return c, err
	}
	var m Manifest
	m, err = a.walk(ctx, "unpacking", r.take)
	if err == nil && !slices.Equal(m.Members, a.Members) {
		err = errors.New("the archive changed while it was read")
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", a.path, err)
	}
	database := filepath.Join(r.database, databaseName)
	if c, err = a.inspect(ctx, database); err != nil {
		return c, fmt.Errorf("%s: %w", a.path, err)
	}
	err = storage.Restore(ctx, database, to.Storage, nil, func() error { return r.place(ctx) }, func(c storage.Copying) { a.tell(Progress{"filling the database", c.Rows, c.Total}) })
	return c, err
}

// restoring is an archive on its way to its place.
type restoring struct {
	archive  *Archive
	to       Target
	stages   []string // folders that go in the end
	database string   // folder of each kind, before it is placed
	media    string
	config   string
	moves    []move
	made     []string // files and folders, in the order they were made in place
	bucket   []string // media that go into one
	sent     bool     // or went there already, some of them
}

// move is a file that is taken out and the name that it gets.
type move struct{ from, to string }

// stage makes the folders that the archive is taken out into: each on the file
// system where its files belong.
func (r *restoring) stage() (err error) {
	beside, media := scratchOf(r.to.Storage), r.to.Storage.Media
	if r.to.Storage.Bucket() {
		media = beside // until they are sent there
	} else if err := r.folder(filepath.Join(media, "avatars")); err != nil {
		return err
	}
	for _, s := range []struct {
		in   string
		path *string
	}{{beside, &r.database}, {media, &r.media}, {r.to.Config, &r.config}} {
		if s.in == "" {
			continue
		}
		if err := r.folder(s.in); err != nil {
			return err
		}
		sweep(s.in, stagePattern)
		if *s.path, err = os.MkdirTemp(s.in, stagePattern); err != nil {
			return err
		}
		r.stages = append(r.stages, *s.path)
	}
	return nil
}

// folder makes a folder and those above it, and remembers which.
func (r *restoring) folder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := r.folder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	r.made = append(r.made, dir)
	return nil
}

// take takes one member out. limitOf has seen its name: no part of it leads
// anywhere else.
func (r *restoring) take(name string, in io.Reader) error {
	switch rest, isMedia := strings.CutPrefix(name, mediaFolder); {
	case name == databaseName:
		return save(filepath.Join(r.database, databaseName), in, 0o600)
	case isMedia && r.to.Storage.Bucket():
		r.bucket = append(r.bucket, rest)
		return r.pourInto(r.media, rest, in, 0o644)
	case isMedia:
		return r.takeFile(r.media, r.to.Storage.Media, rest, in, 0o644)
	case r.config != "":
		// It may have the password of a database.
		return r.takeFile(r.config, r.to.Config, strings.TrimPrefix(name, configFolder), in, 0o600)
	}
	return nil
}

func (r *restoring) takeFile(stage, place, name string, in io.Reader, mode os.FileMode) error {
	r.moves = append(r.moves, move{filepath.Join(stage, filepath.FromSlash(name)), filepath.Join(place, filepath.FromSlash(name))})
	return r.pourInto(stage, name, in, mode)
}

// pourInto writes a file that cannot be outside of the folder.
func (r *restoring) pourInto(stage, name string, in io.Reader, mode os.FileMode) error {
	root, err := os.OpenRoot(stage)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	return pour(f, in)
}

// place gives everything but the database its name.
func (r *restoring) place(ctx context.Context) error {
	folders := map[string]bool{}
	for _, m := range r.moves {
		if err := r.folder(filepath.Dir(m.to)); err != nil {
			return err
		}
		switch same, err := sameFile(m); {
		case err != nil:
			return err
		case same:
			continue
		}
		if err := os.Rename(m.from, m.to); err != nil {
			return err
		}
		r.made = append(r.made, m.to)
		folders[filepath.Dir(m.to)] = true
	}
	for dir := range folders {
		if err := syncFolder(dir); err != nil {
			return err
		}
	}
	if len(r.bucket) == 0 {
		return nil
	}
	r.sent = true
	_, err := storage.CopyMedia(ctx, storage.Options{Media: r.media}, r.to.Storage, func(c storage.MediaCopied) {
		r.archive.tell(Progress{"sending the media", int64(c.Files), int64(c.Total)})
	})
	return err
}

// sameFile tells whether what is to be placed is there already; an error when
// something else is, since nothing is overwritten.
func sameFile(m move) (bool, error) {
	there, err := os.ReadFile(m.to)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	ours, err := os.ReadFile(m.from)
	if err == nil && !bytes.Equal(there, ours) {
		err = fmt.Errorf("%s: %w", m.to, ErrThere)
	}
	return err == nil, err
}

// undo removes what was made.
func (r *restoring) undo() {
	r.emptyBucket()
	for _, dir := range r.stages {
		_ = os.RemoveAll(dir)
	}
	for _, made := range slices.Backward(r.made) {
		_ = os.Remove(made) // a folder in which something else is by now stays
	}
}

// emptyBucket removes what was sent there: the bucket was empty before. It is not
// held up by what stopped the restore.
func (r *restoring) emptyBucket() {
	if !r.sent {
		return
	}
	place, err := storage.OpenMediaPlace(r.to.Storage)
	if err != nil {
		return
	}
	defer place.Close()
	ctx, cancel := context.WithTimeout(context.Background(), undoWithin)
	defer cancel()
	_ = place.Remove(ctx, r.bucket) // what stays is named by the next restore
}
