package export

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"limelight/storage"
	"limelight/storage/backup"
)

const (
	scratchPattern = ".limelight-import-*"
	undoWithin     = time.Minute // for a bucket
)

// Read makes the blog of a folder of Write where there is none yet: see
// storage.Vacant for what counts as something. The database gets its name last,
// so that until then there is no blog. On an error nothing is left of it; what
// one that was killed left is taken up.
func Read(ctx context.Context, dir string, to storage.Options, tell func(backup.Progress)) (Manifest, storage.Contents, error) {
	m, err := readManifest(dir)
	if err != nil {
		return m, storage.Contents{}, err
	}
	c, err := read(ctx, dir, m, to, tell)
	if err != nil {
		err = fmt.Errorf("%s: %w", dir, err)
	}
	return m, c, err
}

func read(ctx context.Context, dir string, m Manifest, to storage.Options, tell func(backup.Progress)) (c storage.Contents, err error) {
	media := storage.Options{Media: filepath.Join(dir, mediaFolder)}
	brings, err := mediaIn(ctx, media)
	if err != nil {
		return c, err
	}
	if err := storage.Vacant(ctx, to, brings); err != nil {
		return c, err
	}
	beside := backup.Source{Storage: to}.Scratch()
	if err := os.MkdirAll(beside, 0o750); err != nil {
		return c, err
	}
	scratch, err := os.MkdirTemp(beside, scratchPattern)
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(scratch)
	database := filepath.Join(scratch, "database.sqlite")
	err = storage.ImportRows(ctx, database, m.Schema, to, m.Tables, func(table string) (io.ReadCloser, error) {
		return os.Open(rowsFile(dir, table)) // a table of ours: ImportRows looked
	}, func(c storage.Copying) {
		tell(backup.Progress{Doing: "reading the rows", Done: c.Rows, Total: c.Total})
	})
	if err != nil {
		return c, fmt.Errorf("%s: %w", rowsFolder, err)
	}
	if c, err = storage.Inspect(ctx, database); err != nil {
		return c, err
	}
	for _, name := range missing(filepath.Join(dir, mediaFolder), c) {
		if !slices.Contains(m.Missing, name) {
			return c, fmt.Errorf("posts or comments show %s, which is not in %s", name, mediaFolder)
		}
	}
	placed, there := false, []string(nil)
	err = storage.Restore(ctx, database, to, brings, func() error {
		var err error
		if there, err = storage.SameMedia(ctx, media, to); err != nil {
			return err
		}
		placed = true
		_, err = storage.CopyMedia(ctx, media, to, func(c storage.MediaCopied) {
			tell(backup.Progress{Doing: "copying the media", Done: int64(c.Files), Total: int64(c.Total)})
		})
		return err
	}, func(c storage.Copying) {
		tell(backup.Progress{Doing: "filling the database", Done: c.Rows, Total: c.Total})
	})
	if err != nil && placed {
		err = errors.Join(err, undo(ctx, brings, there, to))
	}
	return c, err
}

// mediaIn are the files of a place.
func mediaIn(ctx context.Context, o storage.Options) ([]storage.MediaFile, error) {
	place, err := storage.OpenMediaPlace(o)
	if err != nil {
		return nil, err
	}
	defer place.Close()
	return place.List(ctx)
}

// undo takes the media away that came; those that were there before stay.
func undo(ctx context.Context, brought []storage.MediaFile, there []string, to storage.Options) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoWithin)
	defer cancel()
	target, err := storage.OpenMediaPlace(to)
	if err != nil {
		return err
	}
	defer target.Close()
	var names []string
	for _, f := range brought {
		if !slices.Contains(there, f.Path) {
			names = append(names, f.Path)
		}
	}
	return target.Remove(ctx, names)
}

// Changed are the files of posts in the folder that are not as Write left them:
// changed, new, or gone. None of that comes along with Read.
func Changed(dir string, m Manifest) (paths []string, err error) {
	seen := map[string]bool{}
	look := func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".md" {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		seen[name] = true
		if sum := sha256.Sum256(data); m.Posts[name] != hex.EncodeToString(sum[:]) {
			paths = append(paths, name)
		}
		return nil
	}
	for _, folder := range []string{postsFolder, otherFolder} {
		if err = filepath.WalkDir(filepath.Join(dir, folder), look); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return paths, err
		}
	}
	for name := range m.Posts {
		if !seen[name] {
			paths = append(paths, name)
		}
	}
	slices.Sort(paths)
	return paths, nil
}
