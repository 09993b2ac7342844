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
	"time"

	"limelight/blog"
	"limelight/storage"
)

// draft is a post to be published.
type draft struct {
	blog.Composed
	folder string // where its file lies
}

func publish(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "publish", "FILE|DIR...")
	title := f.String("title", "", "the `TITLE`, for a file that has none")
	announce := f.Bool("announce", false, "deliver to followers however old the date is")
	wait := addWaitFlags(f)
	paths, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	if err := wait.check(f); err != nil {
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
		drafts, err := o.composeAll(ctx, files, *title)
		if err != nil {
			return err
		}
		if err := o.warnOfAbsence(ctx, e); err != nil {
			return err
		}
		for _, d := range drafts {
			if err := o.saveAttached(ctx, d); err != nil {
				return fmt.Errorf("nothing was published: %s: %w", d.Post.Slug, err)
			}
		}
		var posts []string
		began := time.Now()
		for _, d := range drafts {
			p, err := o.publishDraft(ctx, e, d, storage.PublishOptions{Announce: *announce})
			if err != nil {
				return err
			}
			posts = append(posts, p.ID)
		}
		return wait.await(ctx, e, o, posts, began)
	})
}

// composeAll reads every file before anything is written: a fault in one
// publishes none, and all faults are told at once.
func (o *opened) composeAll(ctx context.Context, files []string, title string) ([]draft, error) {
	var drafts []draft
	var faults []error
	from := map[string]string{}
	for _, file := range files {
		d, err := compose(file, blog.ComposeOptions{Title: title, Timezone: o.zone, Now: time.Now()})
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if other, twice := from[d.Post.Slug]; twice {
			faults = append(faults, fmt.Errorf("%s: has the slug %q, as %s has; give one of them a slug of its own in the front matter", file, d.Post.Slug, other))
		}
		from[d.Post.Slug] = file
		if err := o.checkWithdrawn(ctx, d.Post); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", file, err))
		}
		drafts = append(drafts, draft{d, filepath.Dir(file)})
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("nothing was published:\n%w", errors.Join(faults...))
	}
	return drafts, nil
}

// checkWithdrawn tells early what storage would refuse: a post that others have
// cannot be taken back by an edit. What storage alone knows of, such as a
// private answer, it still refuses itself.
func (o *opened) checkWithdrawn(ctx context.Context, p blog.Post) error {
	if p.Status != blog.Draft && p.Visibility != blog.Local && !p.Published.After(time.Now()) {
		return nil
	}
	old, err := o.db.Post(ctx, p.Slug)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrDeleted) {
		return nil
	}
	if err == nil && old.Federated() && (old.Announced || old.CommentCount+old.LikeCount+old.BoostCount > 0) {
		return errWithdrawn(p.Slug)
	}
	return err
}

func errWithdrawn(slug string) error {
	return fmt.Errorf("other servers have this post already, so it can become neither a draft, nor local, nor scheduled: `limelight unpublish %s` takes it down everywhere", slug)
}

// compose reads one file, and what lies beside it and nowhere else.
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
	opts.Open = func(name string) (fs.File, error) { return folder.Open(name) }
	return composeFile(file, data, opts)
}

// composeFile makes a post of a file that was read.
func composeFile(file string, data []byte, opts blog.ComposeOptions) (blog.Composed, error) {
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

func (o *opened) publishDraft(ctx context.Context, e *env, d draft, opts storage.PublishOptions) (blog.Post, error) {
	p, outcome, deliveries, err := o.db.Publish(ctx, d.Post, opts)
	if errors.Is(err, storage.ErrFederated) {
		return blog.Post{}, fmt.Errorf("publish %s: %w", d.Post.Slug, errWithdrawn(d.Post.Slug))
	}
	if err != nil {
		return blog.Post{}, err
	}
	fmt.Fprintf(e.stdout, "%s: %s\n", p.Slug, whatHappened(p, outcome, deliveries, o.zone))
	fmt.Fprintln(e.stdout, o.blog.PostURL(p.Slug))
	return p, nil
}

func whatHappened(p blog.Post, outcome storage.Outcome, deliveries int, zone *time.Location) string {
	switch {
	case outcome == storage.Unchanged:
		return "unchanged"
	case p.Status == blog.Draft:
		return "kept as a draft, shown to nobody"
	case p.Status == blog.Scheduled:
		return "scheduled for " + momentIn(zone, p.Published)
	case p.Visibility == blog.Local:
		return string(outcome) + ", on this site only"
	case outcome == storage.Created && !p.Announced:
		return "created quietly, as its date is more than 7 days back (-announce delivers it)"
	default:
		return fmt.Sprintf("%s, to be delivered to %s", outcome, plural(deliveries, "server"))
	}
}
