package storage

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"

	"limelight/blog"
)

// postColumns are what scanPost reads, of a post named p.
const postColumns = `p.id, p.slug, p.title, p.summary, p.source, p.html, p.language, p.visibility, p.status,
	p.sensitive, p.pinned, p.comment_policy, p.image_path, p.image_type, p.image_alt, p.image_width, p.image_height,
	p.image_blurhash, p.image_focus_x, p.image_focus_y,
	p.enclosure_url, p.enclosure_type, p.enclosure_title, p.enclosure_size, p.enclosure_seconds,
	p.enclosure_season, p.enclosure_episode, p.enclosure_explicit,
	p.enclosure_chapters, p.enclosure_chapters_type, p.enclosure_transcript, p.enclosure_transcript_type,
	p.published, p.updated, p.announced, p.revision, p.comment_count, p.like_count, p.boost_count`

// scanPost reads the columns, and then whatever else the query selected.
func scanPost(scan func(...any) error, p *blog.Post, more ...any) error {
	return scan(append([]any{&p.ID, &p.Slug, &p.Title, &p.Summary, &p.Source, &p.HTML, &p.Language, &p.Visibility, &p.Status,
		&p.Sensitive, &p.Pinned, &p.Comments, &p.Image.Path, &p.Image.Type, &p.Image.Alt, &p.Image.Width, &p.Image.Height,
		&p.Image.Blurhash, share{&p.Image.Focus.X}, share{&p.Image.Focus.Y},
		&p.Enclosure.URL, &p.Enclosure.Type, &p.Enclosure.Title, &p.Enclosure.Size, seconds{&p.Enclosure.Duration},
		&p.Enclosure.Season, &p.Enclosure.Episode, &p.Enclosure.Explicit, &p.Enclosure.Chapters.URL, &p.Enclosure.Chapters.Type,
		&p.Enclosure.Transcript.URL, &p.Enclosure.Transcript.Type,
		stamp{&p.Published}, stamp{&p.Updated}, &p.Announced, &p.Revision, &p.CommentCount, &p.LikeCount, &p.BoostCount}, more...)...)
}

// selectPosts runs a query for postColumns and fills in what is kept in rows of its own.
func selectPosts(t *tx, query string, args ...any) ([]blog.Post, error) {
	var posts []blog.Post
	err := t.each(func(rows *sql.Rows) error {
		var p blog.Post
		err := scanPost(rows.Scan, &p)
		posts = append(posts, p)
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return posts, addRows(t, posts)
}

// rowBatch bounds of how many posts or comments one query reads the rows: an
// IN list has an end (32,766 at SQLite).
const rowBatch = 256

func addRows(t *tx, posts []blog.Post) error {
	index := make(map[string]*blog.Post, len(posts))
	ids := make([]string, 0, min(len(posts), rowBatch))
	for i := range posts {
		index[posts[i].ID] = &posts[i]
		ids = append(ids, posts[i].ID)
		if len(ids) < rowBatch && i < len(posts)-1 {
			continue
		}
		args, list := in(nil, ids)
		err := t.each(func(rows *sql.Rows) error {
			var id string
			var tag blog.Tag
			if err := rows.Scan(&id, &tag.Slug, &tag.Name); err != nil {
				return err
			}
			index[id].Tags = append(index[id].Tags, tag)
			return nil
		}, `SELECT post_id, slug, name FROM post_tag WHERE post_id IN `+list+` ORDER BY post_id, position`, args...)
		if err == nil {
			err = addMentions(t, index, ids)
		}
		if err == nil {
			err = addImages(t, index, ids)
		}
		if err != nil {
			return err
		}
		ids = ids[:0]
	}
	return nil
}

// named finds the one post p that is called $1, by UUID or slug.
const named = `WHERE p.id = $1 OR p.slug = $1
	ORDER BY CASE WHEN p.id = $1 THEN 0 WHEN p.status <> 'deleted' THEN 1 ELSE 2 END, p.updated DESC LIMIT 1`

// findPost is the post with the UUID, else the living one with the slug, else
// the one deleted last under it. ErrNotFound.
func findPost(t *tx, slugOrID string) (blog.Post, error) {
	posts, err := selectPosts(t, `SELECT `+postColumns+` FROM post p `+named, slugOrID)
	if err != nil {
		return blog.Post{}, err
	}
	if len(posts) == 0 {
		return blog.Post{}, fmt.Errorf("post %q: %w", slugOrID, ErrNotFound)
	}
	return posts[0], nil
}

// livePost is the post with the slug that is not deleted, and the hash of its
// content; nil when there is none.
func livePost(t *tx, slug string) (*blog.Post, string, error) {
	var p blog.Post
	var hash string
	err := scanPost(t.row(`SELECT `+postColumns+`, p.hash FROM post p
		WHERE p.slug = $1 AND p.status <> 'deleted'`, slug).Scan, &p, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	one := []blog.Post{p}
	err = addRows(t, one)
	return &one[0], hash, err
}

// limit is a LIMIT that means all when n is 0 or less.
func limit(n int) int64 { return cmp.Or(int64(max(n, 0)), 1<<53) }
