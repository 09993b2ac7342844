package storage

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"limelight/blog"
)

// tally is what is added to a counter of a post. Nothing is when no column is
// named: then what the post shows is another, and no count.
type tally struct {
	post, column string
	n            int
	unheard      bool // no feed says anything of it
}

// walksColumn counts what no page shows.
const walksColumn = "walks"

// settle writes what the transaction left for its end: the keys that others write
// too, then what it says about each post, added up: a storm of replies to one post updates it once for all that are committed
// together. The posts have one new revision, and those who listen are told.
//
// The row of revisions, for which all other transactions wait on PostgreSQL, is
// so locked after all else and for no longer than the commit takes.
func (t *tx) settle() error {
	if err := t.settleKeys(); err != nil || len(t.tallies) == 0 {
		return err
	}
	posts, said := map[string]map[string]int{}, map[string]bool{}
	for _, c := range t.tallies {
		said[c.post] = said[c.post] || c.said()
		if posts[c.post] == nil {
			posts[c.post] = map[string]int{}
		}
		posts[c.post][c.column] += c.n
	}
	shown := func(c tally) bool { return c.column != walksColumn }
	var n int64
	if slices.ContainsFunc(t.tallies, shown) {
		var err error
		if n, err = t.reviseComments(); err != nil {
			return err
		}
	}
	t.tallies = nil
	for _, post := range slices.Sorted(maps.Keys(posts)) {
		if err := t.settlePost(n, post, posts[post], said[post]); err != nil {
			return err
		}
	}
	return nil
}

// said tells whether feeds of comments are others now. None says how many like it.
func (c tally) said() bool {
	return !c.unheard && c.column != walksColumn && c.column != reactionCounts[blog.Like] && c.column != reactionCounts[blog.Boost]
}

func (t *tx) settlePost(n int64, post string, sums map[string]int, said bool) error {
	if walks, ok := sums[walksColumn]; ok && len(sums) == 1 {
		_, err := t.exec(`UPDATE post SET walks = walks + $2 WHERE id = $1`, post, walks)
		return err
	}
	set, args := `revision = $2`, []any{post, n}
	for _, column := range slices.Sorted(maps.Keys(sums)) {
		if column != "" && sums[column] != 0 {
			args = append(args, sums[column])
			set += fmt.Sprintf(`, %s = %[1]s + $%d`, column, len(args))
		}
	}
	var slug string
	var heard bool
	err := t.row(`UPDATE post SET `+set+` WHERE id = $1 RETURNING slug, EXISTS (`+listeners+`)`, args...).Scan(&slug, &heard)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it never was
	}
	if err != nil || !said || !heard {
		return err
	}
	return t.feedsChanged(n, talkRest, blog.CommentsPath, blog.PostPath(slug)+blog.CommentsPath)
}
