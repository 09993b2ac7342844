package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// opened is a blog as a command sees it while the server may be running.
type opened struct {
	config *Config
	db     *storage.DB
	blog   *blog.Blog     // addresses only
	zone   *time.Location // in which its author writes dates and is told times
}

// openBlog opens the database that the configuration names. The caller closes
// opened.db.
func openBlog(ctx context.Context, e *env, f *flags) (*opened, error) {
	c, err := loadConfig(e, *f.config)
	if err != nil {
		return nil, err
	}
	db, err := storage.Open(ctx, c.storage())
	if err != nil {
		return nil, err
	}
	row, err := db.Node(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		err = fmt.Errorf("%s holds no blog yet; `limelight serve` makes it", c.storage().Name())
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	zone, _ := time.LoadLocation(c.Blog.Timezone) // validate has seen it
	return &opened{config: c, db: db, zone: zone, blog: &blog.Blog{BaseURL: row.BaseURL, Handle: c.Blog.Handle, HandleHost: c.Federation.HandleDomain}}, nil
}

// postName takes a post's slug, id, page URL or object IRI to what storage
// looks posts up by.
func (o *opened) postName(arg string) string {
	if id, ok := o.blog.PostID(arg); ok {
		return id
	}
	if slug, ok := o.blog.PostSlug(arg); ok {
		return slug
	}
	return arg
}

// withBlog opens the blog, does the work and closes it.
func withBlog(ctx context.Context, e *env, f *flags, work func(*opened) error) error {
	o, err := openBlog(ctx, e, f)
	if err != nil {
		return err
	}
	return errors.Join(work(o), o.db.Close())
}
