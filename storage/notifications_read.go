package storage

import (
	"database/sql"
	"strconv"
	"strings"

	"limelight/blog"
)

// readAtOnce is how many are looked at together for what is left of them.
const readAtOnce = 100

// readNotifications fills in what a message tells of, as that is now: the first n
// that are left, and how many. It goes on past all that has gone: what nobody has
// looked at counts as left.
func (t *tx) readNotifications(b *blog.NotificationBatch, channel string, n int) error {
	b.Counts = map[blog.NotificationKind]int{}
	err := t.each(func(rows *sql.Rows) error {
		var kind blog.NotificationKind
		var count int
		err := rows.Scan(&kind, &count)
		b.Counts[kind] = count
		return err
	}, `SELECT kind, COUNT(DISTINCT ref) FROM notification WHERE channel = $1 AND batch = $2 GROUP BY kind`, channel, b.Last)
	seen := map[toldOf]bool{}
	for after := int64(0); err == nil && len(b.Events) < n; {
		var page []noted
		if page, err = t.notificationPage(channel, b.Last, after); err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			after = e.event.ID
			switch {
			case len(b.Events) == n || seen[e.of]:
				continue
			case e.gone():
				b.Counts[e.of.kind]--
			default:
				b.Events = append(b.Events, e.event)
			}
			seen[e.of] = true
		}
	}
	return err
}

// toldOf is what a notification is about. There may be several of one, as when
// edits have a comment held twice.
type toldOf struct {
	kind blog.NotificationKind
	ref  string
}

// noted is a notification, and what it is about as far as that is left.
type noted struct {
	of    toldOf
	event blog.Notification
}

func (e noted) gone() bool {
	return e.event.Comment == nil && e.event.Report == nil && e.event.Failing == nil
}

// notificationPage reads those of a message that come after an id, with what they
// are about.
func (t *tx) notificationPage(channel string, batch, after int64) ([]noted, error) {
	var page []noted
	err := t.each(func(rows *sql.Rows) error {
		var e noted
		err := rows.Scan(&e.event.ID, &e.of.kind, &e.of.ref, stamp{&e.event.At})
		e.event.Kind = e.of.kind
		page = append(page, e)
		return err
	}, `SELECT id, kind, ref, at FROM notification WHERE channel = $1 AND batch = $2 AND id > $3 ORDER BY id LIMIT $4`, channel, batch, after, readAtOnce)
	refs := map[blog.NotificationKind][]string{}
	where := map[toldOf]int{}
	for i, e := range page {
		if _, again := where[e.of]; !again {
			where[e.of] = i
			refs[e.of.kind] = append(refs[e.of.kind], e.of.ref)
		}
	}
	for kind, list := range refs {
		if err == nil {
			err = t.readEvents(kind, list, func(ref string, fill func(*blog.Notification)) {
				if i, ok := where[toldOf{kind, ref}]; ok {
					fill(&page[i].event)
				}
			})
		}
	}
	return page, err
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
