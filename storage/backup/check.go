package backup

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"limelight/storage"
)

// Check takes the database of an archive out into a folder in scratch, of which
// nothing is left, and looks through it: see storage.Inspect. It is an error when
// rows name files that are not in the archive, unless they were missing when it
// was made.
func (a *Archive) Check(ctx context.Context, scratch string) (c storage.Contents, err error) {
	dir, err := os.MkdirTemp(scratch, scratchPattern)
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	database := filepath.Join(dir, databaseName)
	_, err = a.walk(ctx, "checking the database", func(name string, r io.Reader) error {
		if name != databaseName {
			return nil
		}
		return save(database, r, 0o600)
	})
	if err == nil {
		c, err = a.inspect(ctx, database)
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", a.path, err)
	}
	return c, nil
}

func (a *Archive) inspect(ctx context.Context, database string) (storage.Contents, error) {
	c, err := storage.Inspect(ctx, database)
	if err != nil {
		return c, err
	}
	for _, name := range lacks(c, a.Manifest) {
		if !slices.Contains(a.Missing, name) {
			return c, fmt.Errorf("posts or comments show %.200q, which is not in it", name)
		}
	}
	return c, nil
}

// save writes a new file durably.
func save(path string, r io.Reader, mode os.FileMode) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	return pour(f, r)
}

func pour(f *os.File, r io.Reader) error {
	_, err := io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
