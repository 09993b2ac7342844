package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"limelight/blog"
)

// Brought is a post that comes from another program, with what belongs to it.
type Brought struct {
	Source   string // what it was brought from
	ID       string // what it is called there
	Post     blog.Post
	Paths    []string // where it was found; see OldPath
	Comments []blog.Comment
	Announce bool // deliver it, as PublishOptions.Announce does
}

// Bringing is what Bring did.
type Bringing struct {
	Post     blog.Post
	Outcome  Outcome // Created, or Unchanged for one that was here already
	Comments int     // that are new here
}

// Bring stores a post that was published elsewhere before, once: what came from
// the same place under the same id is left as it is now, edited or deleted since.
// A slug that another post has gets a number. Nothing is delivered unless b.Announce
// says so, nor is any subscriber of a feed told; then they are when nothing more
// came for a moment, once for all. Comments come in under b.Post by
// their IRI, those that are there already do not; ParentIRI names the one that is
// answered, which must stand before it or be here. The post and all that
// belongs to it is one transaction.
func (db *DB) Bring(ctx context.Context, b Brought) (Bringing, error) {
	var out Bringing
	title, words := indexed(&b.Post)
	err := db.write(ctx, func(t *tx) (err error) {
		if out, err = bring(t, b); err != nil || out.Outcome == Unchanged {
			return err
		}
		return t.index(out.Post.ID, title, words)
	})
	return out, wrap(fmt.Sprintf("bring %q", b.ID), err)
}

func bring(t *tx, b Brought) (out Bringing, err error) {
	if b.Source == "" || b.ID == "" {
		return out, errors.New("it is not known where it comes from")
	}
	if err := t.lockPosts(); err != nil {
		return out, err
	}
	var id string
	err = t.row(`SELECT post_id FROM origin WHERE source = $1 AND id = $2`, b.Source, b.ID).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		out.Outcome = Created
		if b.Post.Slug, err = freeSlug(t, b.Post.Slug); err == nil {
			out.Post, _, _, err = publish(t, b.Post, PublishOptions{Announce: b.Announce, Quiet: !b.Announce, brought: true})
		}
		if err == nil {
			_, err = t.exec(`INSERT INTO origin (source, id, post_id, since) VALUES ($1, $2, $3, $4)`, b.Source, b.ID, out.Post.ID, millis(t.now))
		}
	case err == nil:
		out.Outcome = Unchanged
		out.Post, err = findPost(t, id)
	}
	if err != nil || out.Post.Status == blog.Deleted {
		return out, err
	}
	for _, path := range b.Paths {
		_, err := t.exec(`INSERT INTO old_path (path, post_id, since) VALUES ($1, $2, $3) ON CONFLICT (path) DO NOTHING`,
			path, out.Post.ID, millis(t.now))
		if err != nil {
			return out, err
		}
	}
	out.Comments, err = bringComments(t, out.Post.ID, b.Comments)
	if err == nil && out.Outcome == Created && b.Announce {
		err = t.postBrought(&out.Post)
	}
	return out, err
}

// postBrought is postChanged for one of many that come after each other: those who
// listen are told of all together, when the last is here. Of a new post nobody
// heard what is said about it.
func (t *tx) postBrought(p *blog.Post) error {
	if some, err := t.listened(); p.Status != blog.Published || err != nil || !some {
		return err
	}
	below := []string{""}
	for _, tag := range p.Tags {
		below = append(below, blog.TagPath(tag.Slug))
	}
	return t.feedsChangedAfter(postsRest, p.Revision, postsRest, below...)
}

// freeSlug is the slug, or the first of its kind that no post has or had: under
// that of a deleted one others know a Tombstone.
func freeSlug(t *tx, slug string) (string, error) {
	const tries = 1000
	for n := 1; n <= tries; n++ {
		free := slug
		if n > 1 {
			end := "-" + strconv.Itoa(n)
			free = strings.TrimRight(slug[:min(len(slug), 100-len(end))], "-") + end
		}
		taken, err := t.exists(`SELECT 1 FROM post WHERE slug = $1 LIMIT 1`, free)
		if err != nil || !taken {
			return free, err
		}
	}
	return "", fmt.Errorf("there are %d posts with the slug %s already", tries, slug)
}

// bringComments stores those that are not here, and returns how many.
func bringComments(t *tx, postID string, comments []blog.Comment) (n int, err error) {
	shown := 0
	for _, c := range comments {
		c.PostID, c.Source, c.Visibility, c.Parent = postID, blog.Imported, blog.Local, 0
		complete(t, &c)
		err := t.row(`SELECT id FROM comment WHERE iri = $1 AND post_id = $2`, c.ParentIRI, postID).Scan(&c.Parent)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return n, err
		}
		switch err := insertComment(t, &c); {
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return n, err
		}
		_, err = t.exec(`UPDATE comment SET author_name = $2, author_url = $3 WHERE id = $1`, c.ID, c.Author.Name, c.Author.URL)
		if err != nil {
			return n, err
		}
		n++
		if c.OnPage() {
			shown++
		}
	}
	if shown > 0 { // no feed has them, so nobody is told
		t.tallies = append(t.tallies, tally{post: postID, column: "comment_count", n: shown, unheard: true})
	}
	return n, nil
}

// OldPath is the slug of the post that was found at a path before it came here;
// ErrNotFound when there is none that readers may see. The path has no slash at
// its end, unless that is all of it; a query counts as a part of it.
func (db *DB) OldPath(ctx context.Context, path string) (slug string, err error) {
	err = db.reading(ctx).row(`SELECT p.slug FROM old_path o JOIN post p ON p.id = o.post_id
		WHERE o.path = $1 AND p.status IN ('published', 'deleted')`, path).Scan(&slug)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%q: %w", path, ErrNotFound)
	}
	return slug, wrap("look up an old path", err)
}

// WasBrought tells whether the post of that id came from there before.
func (db *DB) WasBrought(ctx context.Context, source, id string) (bool, error) {
	known, err := db.reading(ctx).exists(`SELECT 1 FROM origin WHERE source = $1 AND id = $2`, source, id)
	return known, wrap("look up where a post came from", err)
}
