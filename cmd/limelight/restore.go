package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"limelight/storage"
	"limelight/storage/backup"
)

// restore takes a blog out of an archive.
func restore(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "restore", "FILE")
	anywhere := f.Bool("anywhere", false, "follow the configuration in the archive also where it keeps data outside of this folder")
	names, err := f.parse(args, 1)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usagef("restore which archive? (limelight restore FILE)")
	}
	bar := newByteMeter(e.stderr)
	defer bar.end()
	a, err := backup.Open(ctx, names[0], bar.show)
	if err != nil {
		return nothingRestored(err)
	}
	c, own, err := restoreConfig(e, *f.config, a, *anywhere)
	if err != nil {
		return nothingRestored(err)
	}
	target := backup.Target{Storage: c.storage()}
	if own {
		target.Config = c.dir
	}
	found, err := a.Restore(ctx, target)
	bar.end()
	switch {
	case err != nil && ctx.Err() != nil:
		return nothingRestored(errors.New("stopped"))
	case errors.Is(err, storage.ErrInUse):
		return nothingRestored(fmt.Errorf("%w; a blog is restored where there is none yet", err))
	case err != nil:
		return nothingRestored(err)
	}
	tellArchive(e.stdout, a, found)
	fmt.Fprintf(e.stdout, "restored: %s and %s\n", target.Storage.Name(), target.Storage.Media)
	switch {
	case own:
		fmt.Fprintf(e.stdout, "restored: %s, as it was there\n", filepath.Join(c.dir, configName))
	case a.Config != nil:
		fmt.Fprintf(e.stdout, "left out: the configuration in the archive, since %s is here\n", c.file)
	}
	tellMissing(e.stderr, a.Manifest)
	if len(a.Environment) > 0 {
		fmt.Fprintf(e.stdout, "Settings that came from the environment are not in it; these were set: %s\n", printable(strings.Join(a.Environment, ", ")))
	}
	fmt.Fprintln(e.stdout, "Next: see that the old server is stopped and stays so, then start `limelight serve`. It goes on delivering where the backup was made.")
	return nil
}

func nothingRestored(err error) error { return fmt.Errorf("%w\nNothing was restored", err) }

// restoreConfig is the configuration that says where the blog goes: the one that
// is here, else the one in the archive (own), else defaults.
func restoreConfig(e *env, named string, a *backup.Archive, anywhere bool) (c *Config, own bool, err error) {
	file, err := findConfig(e, named)
	if err != nil {
		return nil, false, err
	}
	_, err = os.Stat(file)
	gone := file == "" || errors.Is(err, fs.ErrNotExist) && filepath.Base(file) == configName
	if !gone || a.Config == nil {
		c, err := loadConfig(e, named)
		return c, false, err
	}
	c, err = readConfig(e, cmp.Or(file, configName), string(a.Config))
	if err != nil {
		return nil, false, fmt.Errorf("the configuration in the archive: %w", err)
	}
	for _, place := range []struct{ key, env, path string }{
		{"storage.database", "LIMELIGHT_STORAGE_DATABASE", c.Storage.Database}, {"storage.media", "LIMELIGHT_STORAGE_MEDIA", c.Storage.Media},
	} {
		at := storage.Options{Database: place.path, Media: place.path}
		here := filepath.IsLocal(place.path) && !at.Postgres() && !at.Bucket()
		if e.getenv(place.env) == "" && !here && !anywhere {
			return nil, false, fmt.Errorf("the configuration in the archive says that %s is %s, outside of this folder; restore with -anywhere to have the blog there, or write a %s here that says where it is to be",
				place.key, at.Name(), configName)
		}
	}
	return c, true, nil
}
