package storage

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"limelight/blog"
)

// How long those who were told of a change are left in peace before the next
// one: what a folder of posts changes is told together, and a storm of replies
// sends no storm.
const (
	postsRest = 10 * time.Second
	talkRest  = 5 * time.Minute
)

// listeners has a row when anybody is to be told of changes at all.
const listeners = `SELECT 1 FROM outside_hub WHERE id = 1 UNION ALL SELECT 1 FROM subscription WHERE id > 0 LIMIT 1`

func (t *tx) listened() (bool, error) { return t.exists(listeners) }

// feedsChanged notes that the feeds below these paths may say something else, for
// those who listen to them. A change that is not told yet stays due when it is.
func (t *tx) feedsChanged(revision int64, rest time.Duration, below ...string) error {
	return t.feedsChangedAfter(0, revision, rest, below...)
}

// feedsChangedAfter is feedsChanged for one of many changes that come after each
// other: they are due when there was none for so long, unless one that stands
// alone comes in between. What is being tried already keeps its time.
func (t *tx) feedsChangedAfter(pause time.Duration, revision int64, rest time.Duration, below ...string) error {
	keeps := `feed_change.tries > 0`
	if pause == 0 {
		keeps += ` OR feed_change.due <= excluded.due OR feed_change.due <= feed_change.told + $4`
	}
	for _, path := range below {
		_, err := t.exec(`INSERT INTO feed_change (below, revision, tries, due, told)
				SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), 0, CAST($3 AS BIGINT), 0 WHERE EXISTS (SELECT 1 FROM outside_hub WHERE id = 1)
					OR EXISTS (SELECT 1 FROM subscription s WHERE s.below = $1)
			ON CONFLICT (below) DO UPDATE SET revision = excluded.revision, due = CASE
				WHEN feed_change.due > 0 AND (`+keeps+`) THEN feed_change.due
				WHEN feed_change.told + $4 > excluded.due THEN feed_change.told + $4
				ELSE excluded.due END`, path, revision, millis(t.now.Add(pause)), rest.Milliseconds())
		if err != nil {
			return err
		}
	}
	return nil
}

// postChanged notes the feeds that a post is or was in, as each version has its
// tags, and those of what is said about it.
func (t *tx) postChanged(revision int64, versions ...*blog.Post) error {
	public := false
	for _, p := range versions {
		public = public || p.Status == blog.Published
	}
	if !public {
		return nil
	}
	if some, err := t.listened(); err != nil || !some { // as nearly always
		return err
	}
	below := []string{""}
	for _, p := range versions {
		for _, tag := range p.Tags {
			below = append(below, blog.TagPath(tag.Slug))
		}
	}
	if err := t.feedsChanged(revision, postsRest, below...); err != nil {
		return err
	}
	return t.feedsChanged(revision, talkRest, blog.CommentsPath, blog.PostPath(versions[0].Slug)+blog.CommentsPath)
}

// UseHub has changes told to a hub elsewhere; empty means to our own subscribers.
func (db *DB) UseHub(ctx context.Context, url string) error {
	var old string
	err := db.reading(ctx).row(`SELECT url FROM outside_hub WHERE id = 1`).Scan(&old)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if err != nil || old == url {
		return wrap("read the hub", err)
	}
	err = db.write(ctx, func(t *tx) error {
		if url == "" {
			_, err := t.exec(`DELETE FROM outside_hub`)
			return err
		}
		_, err := t.exec(`INSERT INTO outside_hub (id, url) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET url = excluded.url`, url)
		return err
	})
	return wrap("keep the hub", err)
}

// ClaimFeedChanges leases up to n changes that are due to be told, the longest
// due first. One that is not settled by then is due again when the lease ends.
func (db *DB) ClaimFeedChanges(ctx context.Context, n int, lease time.Duration) ([]blog.FeedChange, error) {
	var out []blog.FeedChange
	t := db.reading(ctx)
	due, err := t.exists(`SELECT 1 FROM feed_change WHERE due > 0 AND due <= $1 LIMIT 1`, millis(t.now))
	if err != nil || !due { // the writer is not asked for nothing
		return nil, wrap("look for changes of feeds", err)
	}
	err = db.write(ctx, func(t *tx) error {
		out = nil
		return t.each(func(rows *sql.Rows) error {
			var c blog.FeedChange
			err := rows.Scan(&c.Below, &c.Revision, &c.Tries)
			out = append(out, c)
			return err
		}, `UPDATE feed_change SET due = $2, tries = tries + 1 WHERE due > 0 AND due <= $1
				AND below IN (SELECT below FROM feed_change WHERE due > 0 AND due <= $1 ORDER BY due, below LIMIT $3)
			RETURNING below, revision, tries - 1`, millis(t.now), millis(t.now.Add(lease)), n)
	})
	return out, wrap("claim changes of feeds", err)
}

// PostponeFeedChange has a change told later, since the hub elsewhere did not take
// it.
func (db *DB) PostponeFeedChange(ctx context.Context, below string, next time.Time) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE feed_change SET due = $2 WHERE below = $1`, below, millis(next))
		return err
	})
	return wrap("put a change of feeds off", err)
}

// SettleFeedChange takes note that a change was told. Contents are the digests of
// the feeds by their paths: in the same transaction each goes to those of its
// subscribers who have another one, in place of what did not reach them yet; an
// empty digest ends the subscriptions of a feed that is no more, of which their
// callbacks are to be told. Returns how many
// are to be sent to. What changed meanwhile is due after a rest.
func (db *DB) SettleFeedChange(ctx context.Context, c blog.FeedChange, contents map[string]string) (int, error) {
	var sends int64
	err := db.write(ctx, func(t *tx) error {
		sends = 0
		for topic, digest := range contents {
			n, err := t.push(topic, digest)
			if err != nil {
				return err
			}
			sends += n
		}
		rest := talkRest
		if !isTalk(c.Below) {
			rest = postsRest
		}
		_, err := t.exec(`UPDATE feed_change SET told = $2, tries = 0, due = CASE WHEN revision = $3 THEN 0 ELSE CAST($4 AS BIGINT) END WHERE below = $1`,
			c.Below, millis(t.now), c.Revision, millis(t.now.Add(rest)))
		return err
	})
	return int(sends), wrap("settle a change of feeds", err)
}

// isTalk tells whether feeds below the path have comments and not posts. No tag
// and no post is called so that its path ends alike.
func isTalk(below string) bool {
	return strings.HasSuffix(below, blog.CommentsPath) && below != blog.TagPath("comments")
}

// push has a feed's content sent to who has another one.
func (t *tx) push(topic, digest string) (int64, error) {
	if digest == "" {
		return 0, t.endSubscriptions(topic)
	}
	return t.exec(`UPDATE subscription SET wanted = $2, state = 'pending',
			tries = CASE WHEN state = 'pending' THEN tries ELSE 0 END,
			next_try = CASE WHEN state = 'pending' THEN next_try ELSE CAST($3 AS BIGINT) END,
			due = CASE WHEN state = 'pending' THEN due ELSE CAST($3 AS BIGINT) END
		WHERE topic = $1 AND expires > $3 AND wanted <> $2`, topic, digest, millis(t.now))
}

// endSubscriptions ends those to a feed that is gone, and has their callbacks told
// in place of whatever was to be confirmed (WebSub section 5.2).
func (t *tx) endSubscriptions(topic string) error {
	_, err := t.exec(`INSERT INTO subscription_request (callback, topic, mode, below, host, secret, lease, asked, tries, due)
			SELECT s.callback, s.topic, CAST($2 AS TEXT), s.below, s.host, '', 0, 'end of ' || CAST(s.id AS TEXT), 0, CAST($3 AS BIGINT)
			FROM subscription s WHERE s.topic = $1 AND s.expires > $3 LIMIT $4
		ON CONFLICT (callback, topic) DO UPDATE SET mode = excluded.mode, secret = '', asked = excluded.asked, tries = 0, due = excluded.due`,
		topic, string(blog.Denied), millis(t.now), maxRequests)
	if err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM subscription WHERE topic = $1`, topic)
	return err
}
