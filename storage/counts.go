package storage

import (
	"database/sql"
	"slices"

	"limelight/blog"
)

// onPage holds for a comment named c that readers see; blog.Comment.OnPage in SQL.
const onPage = `c.state = 'shown' AND c.visibility IN ('public', 'unlisted', 'local')`

// recount counts the talk under each post anew and gives it a revision. What
// is about one comment or reaction adds or takes one instead, since a post may
// have a million.
func (t *tx) recount(posts ...string) error {
	if len(posts) == 0 {
		return nil
	}
	if err := t.settle(); err != nil {
		return err
	}
	if err := t.lockPosts(); err != nil { // nobody adds meanwhile to what is counted
		return err
	}
	for _, post := range slices.Sorted(slices.Values(posts)) {
		_, err := t.exec(`UPDATE post SET
				comment_count = (SELECT COUNT(*) FROM comment c WHERE c.post_id = $1 AND `+onPage+`),
				like_count = (SELECT COUNT(*) FROM reaction r WHERE r.post_id = $1 AND r.type = 'like'),
				boost_count = (SELECT COUNT(*) FROM reaction r WHERE r.post_id = $1 AND r.type = 'boost')
			WHERE id = $1`, post)
		if err != nil {
			return err
		}
	}
	t.revise(posts...)
	return nil
}

// reviseTalkOf gives new revisions to the posts on whose pages the actor is seen.
func (t *tx) reviseTalkOf(actor string) error {
	if err := t.lockPosts(); err != nil { // what is said at the same time is seen then
		return err
	}
	posts, err := t.texts(`SELECT c.post_id FROM comment c WHERE c.actor = $1 AND `+onPage+`
		UNION SELECT r.post_id FROM reaction r WHERE r.actor = $1 AND r.type IN ('like', 'boost')`, actor)
	t.revise(posts...)
	return err
}

// count adds one comment, like or boost to a post; column is its counter, or
// empty for what is shown but not counted.
func (t *tx) count(post, column string) { t.countBy(post, column, 1) }

// countBy is count for any number, which may be below 0.
func (t *tx) countBy(post, column string, by int) {
	t.tallies = append(t.tallies, tally{post: post, column: column, n: by})
}

// revise gives a post a new revision, since what it shows is another now.
func (t *tx) revise(posts ...string) {
	for _, post := range posts {
		t.countBy(post, "", 0)
	}
}

// becomes is what a comment that turns into next adds to the count of its post.
func becomes(old, next blog.Comment) int {
	switch {
	case old.OnPage() == next.OnPage():
		return 0
	case next.OnPage():
		return 1
	}
	return -1
}

// reactionCounts are the columns of what is counted.
var reactionCounts = map[blog.ReactionType]string{blog.Like: "like_count", blog.Boost: "boost_count"}

// talliesOf are an actor's in the counts of all posts.
func (t *tx) talliesOf(actor string) ([]tally, error) {
	var out []tally
	err := t.each(func(rows *sql.Rows) error {
		var s tally
		var kind blog.ReactionType
		err := rows.Scan(&s.post, &kind, &s.n)
		if s.column = "comment_count"; kind != "" {
			s.column = reactionCounts[kind]
		}
		out = append(out, s)
		return err
	}, `SELECT c.post_id, '', COUNT(*) FROM comment c WHERE c.actor = $1 AND `+onPage+` GROUP BY c.post_id
		UNION ALL SELECT post_id, type, COUNT(*) FROM reaction WHERE actor = $1 GROUP BY post_id, type`, actor)
	return out, err
}
