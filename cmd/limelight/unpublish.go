package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"limelight/blog"
	"limelight/storage"
)

func unpublish(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "unpublish", "SLUG|URL...")
	wait := addWaitFlags(f)
	words, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	if err := wait.check(f); err != nil {
		return err
	}
	if len(words) == 0 {
		return usagef("unpublish which post? (limelight unpublish SLUG|URL...)")
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		posts, err := o.postsNamed(ctx, words)
		if err != nil {
			return err
		}
		var ids []string
		began := time.Now()
		for _, p := range posts {
			ids = append(ids, p.ID)
			p, deliveries, err := o.db.Unpublish(ctx, p.ID)
			if err != nil {
				return err
			}
			fmt.Fprintf(e.stdout, "%s: deleted, %s to be told\n", p.Slug, plural(deliveries, "server"))
		}
		return wait.await(ctx, e, o, ids, began)
	})
}

// postsNamed finds each post once, or the first fault in what was typed before
// anything is changed.
func (o *opened) postsNamed(ctx context.Context, words []string) ([]blog.Post, error) {
	var posts []blog.Post
	seen := map[string]bool{}
	for _, word := range words {
		p, err := o.db.Post(ctx, o.postName(word))
		if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrDeleted) {
			return nil, fmt.Errorf("unpublish %s: there is no such post; `limelight posts` lists them", word)
		}
		if err != nil {
			return nil, fmt.Errorf("unpublish %s: %w", word, err)
		}
		if !seen[p.ID] {
			seen[p.ID] = true
			posts = append(posts, p)
		}
	}
	return posts, nil
}
