package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"limelight/blog"
	"limelight/federation"
	"limelight/storage"
	"limelight/web"
)

// web tells what the pages are made of.
func (c *Config) web(ctx context.Context, b *blog.Blog, db *storage.DB, fed *federation.Node, log *slog.Logger) (web.Options, error) {
	o := web.Options{
		Blog: b, DB: db, Log: log, CommentsPolicy: c.Comments.Policy, CommentsClose: days(c.Comments.CloseAfterDays),
		Ready:  c.ready(fed),
		Lookup: fed.Interaction, PlainHTTP: len(c.Federation.AllowPrivateNetworks) > 0,
	}
	var err error
	if o.About, err = c.about(ctx, db); err != nil {
		return o, fmt.Errorf("%s: blog.about: %w", c.where("blog.about"), err)
	}
	if o.Blogroll, err = c.blogroll(); err != nil {
		return o, fmt.Errorf("%s: blog.blogroll: %w", c.where("blog.blogroll"), err)
	}
	if c.Web.Accent != "" {
		accent, err := blog.ParseColor(c.Web.Accent)
		if err != nil {
			return o, fmt.Errorf("%s: web.accent: %w", c.where("web.accent"), err)
		}
		o.Accent = &accent
	}
	if c.Web.Logo != "" {
		if o.Logo, err = c.picture(ctx, db, c.Web.Logo, logoSide); err != nil {
			return o, fmt.Errorf("%s: web.logo: %w", c.where("web.logo"), err)
		}
	}
	if o.Feeds, err = c.feeds(ctx, b, db); err != nil {
		return o, err
	}
	if o.Theme, err = c.theme(); err != nil {
		return o, fmt.Errorf("%s: web.theme: %w", c.where("web.theme"), err)
	}
	return o, nil
}

// ready tells when the node is ready for requests; validate has read the time.
func (c *Config) ready(fed *federation.Node) web.ReadyOptions {
	age, _ := time.ParseDuration(c.Server.MaxQueueAge)
	return web.ReadyOptions{MaxQueueAge: age, Passed: fed.Passed}
}

// feeds tells what the feeds are made of.
func (c *Config) feeds(ctx context.Context, b *blog.Blog, db *storage.DB) (web.FeedOptions, error) {
	o := web.FeedOptions{Short: !c.Feed.FullContent, Category: c.Feed.PodcastCategory, Email: c.Feed.PodcastEmail, Explicit: c.Feed.PodcastExplicit}
	if hub := c.hub(b); hub != "" {
		o.Hubs = []string{hub}
	}
	if c.Feed.PodcastCover == "" {
		return o, nil
	}
	cover, err := c.picture(ctx, db, c.Feed.PodcastCover, coverSide)
	if err != nil {
		return o, fmt.Errorf("%s: feed.podcast_cover: %w", c.where("feed.podcast_cover"), err)
	}
	if cover.Width != cover.Height {
		return o, fmt.Errorf("%s: feed.podcast_cover: %s has %d x %d pixels; it should be square", c.where("feed.podcast_cover"), c.Feed.PodcastCover, cover.Width, cover.Height)
	}
	o.Cover = cover.Path
	return o, nil
}

// noHub is the value of feed.hub by which nobody is told of changes.
const noHub = "none"

// hub is the address of the WebSub hub that feeds name; empty means none.
func (c *Config) hub(b *blog.Blog) string {
	switch c.Feed.Hub {
	case "":
		return b.HubURL()
	case noHub:
		return ""
	}
	return c.Feed.Hub
}

// coverSide is the side of a podcast's cover, in pixels, as large as Apple takes
// it.
const coverSide = 3000

// logoSide is the longer side of the logo, in pixels.
const logoSide = 800

// theme is the configured folder, nil when there is none.
func (c *Config) theme() (fs.FS, error) {
	if c.Web.Theme == "" {
		return nil, nil
	}
	folder := c.path(c.Web.Theme)
	if info, err := os.Stat(folder); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder", c.Web.Theme)
	}
	return os.DirFS(folder), nil
}

// blogroll is what the configured file recommends, nothing when there is none.
func (c *Config) blogroll() ([]blog.Recommendation, error) {
	if c.Blog.Blogroll == "" {
		return nil, nil
	}
	file, err := os.ReadFile(c.path(c.Blog.Blogroll))
	if err != nil {
		return nil, err
	}
	all, err := web.ReadBlogroll(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Blog.Blogroll, err)
	}
	return all, nil
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
	if d.Post.Enclosure.URL != "" {
		return nil, fmt.Errorf("%s: audio and video belong to posts; the page about the blog has none", c.Blog.About)
	}
	for _, m := range d.Media {
		if err := db.SaveMedia(ctx, m.Name, m.Data); err != nil {
			return nil, err
		}
	}
	db.NeedMedia(d.Post.HTML, d.Post.Source, d.Post.Image.Path)
	return &d.Post, nil
}
