package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
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
	return storage.Options{Database: c.path(c.Storage.Database), Media: c.path(c.Storage.Media)}
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
	row, err := n.db.StartBlog(ctx, base, newKey, starter)
	if errors.Is(err, storage.ErrAnchored) {
		return row, fmt.Errorf("server.base_url is now %s, but followers and comments at other servers know this blog as %s, and ids cannot change: set server.base_url = %q again, or start a new blog with another storage.database", base, row.BaseURL, row.BaseURL)
	}
	if err != nil {
		return row, fmt.Errorf("start the blog: %w", err)
	}
	return row, nil
}

// newKey makes the actor's key: RSA of 2048 bits, which every server of the
// fediverse verifies, in PKCS #8 PEM.
func newKey() (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", fmt.Errorf("make the actor's key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("encode the actor's key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

func parseKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("read the actor's key: no PEM block in the database")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the actor's key: %w", err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read the actor's key: it is a %T, not RSA", key)
	}
	return private, nil
}

// profile makes the blog of the configuration and what the database keeps.
func (c *Config) profile(ctx context.Context, db *storage.DB, row storage.Node) (*blog.Blog, error) {
	zone, err := time.LoadLocation(c.Blog.Timezone)
	if err != nil {
		return nil, fmt.Errorf("blog.timezone: %w", err)
	}
	b := &blog.Blog{
		BaseURL: row.BaseURL, Handle: c.Blog.Handle, Title: c.Blog.Title, Description: c.Blog.Description,
		Author: c.Blog.Author, Language: c.Blog.Language, Timezone: zone, Fields: c.Blog.Fields,
		ObjectType: c.Federation.ObjectType, Created: row.Created, Version: version, Avatar: web.DefaultAvatar(),
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
	return blog.Image{Path: blog.MediaPath(m.Name), Type: m.Type, Width: m.Width, Height: m.Height}, nil
}

// federation makes the blog as other servers see it.
func (c *Config) federation(b *blog.Blog, db *storage.DB, row storage.Node, log *slog.Logger) (*federation.Node, error) {
	key, err := parseKey(row.PrivateKey)
	if err != nil {
		return nil, err
	}
	networks, err := parseNetworks(c.Federation.AllowPrivateNetworks)
	if err != nil {
		return nil, err
	}
	return federation.New(federation.Options{
		Blog: b, DB: db, Key: key, Log: log, AllowPrivate: networks, CommentsPolicy: c.Comments.Policy,
		Moderation: federation.Moderation{
			CloseAfter: days(c.Comments.CloseAfterDays), NewAccount: days(c.Comments.NewAccountDays), Signals: c.Comments.HoldOdd,
			ActorRate: c.Comments.ActorPerHour, HostRate: c.Comments.HostPerHour,
		},
	})
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
