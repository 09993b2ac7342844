package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"time"

	"limelight/blog"
)

// Message is what the author is told at one time.
type Message struct {
	ID    string // the same however often it is tried: who got it twice knows by it
	At    time.Time
	Title string // one line of plain text
	Text  string // plain text, lines end by \n
	Link  string // where to look first
	Batch blog.NotificationBatch
}

// Channel is a way to tell the author. Send returns when the message was taken
// on the other side; an error means that it may not have been.
type Channel struct {
	Name string // mail, webhook, ntfy
	Send func(ctx context.Context, m Message) error
}

const (
	maxEvents = 20  // told of one by one in a message
	maxQuoted = 500 // characters of what somebody said
	maxTitle  = 80  // characters of a post's title
)

// compose makes the message about a batch; false when nothing of it is left to
// tell.
func compose(b *blog.Blog, channel string, batch blog.NotificationBatch, now time.Time) (Message, bool) {
	if len(batch.Events) == 0 {
		return Message{}, false
	}
	unread := maps.Clone(batch.Counts)
	for _, e := range batch.Events {
		unread[e.Kind]--
	}
	batch.Events = merged(batch.Events)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d", b.BaseURL, channel, batch.Last, batch.First.UnixMilli()))
	m := Message{ID: hex.EncodeToString(sum[:16]), At: now, Link: b.HomeURL()}
	var text strings.Builder
	counts := map[blog.NotificationKind]int{}
	for i, e := range batch.Events {
		if link := linkOf(b, e); i == 0 && link != "" {
			m.Link = link
		}
		counts[e.Kind]++
		text.WriteString(inWords(b, e) + "\n")
	}
	for _, kind := range blog.NotificationKinds() {
		if n := unread[kind]; n > 0 {
			counts[kind] += n
			fmt.Fprintf(&text, "And %s more: %s\n\n", plural(n, nouns[kind]), lists[kind])
		}
	}
	batch.Counts = counts
	m.Batch = batch
	m.Title = "[" + blog.TamePlain(b.Title, maxTitle) + "] " + summary(counts)
	m.Text = summary(counts) + "\n\n" + strings.TrimRight(text.String(), "\n") + "\n"
	return m, true
}

// merged are the events with servers told of once each, however many of their
// inboxes fail.
func merged(all []blog.Notification) []blog.Notification {
	var out []blog.Notification
	servers := map[string]*blog.FailingServer{}
	for _, e := range all {
		switch f := e.Failing; {
		case f != nil && servers[f.Host] != nil:
			servers[f.Host].Followers += f.Followers
			continue
		case f != nil:
			servers[f.Host] = f
		}
		out = append(out, e)
	}
	return out
}

// nouns are what the kinds are called, and lists the commands that show them.
var (
	nouns = map[blog.NotificationKind]string{blog.ReplyNotification: "new reply", blog.HeldNotification: "comment that waits for you",
		blog.ReportNotification: "complaint", blog.FailingNotification: "server that fails"}
	lists = map[blog.NotificationKind]string{blog.ReplyNotification: "limelight comments", blog.HeldNotification: "limelight queue",
		blog.ReportNotification: "limelight reports", blog.FailingNotification: "limelight deliveries -state pending"}
	plurals = strings.NewReplacer("reply", "replies", "comment that waits", "comments that wait", "complaint", "complaints", "server that fails", "servers that fail")
)

// summary names the kinds in a fixed order.
func summary(counts map[blog.NotificationKind]int) string {
	var parts []string
	for _, kind := range blog.NotificationKinds() {
		if n := counts[kind]; n > 0 {
			parts = append(parts, plural(n, nouns[kind]))
		}
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n != 1 {
		noun = plurals.Replace(noun)
	}
	return fmt.Sprintf("%d %s", n, noun)
}
