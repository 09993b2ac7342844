package storage

import (
	"context"
	"fmt"
	"strings"

	"limelight/blog"
)

const (
	maxSearchText  = 256 << 10 // bytes of a post that are indexed; PostgreSQL takes no more than 1 MB
	maxSearchWords = 8         // of a query; the rest is not looked at
	indexBatch     = 50        // posts indexed in one transaction
)

// searcher is how an engine's own full-text search is asked, of a row of search
// named s. $1 is what ask makes of words.
type searcher struct {
	join, match, rank string
	ask               func(words []string) string
}

var (
	sqliteSearch = searcher{
		join:  ` JOIN search_index ON search_index.rowid = s.id`,
		match: `search_index MATCH $1`,
		rank:  `bm25(search_index, 8.0, 1.0)`,
		ask:   func(words []string) string { return `"` + strings.Join(words, `"* "`) + `"*` },
	}
	postgresSearch = searcher{
		match: `to_tsvector('simple', s.title || ' ' || s.words) @@ to_tsquery('simple', $1)`,
		rank:  `-ts_rank(setweight(to_tsvector('simple', s.title), 'A') || setweight(to_tsvector('simple', s.words), 'D'), to_tsquery('simple', $1))`,
		ask:   func(words []string) string { return strings.Join(words, ":* & ") + ":*" },
	}
)

// Search finds listed posts that have words beginning with each of the words
// (as blog.Words has them), at most n, the likeliest first.
func (db *DB) Search(ctx context.Context, words []string, n int) ([]blog.Post, error) {
	if len(words) == 0 {
		return nil, nil
	}
	e := db.search
	posts, err := selectPosts(db.reading(ctx), `SELECT `+postColumns+` FROM search s JOIN post p ON p.id = s.post_id`+e.join+`
		WHERE `+e.match+` AND `+isListed+` ORDER BY `+e.rank+`, p.published DESC, p.id DESC LIMIT $2`,
		e.ask(words[:min(len(words), maxSearchWords)]), limit(n))
	return posts, wrap("search", err)
}

// indexed are the texts of a post as search has them. It parses HTML, and is to
// be called before a transaction begins.
func indexed(p *blog.Post) (title, words string) {
	var text strings.Builder
	text.WriteString(p.Summary)
	for _, tag := range p.Tags {
		text.WriteString(" " + tag.Name)
	}
	text.WriteString(" " + blog.PlainText(p.HTML))
	words = strings.Join(blog.Words(text.String()), " ")
	if len(words) > maxSearchText {
		words = words[:strings.LastIndexByte(words[:maxSearchText], ' ')]
	}
	return strings.Join(blog.Words(p.Title), " "), words
}

// index has the post found by the words.
func (t *tx) index(postID, title, words string) error {
	_, err := t.exec(`INSERT INTO search (post_id, title, words) VALUES ($1, $2, $3)
		ON CONFLICT (post_id) DO UPDATE SET title = excluded.title, words = excluded.words`, postID, title, words)
	return err
}

// indexOld indexes the posts of a database that had no search yet.
func (db *DB) indexOld(ctx context.Context) error {
	for {
		posts, err := selectPosts(db.reading(ctx), `SELECT `+postColumns+` FROM post p WHERE p.status <> 'deleted'
			AND NOT EXISTS (SELECT 1 FROM search s WHERE s.post_id = p.id) LIMIT $1`, indexBatch)
		if err != nil || len(posts) == 0 {
			return wrap("look for posts to index", err)
		}
		type row struct{ id, title, words string }
		rows := make([]row, len(posts))
		for i := range posts {
			title, words := indexed(&posts[i])
			rows[i] = row{posts[i].ID, title, words}
		}
		err = db.write(ctx, func(t *tx) error {
			for _, r := range rows {
				if err := t.index(r.id, r.title, r.words); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("index posts: %w", err)
		}
	}
}
