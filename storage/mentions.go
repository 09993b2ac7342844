package storage

import (
	"context"
	"database/sql"
	"time"

	"limelight/blog"
)

// mentionPatience is how long deliveries about a post wait for the people it
// mentions to be found, each tried once. After that they leave without.
const mentionPatience = 30 * time.Second

// putMentions has the people whom the post mentions sought, also those who
// were not found before an edit. Who is not mentioned any more has the post all
// the same and is told of its end.
func putMentions(t *tx, p *blog.Post) error {
	if _, err := t.exec(`UPDATE mention SET position = -1 WHERE post_id = $1`, p.ID); err != nil {
		return err
	}
	for i, m := range p.Mentions {
		_, err := t.exec(`INSERT INTO mention (post_id, handle, position, state, actor, name, tries, due)
			VALUES ($1, $2, $3, 'sought', '', '', 0, 0)
			ON CONFLICT (post_id, handle) DO UPDATE SET position = excluded.position,
				state = CASE WHEN mention.state = 'unknown' THEN 'sought' ELSE mention.state END,
				tries = 0, due = CASE WHEN mention.state = 'unknown' THEN 0 ELSE mention.due END`, p.ID, m.Handle, i)
		if err != nil {
			return err
		}
	}
	return nil
}

// addMentions fills in who is mentioned, and links those who are known.
func addMentions(t *tx, index map[string]*blog.Post, ids []string) error {
	args, list := in(nil, ids)
	mentioning := map[string]bool{}
	err := t.each(func(rows *sql.Rows) error {
		var id string
		var m blog.Mention
		if err := rows.Scan(&id, &m.Handle, &m.Actor, &m.Name, &m.URL); err != nil {
			return err
		}
		index[id].Mentions = append(index[id].Mentions, m)
		mentioning[id] = true
		return nil
	}, `SELECT m.post_id, m.handle, COALESCE(a.iri, ''), m.name, COALESCE(CASE WHEN a.url = '' THEN a.iri ELSE a.url END, '')
		FROM mention m LEFT JOIN actor a ON a.iri = m.actor
		WHERE m.post_id IN `+list+` AND m.position >= 0 ORDER BY m.post_id, m.position`, args...)
	for id := range mentioning {
		index[id].HTML = blog.LinkMentions(index[id].HTML, index[id].Mentions)
	}
	return err
}

// untried holds when somebody whom the post $1 mentions was not sought yet.
const untried = `SELECT 1 FROM mention WHERE post_id = $1 AND position >= 0 AND state = 'sought' AND tries = 0 LIMIT 1`

// holdBack has the deliveries about a post that are due now wait until those
// whom it mentions were sought.
func holdBack(t *tx, postID string) error {
	wait, err := t.exists(untried, postID)
	if err != nil || !wait {
		return err
	}
	_, err = t.exec(`UPDATE delivery SET due = $3, next_try = $3
		WHERE state = 'pending' AND tries = 0 AND NOT leased AND due <= $2
			AND activity_id IN (SELECT id FROM activity WHERE ref = $1 AND object_type = 'post')`,
		postID, millis(t.now), millis(t.now.Add(mentionPatience)))
	return err
}

// letGo makes what holdBack held due when there is nothing to wait for.
func letGo(t *tx, postID string) error {
	wait, err := t.exists(untried, postID)
	if err != nil || wait {
		return err
	}
	_, err = t.exec(`UPDATE delivery SET due = $2, next_try = $2
		WHERE state = 'pending' AND tries = 0 AND NOT leased AND due > $2
			AND activity_id IN (SELECT id FROM activity WHERE ref = $1 AND object_type = 'post')`, postID, millis(t.now))
	return err
}

// soughtNow holds for a mention named m that is to be sought at $1: its post is
// out, and others may know of it.
const soughtNow = `m.state = 'sought' AND m.due <= $1 AND m.position >= 0
	AND EXISTS (SELECT 1 FROM post p WHERE p.id = m.post_id AND ` + isFederated + `)`

// MentionsDue tells whether anybody is to be sought.
func (db *DB) MentionsDue(ctx context.Context) (bool, error) {
	t := db.reading(ctx)
	ok, err := t.exists(`SELECT 1 FROM mention m WHERE `+soughtNow+` LIMIT 1`, millis(t.now))
	return ok, wrap("look for mentions", err)
}

// ClaimMentions leases up to n handles whose actors are to be sought.
func (db *DB) ClaimMentions(ctx context.Context, n int, lease time.Duration) ([]blog.SoughtMention, error) {
	var out []blog.SoughtMention
	err := db.write(ctx, func(t *tx) error {
		out = nil
		return t.each(func(rows *sql.Rows) error {
			var m blog.SoughtMention
			err := rows.Scan(&m.PostID, &m.Handle, &m.Tries)
			out = append(out, m)
			return err
		}, `UPDATE mention SET due = $2 WHERE state = 'sought' AND due <= $1 AND (post_id, handle) IN (
				SELECT m.post_id, m.handle FROM mention m WHERE `+soughtNow+` ORDER BY m.due, m.post_id, m.handle LIMIT $3)
			RETURNING post_id, handle, tries`, millis(t.now), millis(t.now.Add(lease)), n)
	})
	return out, wrap("claim mentions", err)
}

// PostponeMention puts the search for somebody off; what waited for it alone
// leaves without.
func (db *DB) PostponeMention(ctx context.Context, m blog.SoughtMention, next time.Time) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE mention SET due = $3, tries = tries + 1 WHERE post_id = $1 AND handle = $2 AND state = 'sought'`,
			m.PostID, m.Handle, millis(next))
		if err != nil {
			return err
		}
		return letGo(t, m.PostID)
	})
	return wrap("put a mention off", err)
}

// LoseMention ends the search for somebody: there is nobody of that name. The
// handle stays text.
func (db *DB) LoseMention(ctx context.Context, m blog.SoughtMention) error {
	err := db.write(ctx, func(t *tx) error { return loseMention(t, m) })
	return wrap("give up a mention", err)
}

func loseMention(t *tx, m blog.SoughtMention) error {
	_, err := t.exec(`UPDATE mention SET state = 'unknown', actor = '', name = '' WHERE post_id = $1 AND handle = $2 AND state = 'sought'`,
		m.PostID, m.Handle)
	if err != nil {
		return err
	}
	return letGo(t, m.PostID)
}
