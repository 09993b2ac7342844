package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"limelight/storage"
)

const (
	contentSettle = 500 * time.Millisecond // without a change before files are read
	contentHurry  = 10 * time.Second       // after which they are read although changes go on
	contentPoll   = time.Minute            // between two looks where nothing tells of changes: network file systems

	unlooked = "the content folder cannot be looked through; nothing of it changes anything until it can"
)

// contentFolder is the folder whose files are posts. One node follows it; what it
// knows of the files is in the database, so that edits made while nobody watched
// are seen, and what was seen is not done again.
type contentFolder struct {
	*opened
	dir  string
	log  *slog.Logger
	wake func() // the delivery worker

	taken  time.Time                      // when the folder was looked through first
	whole  bool                           // that is done: what comes now is new
	known  map[string]storage.ContentFile // by path
	bySlug map[string]map[string]bool     // their paths
	passed map[string]stat                // files that are no posts, for they have no front matter
	said   map[string]string              // faults of the folder as a whole that the log was told of, by what they are
	back   []string                       // files that were gone before this look

	renamed []renamedFile // not told of yet
	first   firstLook
}

// firstLook counts what the first look through the folder brought.
type firstLook struct{ posts, quiet int }

// stat is what tells quickly that a file is as it was.
type stat struct {
	size     int64
	modified time.Time
}

// checkContent refuses a folder with data of our own in it, which would be
// watched as well.
func (c *Config) checkContent() error {
	if c.Content.Dir == "" {
		return nil
	}
	dir, o := c.path(c.Content.Dir), c.storage()
	for _, data := range []struct {
		key, path string
		isFile    bool
	}{{"storage.database", o.Database, !o.Postgres()}, {"storage.media", o.Media, !o.Bucket()}} {
		if rel, err := filepath.Rel(dir, data.path); data.isFile && err == nil && filepath.IsLocal(rel) {
			return fmt.Errorf("is %q, in which %s lies too; give the posts a folder of their own", c.Content.Dir, data.key)
		}
	}
	return nil
}

// followContent takes posts from the folder until ctx ends.
func (n *node) followContent(ctx context.Context) {
	c := &contentFolder{opened: &opened{config: n.config, db: n.db, blog: n.blog, zone: n.blog.Timezone}, dir: n.config.path(n.config.Content.Dir),
		log: n.log, wake: n.fed.Wake, said: map[string]string{}}
	for ctx.Err() == nil {
		err := c.begin(ctx)
		if err == nil {
			c.follow(ctx)
			return
		}
		c.complain(ctx, "the content folder has to wait", err)
		select {
		case <-ctx.Done():
		case <-time.After(contentHurry):
		}
	}
}

// begin reads what was known of the folder when it was followed last, and warns
// once more of files that are gone.
func (c *contentFolder) begin(ctx context.Context) (err error) {
	c.known, c.bySlug, c.passed = map[string]storage.ContentFile{}, map[string]map[string]bool{}, map[string]stat{}
	if c.taken, c.whole, err = c.db.BeginContent(ctx); err != nil {
		return err
	}
	files, err := c.db.ContentFiles(ctx)
	var gone []storage.ContentFile
	for _, f := range files {
		c.learn(f)
		if f.State == storage.ContentGone {
			gone = append(gone, f)
		}
	}
	if len(gone) > 0 {
		c.log.Warn("posts whose files in the content folder are gone stay until you say `limelight unpublish SLUG`; `limelight content` lists them",
			"files", len(gone), "first", gone[0].Path, "slug", gone[0].Slug)
	}
	return err
}

// follow looks through the folder now, whenever something in it has changed and
// settled, and now and then.
func (c *contentFolder) follow(ctx context.Context) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		c.complain(ctx, "the content folder cannot be watched and is looked at once a minute", err)
		watcher = &fsnotify.Watcher{}
	} else {
		defer watcher.Close()
	}
	for ctx.Err() == nil {
		again, err := c.look(ctx, func(dir string) {
			if watcher.Events == nil {
				return
			}
			if err := watcher.Add(dir); err != nil {
				c.complain(ctx, "not all of the content folder can be watched; it is looked at once a minute", err)
			}
		})
		if err != nil {
			c.complain(ctx, unlooked, err)
		} else {
			delete(c.said, unlooked)
		}
		pause := contentPoll
		switch {
		case err != nil:
			pause = contentHurry
		case again:
			pause = contentSettle
		}
		awaitChange(ctx, watcher, pause)
	}
}

// complain logs a fault of the folder as a whole, once until it is mended.
func (c *contentFolder) complain(ctx context.Context, what string, err error) {
	if ctx.Err() != nil || c.said[what] == err.Error() {
		return
	}
	c.said[what] = err.Error()
	c.log.Error(what, "folder", c.dir, "err", err)
}

// awaitChange returns after the pause, or when something changed and then nothing
// did for a moment: files are written in pieces, and many at once.
func awaitChange(ctx context.Context, watcher *fsnotify.Watcher, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	var hurry time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case err := <-watcher.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				continue
			}
		case event := <-watcher.Events:
			if event.Op == fsnotify.Chmod || strings.HasPrefix(filepath.Base(event.Name), ".") {
				continue
			}
		}
		if hurry.IsZero() {
			hurry = time.Now().Add(contentHurry)
		}
		timer.Reset(min(contentSettle, time.Until(hurry)))
	}
}
