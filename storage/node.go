package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"limelight/blog"
)

// Node is what the database keeps about the blog itself.
type Node struct {
	BaseURL    string
	FirstURL   string // the first BaseURL that others could reach: the ids of the feeds begin with it for good
	PrivateKey string // PKCS #8 PEM, RSA 2048
	Created    time.Time
}

// StartBlog makes the blog's row, key and starter post (nil for none) in one
// transaction when there is none, and returns the row. newKey is called only
// then, before the transaction. A blog that exists takes over another base_url
// as long as no remote follower, comment or reaction exists; else ErrAnchored,
// with the row as it is. ErrServed when another process serves it under the
// address that it has.
func (db *DB) StartBlog(ctx context.Context, baseURL string, newKey func() (string, error), starter *blog.Post) (Node, error) {
	n, err := db.Node(ctx)
	switch {
	case errors.Is(err, ErrNotFound):
		n = Node{BaseURL: baseURL}
		if n.PrivateKey, err = newKey(); err != nil {
			return Node{}, fmt.Errorf("start the blog: %w", err)
		}
	case err != nil:
		return Node{}, err
	case n.BaseURL == baseURL:
		return n, nil
	}
	made := n
	err = db.write(ctx, func(t *tx) (err error) {
		n, err = db.startBlog(t, made, baseURL, starter)
		return err
	})
	if err != nil {
		return n, fmt.Errorf("start the blog at %s: %w", baseURL, err)
	}
	return n, nil
}

func (db *DB) startBlog(t *tx, made Node, baseURL string, starter *blog.Post) (Node, error) {
	inserted, err := t.exec(`INSERT INTO node (id, base_url, first_url, private_key, created)
		VALUES (1, $1, $1, $2, $3) ON CONFLICT (id) DO NOTHING`, baseURL, made.PrivateKey, millis(t.now))
	if err != nil {
		return Node{}, err
	}
	if inserted == 0 {
		return db.moveBlog(t, baseURL)
	}
	if _, err := t.reviseComments(); err != nil {
		return Node{}, err
	}
	if _, err := t.reviseBlog(); err != nil {
		return Node{}, err
	}
	if starter != nil {
		p, _, _, err := publish(t, *starter, PublishOptions{})
		if err == nil {
			title, words := indexed(starter) // once in a blog's life
			err = t.index(p.ID, title, words)
		}
		if err != nil {
			return Node{}, fmt.Errorf("the first post: %w", err)
		}
	}
	return readNode(t)
}

// moveBlog gives the blog another address while nobody elsewhere knows the old one.
func (db *DB) moveBlog(t *tx, baseURL string) (Node, error) {
	if err := t.lock(`SELECT id FROM node`); err != nil {
		return Node{}, err
	}
	n, err := readNode(t)
	if err != nil || n.BaseURL == baseURL {
		return n, err
	}
	if served, err := t.others(db.process.id); err != nil || served {
		return n, cmp.Or(err, fmt.Errorf("%w (that is %s)", ErrServed, n.BaseURL))
	}
	known, err := t.exists(`SELECT 1 FROM follower
		UNION ALL SELECT 1 FROM comment WHERE source NOT IN ('own', 'imported')
		UNION ALL SELECT 1 FROM reaction
		UNION ALL SELECT 1 FROM relay WHERE follow_id <> ''
		UNION ALL SELECT 1 FROM node WHERE leaving <> 0 LIMIT 1`)
	if err != nil {
		return n, err
	}
	if known {
		return n, ErrAnchored
	}
	first := n.FirstURL
	if u, err := url.Parse(first); err != nil || blog.IsLocalHost(u.Hostname()) { // nobody has subscribed there
		first = baseURL
	}
	if _, err := t.exec(`UPDATE node SET base_url = $1, first_url = $2`, baseURL, first); err != nil {
		return n, err
	}
	if _, err := t.exec(`DELETE FROM handle`); err != nil {
		return n, err
	}
	if _, err := t.reviseBlog(); err != nil {
		return n, err
	}
	return readNode(t)
}

// Node returns the blog's row; ErrNotFound before StartBlog.
func (db *DB) Node(ctx context.Context) (Node, error) { return readNode(db.reading(ctx)) }

func readNode(t *tx) (Node, error) {
	var n Node
	err := t.row(`SELECT base_url, first_url, private_key, created FROM node`).
		Scan(&n.BaseURL, &n.FirstURL, &n.PrivateKey, stamp{&n.Created})
	if errors.Is(err, sql.ErrNoRows) {
		return n, fmt.Errorf("the blog's row: %w", ErrNotFound)
	}
	if err != nil {
		return n, fmt.Errorf("read the blog's row: %w", err)
	}
	return n, nil
}
