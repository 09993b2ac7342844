package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// take makes a post of a file and publishes it. Faults of the file are kept with
// it; an error is the database's. fresh means that something of it was written a
// moment ago, and nothing was done.
func (c *contentFolder) take(ctx context.Context, root, name string, w walked) (fresh bool, err error) {
	file := filepath.Join(root, filepath.FromSlash(name))
	f, known := c.known[name]
	if !known {
		f = storage.ContentFile{Path: name, Old: !c.whole}
	}
	folder, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return c.unread(ctx, f, err)
	}
	defer folder.Close()
	made := &sources{folder: folder, own: path.Base(name)}
	data, err := made.readOwn(blog.MaxSource)
	if err != nil {
		return c.unread(ctx, f, err)
	}
	if isFresh(made.newest) {
		return true, nil
	}
	if !blog.StartsFrontMatter(data) {
		if known && f.Slug != "" {
			f.Sources = made.list
			return false, c.fault(ctx, f, &blog.InputError{File: file, Line: 1, Msg: "has no front matter any more, so it is no post to the content folder"})
		}
		return false, c.pass(ctx, f, statOf(w.files[name]))
	}
	d, err := composeFile(file, data, blog.ComposeOptions{Timezone: c.zone, Now: time.Now(), ReadFile: made.readFile, Open: made.open})
	if isFresh(made.newest) {
		return true, nil
	}
	f.Sources = made.list
	if err != nil {
		return false, c.fault(ctx, f, err)
	}
	other, fresh := c.rival(root, d.Post.Slug, name, w)
	if fresh {
		return true, nil
	}
	if other != "" {
		return false, c.fault(ctx, f, fmt.Errorf("%s: has the slug %q, as %s has; give one of them a slug of its own in the front matter", file, d.Post.Slug, other))
	}
	return false, c.publish(ctx, f, draft{d, filepath.Dir(file)})
}

// unread is for a file that cannot be read, which may be because it is gone by now.
func (c *contentFolder) unread(ctx context.Context, f storage.ContentFile, err error) (fresh bool, _ error) {
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return false, c.fault(ctx, f, err)
}

// pass leaves a file alone that is no post: a folder in git has a README.
func (c *contentFolder) pass(ctx context.Context, f storage.ContentFile, is stat) error {
	c.passed[f.Path] = is
	c.log.Debug("a file without front matter is no post to the content folder", "file", f.Path)
	if _, known := c.known[f.Path]; !known {
		return nil
	}
	return c.forget(ctx, f.Path)
}

// publish publishes a post as the command does, but quietly what was in the folder
// when that was taken and is dated before. What was unpublished before that stays
// so until its file changes.
func (c *contentFolder) publish(ctx context.Context, f storage.ContentFile, d draft) error {
	slug := d.Post.Slug
	renamed := f.Slug != "" && f.Slug != slug
	old, err := c.db.PostHead(ctx, slug)
	there := err == nil
	switch {
	case errors.Is(err, storage.ErrDeleted) && f.Old && f.State == "":
		f.Slug, f.State = slug, storage.ContentTaken
		c.log.Info("a post that was unpublished stays so until its file changes", "file", f.Path, "slug", slug)
		return c.keep(ctx, f)
	case err != nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrDeleted):
		return err
	}
	var o storage.PublishOptions
	if f.Old {
		o.QuietBefore = c.taken
		if d.Post.Published.IsZero() && !there {
			d.Post.Published = earlier(f.Sources[0].Modified, c.taken.Add(-time.Millisecond))
		}
	}
	if err := c.checkWithdrawn(ctx, d.Post); err != nil {
		return c.refused(ctx, f, d, err)
	}
	if err := c.saveAttached(ctx, d); err != nil {
		return c.refused(ctx, f, d, err)
	}
	p, outcome, deliveries, err := c.db.Publish(ctx, d.Post, o)
	if errors.Is(err, storage.ErrFederated) {
		err = errWithdrawn(slug)
	}
	if err != nil {
		return c.refused(ctx, f, d, err)
	}
	if renamed {
		c.renamed = append(c.renamed, renamedFile{f.Path, f.Slug, slug})
	}
	f.Slug, f.State, f.Problem = slug, storage.ContentTaken, ""
	c.tell(f, p, outcome, deliveries, there && old.Status == p.Status)
	return c.keep(ctx, f)
}

// tell logs what became of a file: each one, but of a folder that is being taken
// only how many.
func (c *contentFolder) tell(f storage.ContentFile, p blog.Post, outcome storage.Outcome, deliveries int, edit bool) {
	say := c.log.Info
	if !c.whole {
		c.first.posts++
		if !p.Announced && !edit {
			c.first.quiet++
		}
		say = c.log.Debug
	}
	if outcome != storage.Unchanged {
		say("a file of the content folder: "+whatHappened(p, outcome, deliveries, c.zone), "file", f.Path, "slug", p.Slug)
	}
}

// refused is for what goes wrong in publishing: the database's faults end the look
// through the folder, to be tried again, and others are the file's.
func (c *contentFolder) refused(ctx context.Context, f storage.ContentFile, d draft, err error) error {
	if ctx.Err() != nil || storage.Unavailable(err) {
		return err
	}
	return c.fault(ctx, f, fmt.Errorf("%s: %w", filepath.Join(d.folder, path.Base(f.Path)), err))
}

// fault keeps what is wrong with a file and logs it, once. It is looked at again
// at every look; the others go on.
func (c *contentFolder) fault(ctx context.Context, f storage.ContentFile, fault error) error {
	problem := fault.Error()
	if f.State == storage.ContentFault && f.Problem == problem {
		return nil
	}
	c.log.Error("a file of the content folder cannot be published; it is taken once it is mended", "file", f.Path, "err", problem)
	f.State, f.Problem = storage.ContentFault, problem
	return c.keep(ctx, f)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
