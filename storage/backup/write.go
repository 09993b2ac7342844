package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"limelight/storage"
)

// Source is a blog that goes into an archive.
type Source struct {
	Storage     storage.Options
	Config      []File   // the configuration as ConfigName, and the files that it names
	Environment []string // see Manifest
}

// File is one on disk and its name in the archive.
type File struct{ Name, Path string }

// Progress is how far something has come, in bytes, or in rows of a database that
// is copied row by row.
type Progress struct {
	Doing       string
	Done, Total int64 // Total is 0 while it is not known
}

// Write writes the blog into an archive, as it is at one moment of it, while it is
// served. scratch is a folder for the copy of the database, of which nothing is
// left; tell is called often.
func Write(ctx context.Context, out io.Writer, scratch string, s Source, tell func(Progress)) (Manifest, error) {
	m, err := write(ctx, out, scratch, s, tell)
	if err != nil {
		return m, fmt.Errorf("back up: %w", err)
	}
	return m, nil
}

func write(ctx context.Context, out io.Writer, scratch string, s Source, tell func(Progress)) (m Manifest, err error) {
	dir, err := os.MkdirTemp(scratch, scratchPattern) // for the owner alone
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(dir)
	m = Manifest{Format: format, Program: s.Storage.Program, Engine: "sqlite", Made: time.Now().UTC(), Environment: s.Environment}
	if s.Storage.Postgres() {
		m.Engine = "postgres"
	}
	database := filepath.Join(dir, databaseName)
	tell(Progress{Doing: "copying the database"})
	err = storage.Snapshot(ctx, s.Storage, database, func(c storage.Copying) { tell(Progress{"copying the database", c.Rows, c.Total}) })
	if err != nil {
		return m, err
	}
	contents, err := storage.Inspect(ctx, database)
	if err != nil {
		return m, err
	}
	m.Schema, m.BaseURL = contents.Schema, contents.BaseURL
	// Media after the rows: what these name is there by then, and stays.
	place, err := storage.OpenMediaPlace(s.Storage)
	if err != nil {
		return m, err
	}
	defer place.Close()
	media, err := place.List(ctx)
	if err != nil {
		return m, err
	}
	files := append([]File{{databaseName, database}}, s.Config...)
	at := Progress{Doing: "writing the archive"}
	for _, f := range files {
		if info, err := os.Stat(f.Path); err == nil {
			at.Total += info.Size()
		}
	}
	for _, f := range media {
		at.Total += f.Size
	}
	p := newPacker(ctx, out, m.Made, func(n int64) { at.Done += n; tell(at) })
	for _, f := range files {
		if err := p.addFile(f); err != nil {
			return m, err
		}
	}
	for _, f := range media {
		if err := p.addMedia(place, f); err != nil {
			return m, err
		}
	}
	m.Missing = lacks(contents, Manifest{Members: p.members})
	return m, p.finish(&m)
}

// lacks are the members that rows name and the archive does not have.
func lacks(c storage.Contents, m Manifest) (missing []string) {
	have := m.names()
	for _, name := range c.Media {
		if !have[mediaFolder+name] {
			missing = append(missing, mediaFolder+name)
		}
	}
	for _, name := range c.Avatars {
		if !have[avatarFolder+name] {
			missing = append(missing, avatarFolder+name)
		}
	}
	return missing
}

// addMedia leaves out what is gone by now, which nobody shows any more, and what
// this program did not name.
func (p *packer) addMedia(place *storage.MediaPlace, file storage.MediaFile) error {
	name := mediaFolder + file.Path
	if _, err := limitOf(name); err != nil {
		return nil
	}
	r, err := place.Open(p.ctx, file.Path)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	return p.add(name, file.Size, r)
}

func (p *packer) addFile(file File) error {
	f, err := os.Open(file.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no plain file", file.Path)
	}
	return p.add(file.Name, info.Size(), f)
}

// Scratch is a folder for the copy of the database when the archive itself goes
// nowhere on this machine: where there is room for the database there may be room
// for another.
func (s Source) Scratch() string { return scratchOf(s.Storage) }

func scratchOf(o storage.Options) string {
	switch {
	case !o.Postgres():
		return filepath.Dir(o.Database)
	case !o.Bucket():
		return filepath.Dir(o.Media)
	}
	return os.TempDir()
}

// ConfigFiles are the plain files at a path below the folder of the
// configuration: one, or those of a folder. What is hidden is left out.
func ConfigFiles(dir, name string) (files []File, err error) {
	root := filepath.Join(dir, name)
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		member := configFolder + filepath.ToSlash(rel)
		if _, err := limitOf(member); err != nil && path != root {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			files = append(files, File{member, path})
		}
		return nil
	})
	return files, err
}
