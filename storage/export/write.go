package export

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/backup"
)

// ErrFull is the error of a folder in which there is something.
var ErrFull = errors.New("there is something in this folder; an export needs a new one, or an empty one")

// Write writes the blog, as it is at one moment, into the folder, which it makes
// for the owner alone, while the blog is served. What was written before an error
// stays there. tell is called often. ErrFull.
func Write(ctx context.Context, dir string, s backup.Source, tell func(backup.Progress)) (Manifest, error) {
	w := &writing{ctx: ctx, dir: dir, from: s.Storage, tell: tell,
		m: Manifest{Format: format, Program: s.Storage.Program, Made: time.Now().UTC().Truncate(time.Millisecond), Posts: map[string]string{}}}
	if err := w.write(s.Config); err != nil {
		return w.m, fmt.Errorf("export: %w", err)
	}
	return w.m, nil
}

type writing struct {
	ctx  context.Context
	dir  string
	from storage.Options
	tell func(backup.Progress)
	m    Manifest
}

func (w *writing) write(config []backup.File) error {
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return err
	}
	switch there, err := os.ReadDir(w.dir); {
	case err != nil:
		return err
	case len(there) > 0:
		return fmt.Errorf("%s: %w", w.dir, ErrFull)
	}
	if err := os.Chmod(w.dir, 0o700); err != nil { // it may have been there
		return err
	}
	scratch, err := os.MkdirTemp(w.dir, ".rows-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	database := filepath.Join(scratch, "database.sqlite")
	found, err := w.rows(database)
	if err != nil {
		return err
	}
	// Media after the rows: what these name is there by then, and stays.
	_, err = storage.CopyMedia(w.ctx, w.from, storage.Options{Media: filepath.Join(w.dir, mediaFolder)}, func(c storage.MediaCopied) {
		w.tell(backup.Progress{Doing: "copying the media", Done: int64(c.Files), Total: int64(c.Total)})
	})
	if err != nil {
		return err
	}
	w.m.Missing = missing(filepath.Join(w.dir, mediaFolder), found)
	if err := w.posts(database); err != nil {
		return err
	}
	for _, f := range config {
		if err := w.config(f); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(w.m, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(w.dir, ManifestName), append(text, '\n'))
}

// rows writes the tables of a copy of the database, which it makes.
func (w *writing) rows(database string) (storage.Contents, error) {
	w.tell(backup.Progress{Doing: "copying the database"})
	if err := storage.Snapshot(w.ctx, w.from, database, nil); err != nil {
		return storage.Contents{}, err
	}
	found, err := storage.Inspect(w.ctx, database)
	if err != nil {
		return found, err
	}
	w.m.Schema, w.m.BaseURL, w.m.Waiting, w.m.Talk = found.Schema, found.BaseURL, found.Waiting, found.Talk
	folder := filepath.Join(w.dir, rowsFolder)
	if err := os.Mkdir(folder, 0o700); err != nil {
		return found, err
	}
	w.m.Tables, err = storage.ExportRows(w.ctx, database, func(table string) (io.WriteCloser, error) {
		f, err := os.OpenFile(rowsFile(w.dir, table), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		return durable{f}, err
	}, func(c storage.Copying) {
		w.tell(backup.Progress{Doing: "writing the rows", Done: c.Rows, Total: c.Total})
	})
	return found, err
}

// durable is a file that is on the disk once it is closed: the manifest vouches for it.
type durable struct{ *os.File }

// Close implements io.Closer.
func (d durable) Close() error { return errors.Join(d.Sync(), d.File.Close()) }

func rowsFile(dir, table string) string { return filepath.Join(dir, rowsFolder, table+".jsonl") }

// posts writes every post that is not deleted as Markdown.
func (w *writing) posts(database string) error {
	db, err := storage.Open(w.ctx, storage.Options{Database: database, Media: filepath.Join(w.dir, mediaFolder), Program: w.from.Program})
	if err != nil {
		return err
	}
	defer db.Close()
	for folder, mode := range map[string]os.FileMode{postsFolder: 0o755, otherFolder: 0o700} {
		if err := os.Mkdir(filepath.Join(w.dir, folder), mode); err != nil {
			return err
		}
	}
	const page = 100
	for at := 0; ; at += page {
		posts, err := db.Posts(w.ctx, storage.PostFilter{Limit: page, Offset: at})
		if err != nil || len(posts) == 0 {
			return err
		}
		for i := range posts {
			if err := w.post(&posts[i]); err != nil {
				return fmt.Errorf("%s: %w", posts[i].Slug, err)
			}
			w.tell(backup.Progress{Doing: "writing the posts", Done: int64(at + i + 1), Total: int64(at + len(posts))})
		}
	}
}

func (w *writing) post(p *blog.Post) error {
	d, err := blog.Decompose(p)
	if err != nil {
		return err
	}
	for _, name := range d.Lost {
		w.m.Unnamed = append(w.m.Unnamed, p.Slug+": "+name)
	}
	folder := postsFolder
	if p.Status != blog.Published || p.Visibility != blog.Public {
		folder = otherFolder
	}
	file := path.Join(folder, p.Slug+".md")
	if len(d.Files) > 0 {
		file = path.Join(folder, p.Slug, "index.md")
		if err := w.beside(path.Dir(file), d.Files); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(d.Text)
	w.m.Posts[file] = hex.EncodeToString(sum[:])
	return writeFile(filepath.Join(w.dir, filepath.FromSlash(file)), d.Text)
}

// beside puts copies of media into a post's folder under the names that its text
// has for them, which are the author's and lead nowhere else.
func (w *writing) beside(folder string, files map[string]string) error {
	place := filepath.Join(w.dir, filepath.FromSlash(folder))
	if err := os.MkdirAll(place, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(place)
	if err != nil {
		return err
	}
	defer root.Close()
	for name, media := range files {
		in, err := os.Open(filepath.Join(w.dir, mediaFolder, filepath.Base(media)))
		if errors.Is(err, os.ErrNotExist) {
			continue // the manifest says so
		}
		if err != nil {
			return err
		}
		err = root.MkdirAll(path.Dir(name), 0o755)
		var out *os.File
		if err == nil {
			out, err = root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		}
		if err == nil {
			_, err = io.Copy(out, in)
			err = errors.Join(err, durable{out}.Close())
		}
		if err = errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	return nil
}

// config copies one file of the configuration, which may have passwords in it.
func (w *writing) config(f backup.File) error {
	data, err := os.ReadFile(f.Path)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(w.dir, filepath.FromSlash(f.Name)), data)
}

func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// missing are the media that rows name and that are not in the folder.
func missing(folder string, c storage.Contents) (names []string) {
	look := func(name string) {
		if info, err := os.Stat(filepath.Join(folder, filepath.FromSlash(name))); err != nil || !info.Mode().IsRegular() {
			names = append(names, name)
		}
	}
	for _, name := range c.Media {
		look(name)
	}
	for _, name := range c.Avatars {
		look(path.Join("avatars", name))
	}
	return names
}
