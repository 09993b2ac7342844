package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// maxFiles bounds one publish command; a folder with more is a mistake.
const maxFiles = 100_000

func publish(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "publish", "FILE|DIR...")
	title := f.String("title", "", "the `TITLE`, for a file that has none")
	announce := f.Bool("announce", false, "deliver to followers however old the date is")
	paths, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	files, err := postFiles(paths)
	if err != nil {
		return err
	}
	if *title != "" && len(files) > 1 {
		return usagef("-title is for one file, and there are %d", len(files))
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		drafts, err := o.composeAll(files, *title)
		if err != nil {
			return err
		}
		if err := o.warnOfAbsence(ctx, e); err != nil {
			return err
		}
		for _, d := range drafts {
			if err := o.publishDraft(ctx, e, d, storage.PublishOptions{Announce: *announce}); err != nil {
				return err
			}
		}
		return nil
	})
}

// postFiles lists the files to publish: those named, and in folders every
// Markdown and text file below that is not hidden.
func postFiles(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, usagef("publish which file? (limelight publish FILE|DIR...)")
	}
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found, err := folderFiles(path)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: no .md, .markdown or .txt file in this folder", path)
		}
		files = append(files, found...)
	}
	if len(files) > maxFiles {
		return nil, fmt.Errorf("%d files are more than publish takes at once (%d)", len(files), maxFiles)
	}
	return files, nil
}

func folderFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular() && slices.Contains([]string{".md", ".markdown", ".txt"}, strings.ToLower(filepath.Ext(path))):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// composeAll reads every file before anything is written: a fault in one
// publishes none, and all faults are told at once.
func (o *opened) composeAll(files []string, title string) ([]blog.Composed, error) {
	zone, err := time.LoadLocation(o.config.Blog.Timezone)
	if err != nil {
		return nil, fmt.Errorf("blog.timezone: %w", err)
	}
	var drafts []blog.Composed
	var faults []error
	from := map[string]string{}
	for _, file := range files {
		d, err := compose(file, blog.ComposeOptions{Title: title, Timezone: zone, Now: time.Now()})
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if other, twice := from[d.Post.Slug]; twice {
			faults = append(faults, fmt.Errorf("%s: has the slug %q, as %s has; give one of them a slug of its own in the front matter", file, d.Post.Slug, other))
		}
		from[d.Post.Slug] = file
		drafts = append(drafts, d)
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("nothing was published:\n%w", errors.Join(faults...))
	}
	return drafts, nil
}

// compose reads one file, and the images beside it and nowhere else.
func compose(file string, opts blog.ComposeOptions) (blog.Composed, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return blog.Composed{}, err
	}
	folder, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return blog.Composed{}, err
	}
	defer folder.Close()
	opts.ReadFile = folder.ReadFile
	d, err := blog.Compose(file, data, opts)
	if err != nil {
		return blog.Composed{}, err
	}
	if d.Post.Slug == "" {
		d.Post.Slug = fallbackSlug(file)
	}
	return d, nil
}

// fallbackSlug names a post whose file's name has no letter or digit that a
// slug may have. It depends on the name alone, so that publishing the file
// again is an edit.
func fallbackSlug(file string) string {
	sum := sha256.Sum256([]byte(filepath.Base(file)))
	return "post-" + hex.EncodeToString(sum[:5])
}

func (o *opened) publishDraft(ctx context.Context, e *env, d blog.Composed, opts storage.PublishOptions) error {
	for _, m := range d.Media {
		if err := o.db.SaveMedia(ctx, m.Name, m.Data); err != nil {
			return fmt.Errorf("publish %s: save %s: %w", d.Post.Slug, m.Name, err)
		}
	}
	p, outcome, deliveries, err := o.db.Publish(ctx, d.Post, opts)
	if errors.Is(err, storage.ErrFederated) {
		return fmt.Errorf("publish %s: other servers have this post already, so it can become neither a draft nor local: `limelight unpublish %s` takes it down everywhere", d.Post.Slug, d.Post.Slug)
	}
	if err != nil {
		return fmt.Errorf("publish %s: %w", d.Post.Slug, err)
	}
	fmt.Fprintf(e.stdout, "%s: %s\n", p.Slug, whatHappened(p, outcome, deliveries))
	fmt.Fprintln(e.stdout, o.blog.PostURL(p.Slug))
	return nil
}

func whatHappened(p blog.Post, outcome storage.Outcome, deliveries int) string {
	switch {
	case outcome == storage.Unchanged:
		return "unchanged"
	case p.Status == blog.Draft:
		return "kept as a draft, shown to nobody"
	case p.Status == blog.Scheduled:
		return "scheduled for " + p.Published.UTC().Format("2006-01-02 15:04 UTC")
	case p.Visibility == blog.Local:
		return string(outcome) + ", on this site only"
	case outcome == storage.Created && !p.Announced:
		return "created quietly, as its date is more than 7 days back (-announce delivers it)"
	default:
		return fmt.Sprintf("%s, to be delivered to %s", outcome, plural(deliveries, "server"))
	}
}

func unpublish(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "unpublish", "SLUG|URL...")
	names, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usagef("unpublish which post? (limelight unpublish SLUG|URL...)")
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		for _, name := range names {
			p, deliveries, err := o.db.Unpublish(ctx, o.postName(name))
			if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrDeleted) {
				return fmt.Errorf("unpublish %s: there is no such post; `limelight posts` lists them", name)
			}
			if err != nil {
				return fmt.Errorf("unpublish %s: %w", name, err)
			}
			fmt.Fprintf(e.stdout, "%s: deleted, %s to be told\n", p.Slug, plural(deliveries, "server"))
		}
		return nil
	})
}
