package main

import (
	"context"
	"fmt"
	"log/slog"

	"limelight/blog"
	"limelight/federation"
	"limelight/storage"
	"limelight/web"
)

// web tells what the pages are made of.
func (c *Config) web(ctx context.Context, b *blog.Blog, db *storage.DB, fed *federation.Node, log *slog.Logger) (web.Options, error) {
	o := web.Options{
		Blog: b, DB: db, Log: log, CommentsPolicy: c.Comments.Policy, CommentsClose: days(c.Comments.CloseAfterDays),
		Lookup: fed.Interaction, PlainHTTP: len(c.Federation.AllowPrivateNetworks) > 0,
	}
	var err error
	if o.About, err = c.about(ctx, db); err != nil {
		return o, fmt.Errorf("%s: blog.about: %w", c.where("blog.about"), err)
	}
	return o, nil
}

// about is the configured page about the blog, nil when there is none. Its
// images are taken into the blog's media.
func (c *Config) about(ctx context.Context, db *storage.DB) (*blog.Post, error) {
	if c.Blog.About == "" {
		return nil, nil
	}
	d, err := compose(c.path(c.Blog.About), blog.ComposeOptions{})
	if err != nil {
		return nil, err
	}
	for _, m := range d.Media {
		if err := db.SaveMedia(ctx, m.Name, m.Data); err != nil {
			return nil, err
		}
	}
	return &d.Post, nil
}
