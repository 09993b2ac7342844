package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"limelight/blog"
)

// NewestActivity is the latest about a post, by UUID; ErrNotFound when there is
// none.
func (db *DB) NewestActivity(ctx context.Context, postID string) (blog.Activity, error) {
	var a blog.Activity
	err := db.reading(ctx).row(`SELECT `+activityColumns+` FROM activity a WHERE a.ref = $1 AND a.object_type = 'post'
		ORDER BY a.created DESC, a.id DESC LIMIT 1`, postID).Scan(activityFields(&a)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return a, wrap("read the newest activity about a post", err)
}

// Progress counts inboxes by how far what goes there has come.
type Progress struct {
	Untried int // no try of something has ended
	Resting int // of these: what was tried there of late failed, so that the server may be left alone for up to an hour, or as long as it asked
	Waiting int // tried, and to be tried again
	Sent    int
	Failed  int
}

// Total is all of them.
func (p Progress) Total() int { return p.Untried + p.Waiting + p.Sent + p.Failed }

// Progress is how far the deliveries about posts (UUIDs) have come that were
// not done before since, or were written later than that: who wrote them may have
// another clock than who sends them. What waits for an earlier one that was tried counts as
// tried.
func (db *DB) Progress(ctx context.Context, posts []string, since time.Time) (Progress, error) {
	args, list := in([]any{millis(since)}, posts)
	const ahead = `EXISTS (SELECT 1 FROM delivery e
		WHERE e.inbox = d.inbox AND e.object = d.object AND e.state = 'pending' AND e.id < d.id AND e.tries > 0)`
	const untried = `d.state = 'pending' AND d.tries = 0 AND NOT ` + ahead
	const failing = `EXISTS (SELECT 1 FROM failing_inbox f WHERE f.inbox = d.inbox)`
	var p Progress
	err := db.reading(ctx).row(`SELECT COALESCE(SUM(x.untried), 0), COALESCE(SUM(x.resting), 0), COALESCE(SUM(CASE WHEN x.untried = 0 THEN x.waiting ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN x.untried + x.waiting = 0 AND x.sent > x.failed THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN x.untried + x.waiting = 0 AND x.sent < x.failed THEN 1 ELSE 0 END), 0)
		FROM (SELECT d.inbox, MAX(CASE WHEN `+untried+` THEN 1 ELSE 0 END) AS untried,
				MAX(CASE WHEN `+untried+` AND `+failing+` THEN 1 ELSE 0 END) AS resting,
				MAX(CASE WHEN d.state = 'pending' THEN 1 ELSE 0 END) AS waiting,
				MAX(CASE WHEN d.state = 'sent' THEN d.id ELSE 0 END) AS sent,
				MAX(CASE WHEN d.state = 'failed' THEN d.id ELSE 0 END) AS failed
			FROM activity a JOIN delivery d ON d.activity_id = a.id
			WHERE a.ref IN `+list+` AND a.object_type = 'post' AND (d.state = 'pending'
				OR d.state <> 'replaced' AND (d.done >= $1 OR d.created >= $1))
			GROUP BY d.inbox) x`,
		args...).Scan(&p.Untried, &p.Resting, &p.Waiting, &p.Sent, &p.Failed)
	return p, wrap("count deliveries", err)
}
