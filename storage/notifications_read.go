package storage

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"limelight/blog"
)

// readNotifications fills in what a message tells of, as that is now.
func (t *tx) readNotifications(b *blog.NotificationBatch, channel string, n int) error {
	b.Counts = map[blog.NotificationKind]int{}
	err := t.each(func(rows *sql.Rows) error {
		var kind blog.NotificationKind
		var count int
		err := rows.Scan(&kind, &count)
		b.Counts[kind] = count
		return err
	}, `SELECT kind, COUNT(DISTINCT ref) FROM notification WHERE channel = $1 AND id <= $2 GROUP BY kind`, channel, b.Last)
	if err != nil {
		return err
	}
	refs := map[blog.NotificationKind][]string{}
	where := map[blog.NotificationKind][]int{} // the place of each ref in b.Events
	err = t.each(func(rows *sql.Rows) error {
		var e blog.Notification
		var ref string
		err := rows.Scan(&e.ID, &e.Kind, &ref, stamp{&e.At})
		refs[e.Kind] = append(refs[e.Kind], ref)
		where[e.Kind] = append(where[e.Kind], len(b.Events))
		b.Events = append(b.Events, e)
		return err
	}, `SELECT id, kind, ref, at FROM notification WHERE channel = $1 AND id <= $2 ORDER BY id LIMIT $3`, channel, b.Last, n)
	for kind, list := range refs {
		if err == nil {
			err = t.readEvents(kind, list, func(ref string, fill func(*blog.Notification)) {
				if i := slices.Index(list, ref); i >= 0 {
					fill(&b.Events[where[kind][i]])
				}
			})
		}
	}
	return err
}

// readEvents reads what notifications of one kind are about. What has gone, or
// been dealt with, is left out.
func (t *tx) readEvents(kind blog.NotificationKind, refs []string, fill func(string, func(*blog.Notification))) error {
	switch kind {
	case blog.ReplyNotification:
		return t.readTold(blog.Shown, refs, fill)
	case blog.HeldNotification:
		return t.readTold(blog.Held, refs, fill)
	case blog.ReportNotification:
		return t.readReported(refs, fill)
	case blog.FailingNotification:
		return t.readFailing(refs, fill)
	}
	return nil
}

// readTold reads comments that still have the state.
func (t *tx) readTold(state blog.State, refs []string, fill func(string, func(*blog.Notification))) error {
	args, list := in([]any{string(state)}, numbers(refs))
	return t.each(func(rows *sql.Rows) error {
		var c blog.Comment
		var title, parent string
		var published int64
		err := rows.Scan(append([]any{&title, &published, &parent}, commentFields(&c)...)...)
		fill(strconv.FormatInt(c.ID, 10), func(e *blog.Notification) { e.Comment, e.PostTitle = &c, title })
		return err
	}, arrivalSelect+`WHERE c.state = $1 AND c.id IN `+list, args...)
}

func (t *tx) readReported(refs []string, fill func(string, func(*blog.Notification))) error {
	args, list := in(nil, numbers(refs))
	return t.each(func(rows *sql.Rows) error {
		var r blog.Report
		var objects string
		err := rows.Scan(&r.ID, &r.Host, &r.Text, &objects, stamp{&r.Received})
		if objects != "" {
			r.Objects = strings.Split(objects, "\n")
		}
		fill(strconv.FormatInt(r.ID, 10), func(e *blog.Notification) { e.Report = &r })
		return err
	}, `SELECT id, host, text, objects, received FROM report WHERE closed = 0 AND id IN `+list, args...)
}

func (t *tx) readFailing(refs []string, fill func(string, func(*blog.Notification))) error {
	args, list := in(nil, refs)
	return t.each(func(rows *sql.Rows) error {
		var inbox string
		var f blog.FailingServer
		err := rows.Scan(&inbox, &f.Status, stamp{&f.Since}, &f.Followers)
		f.Host = hostOf(inbox)
		fill(inbox, func(e *blog.Notification) { e.Failing = &f })
		return err
	}, `SELECT f.inbox, f.status, f.since, (SELECT COUNT(*) FROM actor a WHERE a.follows AND a.delivery_inbox = f.inbox)
		FROM failing_inbox f WHERE f.inbox IN `+list, args...)
}

func numbers(texts []string) []int64 {
	out := make([]int64, 0, len(texts))
	for _, text := range texts {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			out = append(out, n)
		}
	}
	return out
}
