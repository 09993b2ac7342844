package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"limelight/storage"
)

// maxGoneLines is how many files that are gone are named one by one.
const maxGoneLines = 10

// walked is what was found in the folder.
type walked struct {
	files map[string]fs.FileInfo // Markdown and text, by their paths below the folder, with slashes
	blind []string               // what could not be read, as a rule folders: what is in them is unknown
}

// walkContent finds the files of the folder, hidden ones and links left out. watch
// is called for each folder before it is read, so that nothing slips in between.
func walkContent(ctx context.Context, root string, watch func(dir string)) (walked, error) {
	w := walked{files: map[string]fs.FileInfo{}}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path) // path is below root
		rel = filepath.ToSlash(rel)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && path == root:
			return err
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			w.blind = append(w.blind, rel)
			return nil
		case path != root && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			watch(path)
			return nil
		case !entry.Type().IsRegular() || !isText(path):
			return nil
		}
		return w.add(rel, entry)
	})
	return w, err
}

// add takes a file. One in a folder that may be listed but not entered is unknown,
// and no reason to see nothing of the others.
func (w *walked) add(rel string, entry fs.DirEntry) error {
	info, err := entry.Info()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		w.blind = append(w.blind, rel)
		return nil
	}
	if w.files[rel] = info; len(w.files) > maxFiles {
		return fmt.Errorf("more than %d files", maxFiles)
	}
	return nil
}

// unknown tells whether a path could not be read, or lies in a folder that could not.
func (w walked) unknown(path string) bool {
	return slices.ContainsFunc(w.blind, func(blind string) bool { return path == blind || strings.HasPrefix(path, blind+"/") })
}

// look compares the folder with what is known of it, and publishes what differs.
// again is whether it has to be looked at soon: a file was just being written.
// An error is one of the folder or of the database; those of files are kept with
// them.
func (c *contentFolder) look(ctx context.Context, watch func(dir string)) (again bool, err error) {
	root, err := filepath.EvalSymlinks(c.dir)
	if err != nil {
		return false, err
	}
	w, err := walkContent(ctx, root, watch)
	if err != nil {
		return false, err
	}
	defer c.wake()
	for _, path := range slices.Sorted(maps.Keys(w.files)) {
		fresh, err := c.lookAt(ctx, root, path, w)
		if err != nil {
			return false, err
		}
		again = again || fresh
	}
	c.tellRenamed(w)
	if len(c.back) > 0 {
		c.log.Info("files that were gone are back in the content folder", "files", len(c.back), "first", c.back[0])
		c.back = nil
	}
	if err := c.missing(ctx, w); err != nil {
		return false, err
	}
	if c.whole || again {
		return again, nil
	}
	if err := c.db.FinishContent(ctx); err != nil {
		return false, err
	}
	c.whole = true
	c.log.Info("the content folder was taken for the first time; what was dated before was published quietly", "folder", c.dir,
		"posts", c.first.posts, "quietly", c.first.quiet)
	return false, nil
}

// lookAt brings the post of one file up to date. fresh means that it was written
// a moment ago, and perhaps not to its end.
func (c *contentFolder) lookAt(ctx context.Context, root, path string, w walked) (fresh bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	info := w.files[path]
	if isFresh(info.ModTime()) {
		return true, nil
	}
	f, known := c.known[path]
	if !known && c.passed[path] == statOf(info) {
		return false, nil
	}
	if known && f.State != storage.ContentFault { // a fault may be mended elsewhere
		same, current, err := sameSources(root, f)
		switch {
		case err != nil:
			return false, err
		case same && f.State == storage.ContentGone:
			f.State, f.Sources = storage.ContentTaken, current
			c.back = append(c.back, path)
			return false, c.keep(ctx, f)
		case same && slices.Equal(current, f.Sources):
			return false, nil
		case same: // written again with the same bytes
			f.Sources = current
			return false, c.keep(ctx, f)
		}
	}
	return c.take(ctx, root, path, w)
}

// missing notes which files are gone. Their posts stay: a folder that was not
// mounted, or a branch that was checked out, must not delete anything anywhere.
func (c *contentFolder) missing(ctx context.Context, w walked) error {
	lines := 0
	for _, path := range slices.Sorted(maps.Keys(c.known)) {
		f := c.known[path]
		if _, there := w.files[path]; there || w.unknown(path) {
			continue
		}
		over, err := c.isOver(ctx, f, w)
		if err != nil {
			return err
		}
		if over {
			if err := c.forget(ctx, path); err != nil {
				return err
			}
			continue
		}
		if f.State == storage.ContentGone {
			continue
		}
		f.State, f.Problem = storage.ContentGone, ""
		if err := c.keep(ctx, f); err != nil {
			return err
		}
		if lines++; lines <= maxGoneLines {
			c.log.Warn("the file of a post is gone; the post stays until you say `limelight unpublish "+f.Slug+"`", "file", path, "slug", f.Slug)
		}
	}
	if lines > maxGoneLines {
		c.log.Warn("more files of posts are gone; `limelight content` lists them", "files", lines-maxGoneLines)
	}
	return nil
}

// isOver tells whether a file that is gone need not be remembered: it never was a
// post, its post is in another file now, or taken down.
func (c *contentFolder) isOver(ctx context.Context, f storage.ContentFile, w walked) (bool, error) {
	if f.Slug == "" || c.holder(f.Slug, f.Path, w) != "" {
		return true, nil
	}
	_, err := c.db.PostHead(ctx, f.Slug)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrDeleted) {
		return true, nil
	}
	return false, err
}

// holder is another file, one that is there, whose post has the slug.
func (c *contentFolder) holder(slug, besides string, w walked) string {
	for path := range c.bySlug[slug] {
		if _, there := w.files[path]; there && path != besides {
			return path
		}
	}
	return ""
}

// keep remembers what is known of a file.
func (c *contentFolder) keep(ctx context.Context, f storage.ContentFile) error {
	kept, err := c.db.PutContentFile(ctx, f)
	if err == nil {
		c.learn(kept)
	}
	return err
}

// forget forgets it.
func (c *contentFolder) forget(ctx context.Context, path string) error {
	err := c.db.DropContentFile(ctx, path)
	if err == nil {
		delete(c.bySlug[c.known[path].Slug], path)
		delete(c.known, path)
	}
	return err
}

// learn has in memory what the database has.
func (c *contentFolder) learn(f storage.ContentFile) {
	delete(c.bySlug[c.known[f.Path].Slug], f.Path)
	c.known[f.Path] = f
	if f.Slug == "" {
		return
	}
	if c.bySlug[f.Slug] == nil {
		c.bySlug[f.Slug] = map[string]bool{}
	}
	c.bySlug[f.Slug][f.Path] = true
}

// isFresh tells whether a file that changed then may still be being written. A
// time in the future, of another machine's clock, tells nothing.
func isFresh(modified time.Time) bool {
	age := time.Since(modified)
	return age >= 0 && age < contentSettle
}

func statOf(info fs.FileInfo) stat { return stat{info.Size(), info.ModTime()} }
