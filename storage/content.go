package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ContentState is what became of a file in the content folder.
type ContentState string

const (
	ContentTaken ContentState = "taken" // its post is as the file says
	ContentFault ContentState = "fault" // something is wrong with it; its post, if there is one, is as before
	ContentGone  ContentState = "gone"  // the file is; its post is as before
)

// ContentFile is a file of the content folder, as it was seen last.
type ContentFile struct {
	Path    string // below the folder, with slashes
	Slug    string // of its post; empty before there was one
	State   ContentState
	Problem string          // of a fault
	Old     bool            // it was there when the folder was taken
	Since   time.Time       // of State
	Sources []ContentSource // what its post was made of, or was to be
}

// ContentSource is a file that goes into a post.
type ContentSource struct {
	Name     string    // relative to the post's folder; empty for the post's own file
	Size     int64     // bytes; -1 when it was not there
	Modified time.Time // whole milliseconds
	Digest   string    // SHA-256
}

// BeginContent is when the content folder was looked through for the first time,
// which is now when it never was, and whether that has come to its end.
func (db *DB) BeginContent(ctx context.Context) (taken time.Time, whole bool, err error) {
	const known = `SELECT taken, whole FROM content_folder WHERE id = 1`
	err = db.reading(ctx).row(known).Scan(stamp{&taken}, &whole)
	if errors.Is(err, sql.ErrNoRows) {
		err = db.write(ctx, func(t *tx) error {
			if _, err := t.exec(`INSERT INTO content_folder (id, taken, whole) VALUES (1, $1, FALSE) ON CONFLICT (id) DO NOTHING`, millis(t.now)); err != nil {
				return err
			}
			return t.row(known).Scan(stamp{&taken}, &whole)
		})
	}
	return taken, whole, wrap("begin with the content folder", err)
}

// FinishContent says that the content folder was looked through: files that come
// from now on are new.
func (db *DB) FinishContent(ctx context.Context) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE content_folder SET whole = TRUE WHERE id = 1`)
		return err
	})
	return wrap("finish with the content folder", err)
}

// ContentFiles are all files of the content folder that are or were posts, by path.
func (db *DB) ContentFiles(ctx context.Context) ([]ContentFile, error) {
	t := db.reading(ctx)
	sources := map[string][]ContentSource{}
	err := t.each(func(rows *sql.Rows) error {
		var path string
		var s ContentSource
		err := rows.Scan(&path, &s.Name, &s.Size, stamp{&s.Modified}, &s.Digest)
		sources[path] = append(sources[path], s)
		return err
	}, `SELECT path, name, size, modified, digest FROM content_source ORDER BY path, name`)
	var files []ContentFile
	if err == nil {
		err = t.each(func(rows *sql.Rows) error {
			var f ContentFile
			err := rows.Scan(&f.Path, &f.Slug, &f.State, &f.Problem, &f.Old, stamp{&f.Since})
			f.Sources = sources[f.Path]
			files = append(files, f)
			return err
		}, `SELECT path, slug, state, problem, old, since FROM content_file ORDER BY path`)
	}
	if err != nil {
		return nil, fmt.Errorf("list the content folder: %w", err)
	}
	return files, nil
}

// PutContentFile keeps what is known of a file, in place of what was known before.
// Returns it with Since, which moves when the state does.
func (db *DB) PutContentFile(ctx context.Context, f ContentFile) (ContentFile, error) {
	err := db.write(ctx, func(t *tx) error {
		err := t.row(`INSERT INTO content_file (path, slug, state, problem, old, since) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (path) DO UPDATE SET slug = excluded.slug, state = excluded.state, problem = excluded.problem, old = excluded.old,
				since = CASE WHEN content_file.state = excluded.state THEN content_file.since ELSE excluded.since END
			RETURNING since`, f.Path, f.Slug, string(f.State), f.Problem, f.Old, millis(t.now)).Scan(stamp{&f.Since})
		if err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM content_source WHERE path = $1`, f.Path); err != nil {
			return err
		}
		for _, s := range f.Sources {
			if _, err := t.exec(`INSERT INTO content_source (path, name, size, modified, digest) VALUES ($1, $2, $3, $4, $5)`,
				f.Path, s.Name, s.Size, millis(s.Modified), s.Digest); err != nil {
				return err
			}
		}
		return nil
	})
	return f, wrap("remember a file of the content folder", err)
}

// DropContentFile forgets a file.
func (db *DB) DropContentFile(ctx context.Context, path string) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM content_source WHERE path = $1`, path)
		if err == nil {
			_, err = t.exec(`DELETE FROM content_file WHERE path = $1`, path)
		}
		return err
	})
	return wrap("forget a file of the content folder", err)
}
