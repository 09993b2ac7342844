package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation"
	"limelight/storage"
	"limelight/web"
)

// Sizes of the profile's pictures on their longer side, in pixels, as Mastodon
// keeps them.
const (
	avatarSide = 400
	headerSide = 1500
)

// storage tells the storage room where the data lies.
func (c *Config) storage() storage.Options {
	return c.storageAt(c.Storage.Database)
}

// storageAt is storage with another database than the configured one.
func (c *Config) storageAt(database string) storage.Options {
	o := storage.Options{Database: database, Connections: c.Storage.Connections, Media: c.mediaPath(c.Storage.Media), S3: c.s3(), Program: version,
		Upgrades: storage.Upgrades{Keep: c.Backup.BeforeUpgrade, Folder: c.path(c.Backup.Folder)}, Notify: c.notices()}
	switch {
	case o.Upgrades.Folder != "":
	case o.Bucket():
		o.Upgrades.Folder = c.dir
	default:
		o.Upgrades.Folder = filepath.Dir(o.Media)
	}
	if !o.Postgres() {
		o.Database = c.path(database)
	}
	return o
}

// baseURL is the configured address, else the one on this machine.
func (c *Config) baseURL(listening net.Addr) string {
	if c.Server.BaseURL != "" {
		return strings.TrimSuffix(c.Server.BaseURL, "/")
	}
	_, port, _ := net.SplitHostPort(listening.String())
	return "http://localhost:" + port
}

// startBlog makes the blog's row, key and first post where there are none.
func (n *node) startBlog(ctx context.Context) (storage.Node, error) {
	var starter *blog.Post
	if n.config.Blog.Starter {
		p, err := blog.Starter(time.Now())
		if err != nil {
			return storage.Node{}, fmt.Errorf("read the first post: %w", err)
		}
		starter = &p
	}
	base := n.config.baseURL(n.listener.Addr())
	row, err := n.db.StartBlog(ctx, base, federation.NewKey, starter)
	if errors.Is(err, storage.ErrAnchored) {
		return row, fmt.Errorf("server.base_url is now %s, but followers and comments at other servers know this blog as %s, and ids cannot change: set server.base_url = %q again, or start a new blog with another storage.database", base, row.BaseURL, row.BaseURL)
	}
	if err != nil {
		return row, fmt.Errorf("start the blog: %w", err)
	}
	return row, nil
}

// profile makes the blog of the configuration and what the database keeps.
func (c *Config) profile(ctx context.Context, db *storage.DB, row storage.Node) (*blog.Blog, error) {
	zone, err := time.LoadLocation(c.Blog.Timezone)
	if err != nil {
		return nil, fmt.Errorf("blog.timezone: %w", err)
	}
	b := &blog.Blog{
		BaseURL: row.BaseURL, FirstURL: row.FirstURL, MediaURL: c.mediaURL(), Handle: c.Blog.Handle, HandleHost: c.Federation.HandleDomain, Title: c.Blog.Title, Description: c.Blog.Description,
		Author: c.Blog.Author, Language: c.Blog.Language, Timezone: zone, Fields: c.Blog.Fields,
		Me: c.Blog.Me, Creator: strings.TrimPrefix(c.Blog.Creator, "@"), Discoverable: c.Blog.Discoverable, Indexable: c.Blog.Indexable,
		ObjectType: c.Federation.ObjectType, Created: row.Created, Version: version, Avatar: web.DefaultAvatar(),
	}
	db.NeedMedia(c.Blog.Description)
	for _, f := range c.Blog.Fields {
		db.NeedMedia(f.Value)
	}
	if c.Blog.Avatar != "" {
		if b.Avatar, err = c.picture(ctx, db, c.Blog.Avatar, avatarSide); err != nil {
			return nil, fmt.Errorf("%s: blog.avatar: %w", c.where("blog.avatar"), err)
		}
	}
	if c.Blog.Header != "" {
		if b.Header, err = c.picture(ctx, db, c.Blog.Header, headerSide); err != nil {
			return nil, fmt.Errorf("%s: blog.header: %w", c.where("blog.header"), err)
		}
	}
	return b, nil
}

// picture takes a configured image into the blog's media.
func (c *Config) picture(ctx context.Context, db *storage.DB, file string, side int) (blog.Image, error) {
	data, err := os.ReadFile(c.path(file))
	if err != nil {
		return blog.Image{}, err
	}
	m, err := blog.ShrinkImage(data, side)
	if err != nil {
		return blog.Image{}, fmt.Errorf("%s: %w", file, err)
	}
	if err := db.SaveMedia(ctx, m.Name, m.Data); err != nil {
		return blog.Image{}, err
	}
	db.NeedMedia(m.Name)
	at := blog.Blog{MediaURL: c.mediaURL()}
	return blog.Image{Path: at.MediaLink(blog.MediaPath(m.Name)), Type: m.Type, Width: m.Width, Height: m.Height}, nil
}

// federation makes the blog as other servers see it, and its actor as it stands.
func (c *Config) federation(ctx context.Context, b *blog.Blog, db *storage.DB, row storage.Node, log *slog.Logger) (*federation.Node, error) {
	key, err := federation.ParseKey(row.PrivateKey)
	if err != nil {
		return nil, err
	}
	networks, err := parseNetworks(c.Federation.AllowPrivateNetworks)
	if err != nil {
		return nil, err
	}
	n, err := federation.New(federation.Options{
		Blog: b, DB: db, Key: key, Log: log, AllowPrivate: networks, CommentsPolicy: c.Comments.Policy,
		Relays: c.Federation.Relays,
		Moderation: federation.Moderation{
			CloseAfter: days(c.Comments.CloseAfterDays), NewAccount: days(c.Comments.NewAccountDays), Signals: c.Comments.HoldOdd,
			ActorRate: c.Comments.ActorPerHour, HostRate: c.Comments.HostPerHour,
		},
	})
	if err != nil {
		return nil, err
	}
	return n, n.LoadAccount(ctx)
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
