package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"limelight/blog"
)

// Arrival is a comment that feeds have, with what a feed says of it.
type Arrival struct {
	blog.Comment
	PostTitle     string // empty for a note
	PostPublished time.Time
	Answers       string // IRI of the comment it answers; empty when it answers the post
}

// ArrivalFilter narrows Arrivals.
type ArrivalFilter struct {
	Post   string // UUID; empty means all posts that are in lists
	Before int64  // only comments that came before the one with the local id; 0 means the last
	After  int64  // only those that came after it, the first of them first
	Limit  int
}

// inFeeds holds for a comment named c that feeds have: an unlisted one is for the
// page alone, as the page about comments promises, and what was brought along
// from another program is no news.
const inFeeds = `c.state = 'shown' AND c.visibility IN ('public', 'local') AND c.source <> 'imported'`

// Arrivals are comments that feeds have, those that came last first: a reply that
// was found late is new to a subscriber, whenever it was written.
func (db *DB) Arrivals(ctx context.Context, f ArrivalFilter) ([]Arrival, error) {
	cond, args, order := `WHERE `+inFeeds, []any(nil), `DESC`
	if f.Post != "" {
		args = append(args, f.Post)
		cond += ` AND c.post_id = $1`
	} else {
		cond += ` AND ` + isListed
	}
	if f.Before != 0 {
		args = append(args, f.Before)
		cond += fmt.Sprintf(` AND c.id < $%d`, len(args))
	}
	if f.After != 0 {
		args = append(args, f.After)
		cond += fmt.Sprintf(` AND c.id > $%d`, len(args))
		order = `ASC`
	}
	args = append(args, limit(f.Limit))
	cond += fmt.Sprintf(` ORDER BY c.id %s LIMIT $%d`, order, len(args))
	t := db.reading(ctx)
	var out []Arrival
	var comments []blog.Comment
	err := t.each(func(rows *sql.Rows) error {
		var a Arrival
		err := rows.Scan(append([]any{&a.PostTitle, stamp{&a.PostPublished}, &a.Answers}, commentFields(&a.Comment)...)...)
		out, comments = append(out, a), append(comments, a.Comment)
		return err
	}, arrivalSelect+cond, args...)
	if err == nil {
		err = t.attach(comments)
	}
	if err != nil {
		return nil, fmt.Errorf("list the last comments: %w", err)
	}
	for i := range out {
		out[i].Comment = comments[i]
	}
	return out, nil
}
