package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// world is a blog whose author is told by one channel of the test's own.
type world struct {
	*testing.T
	db    *storage.DB
	clock *storagetest.Clock
	blog  *blog.Blog
	post  blog.Post
	log   *strings.Builder

	mu   sync.Mutex
	fail error
	got  []Message
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, clock: storagetest.NewClock(noon), blog: &blog.Blog{BaseURL: "https://blog.example.com", Title: "Ann’s blog"}, log: &strings.Builder{}}
	w.db = storagetest.New(t, storagetest.At(w.clock), func(o *storage.Options) {
		o.Notify = storage.Notify{Channels: []string{"mail"}, Kinds: blog.NotificationKinds()}
	})
	var err error
	if w.post, _, _, err = w.db.Publish(t.Context(), blog.Post{Slug: "hello", Title: "Hello"}, storage.PublishOptions{}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) notifier(when When) *Notifier {
	w.Helper()
	n, err := New(Options{Blog: w.blog, DB: w.db, Log: slog.New(slog.NewTextHandler(w.log, nil)), When: when, FailingAfter: 72 * time.Hour, Now: w.clock.Now,
		Poll: time.Millisecond, Channels: []Channel{w.channel()}})
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) channel() Channel {
	return Channel{Name: "mail", Send: func(_ context.Context, m Message) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.fail == nil {
			w.got = append(w.got, m)
		}
		return w.fail
	}}
}

// look has the notifier look once, and returns what was told so far.
func (w *world) look(n *Notifier) []Message {
	w.Helper()
	if err := n.tell(w.Context(), n.o.Channels[0]); err != nil {
		w.Fatal(err)
	}
	return w.got
}

func (w *world) reply(name, text string, change ...func(*blog.Comment)) blog.Comment {
	w.Helper()
	who := blog.Actor{IRI: "https://social.example/users/" + name, Handle: name + "@social.example", Name: strings.ToUpper(name), Inbox: "https://social.example/inbox"}
	c := blog.Comment{IRI: fmt.Sprintf("%s/%d", who.IRI, w.clock.Now().UnixNano()) + text[:min(9, len(text))], PostID: w.post.ID, Author: who, HTML: "x", Text: text, Visibility: blog.Public}
	for _, f := range change {
		f(&c)
	}
	c, ok, err := w.db.AddComment(w.Context(), storage.Incoming{Actor: who.IRI, ID: c.IRI + "#create"}, c)
	if err != nil || !ok {
		w.Fatal(ok, err)
	}
	return c
}

func TestMessage(t *testing.T) {
	w := newWorld(t)
	w.reply("bob", "Well said.\nIndeed")
	held := w.reply("eve", "casino\r\nBcc: x", func(c *blog.Comment) { c.State, c.Reason = blog.Held, "the rule casino" })
	w.reply("cyd", "between us", func(c *blog.Comment) { c.Visibility = blog.Direct })
	if _, err := w.db.AddReport(t.Context(), storage.Incoming{Actor: "https://c.test/a", ID: "https://c.test/f"},
		blog.Report{Actor: "https://c.test/a", Text: "rude", Objects: []string{"https://blog.example.com/ap/comments/1"}}); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(gatherFor)
	got := w.look(w.notifier(When{}))
	if len(got) != 1 {
		t.Fatalf("told %d times", len(got))
	}
	m := got[0]
	want := "2 new replies, 1 comment that waits for you, 1 complaint\n\n" +
		"BOB (@bob@social.example) replied to “Hello”\n    Well said. Indeed\n    https://blog.example.com/posts/hello#comment-1\n\n" +
		"A comment by EVE (@eve@social.example) on “Hello” waits for you, because: the rule casino\n    casino Bcc: x\n    limelight comments approve 2\n    limelight comments hide 2\n\n" +
		"CYD (@cyd@social.example) wrote to you, and not in public, about “Hello”. To read it:\n    limelight comments -private -post hello\n\n" +
		"A complaint came from c.test\n    rude\n    about https://blog.example.com/ap/comments/1\n    limelight reports\n    limelight reports close 1\n"
	if m.Text != want || held.ID != 2 {
		t.Errorf("the text is\n%s\nand not\n%s", m.Text, want)
	}
	if m.Title != "[Ann’s blog] 2 new replies, 1 comment that waits for you, 1 complaint" || m.Link != "https://blog.example.com/posts/hello#comment-1" {
		t.Errorf("%q %q", m.Title, m.Link)
	}
	if again := w.look(w.notifier(When{})); len(again) != 1 {
		t.Error("told twice")
	}
}

// TestStormIsOneMessage, and what comes during it is the next, minutes later.
func TestStormIsOneMessage(t *testing.T) {
	w := newWorld(t)
	n := w.notifier(When{Rhythm: AtOnce})
	w.reply("bob", "first")
	if got := w.look(n); len(got) != 0 {
		t.Fatal("told before others could come")
	}
	for i := range 200 {
		w.reply("bob", fmt.Sprint(i, " of a storm"))
	}
	w.clock.Advance(gatherFor)
	got := w.look(n)
	if len(got) != 1 || !strings.HasPrefix(got[0].Text, "201 new replies\n") || strings.Count(got[0].Text, "replied to") != maxEvents || !strings.HasSuffix(got[0].Text, "And 181 new replies more: limelight comments\n") {
		t.Fatalf("%d: %+v", len(got), got)
	}
	w.reply("bob", "more")
	w.clock.Advance(time.Minute)
	if got := w.look(n); len(got) != 1 {
		t.Error("another message a minute later")
	}
	w.clock.Advance(calmFor)
	if got := w.look(n); len(got) != 2 {
		t.Errorf("after that it was told %d times", len(got))
	}
}

// TestTriesUntilItArrives with the same id, after a restart too, and gives up
// after a week with a line in the log.
func TestTriesUntilItArrives(t *testing.T) {
	w := newWorld(t)
	var ids []string
	refusing := w.channel()
	refusing.Send = func(_ context.Context, m Message) error {
		ids = append(ids, m.ID)
		return errors.New("421 not\r\nnow")
	}
	n := w.notifier(When{})
	n.o.Channels = []Channel{refusing}
	w.reply("bob", "first")
	w.clock.Advance(gatherFor)
	for range 3 {
		w.look(n)
		w.look(n) // before its time nothing is tried
		w.reply("bob", "another")
		w.clock.Advance(6 * time.Hour)
		n = w.notifier(When{})
		n.o.Channels = []Channel{refusing}
	}
	if len(ids) != 3 || ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("tried as %q", ids)
	}
	s, err := w.db.Notifier(t.Context(), "mail")
	if err != nil || s.Tries != 3 || s.Error != "421 not now" {
		t.Errorf("%+v %v", s, err)
	}
	w.clock.Advance(giveUp)
	w.look(n)
	if s, err = w.db.Notifier(t.Context(), "mail"); err != nil || s.Waiting != 0 || !strings.Contains(w.log.String(), `it is not tried any more" channel=mail notifications=4`) {
		t.Errorf("%+v %v\n%s", s, err, w.log)
	}
	w.reply("bob", "new")
	w.clock.Advance(time.Minute)
	if got := w.look(w.notifier(When{})); len(got) != 1 || got[0].ID == ids[0] || !strings.Contains(got[0].Text, "    new\n") {
		t.Errorf("after it: %+v", got)
	}
}

// TestNothingLeftToTell: what was erased or decided meanwhile is not told of.
func TestNothingLeftToTell(t *testing.T) {
	w := newWorld(t)
	c := w.reply("bob", "oh no")
	if _, err := w.db.DecideComment(t.Context(), c.ID, blog.Erased); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(gatherFor)
	got := w.look(w.notifier(When{}))
	if s, err := w.db.Notifier(t.Context(), "mail"); err != nil || s.Waiting != 0 || !s.Sent.IsZero() || len(got) != 0 {
		t.Errorf("%+v %v %v", got, s, err)
	}
}

// TestManyHaveGone: what comes after a screenful that was erased is told, and
// counted right.
func TestManyHaveGone(t *testing.T) {
	w := newWorld(t)
	for i := range 2 * maxEvents {
		c := w.reply("eve", fmt.Sprint(i, " casino"))
		if _, err := w.db.DecideComment(t.Context(), c.ID, blog.Erased); err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxEvents + 2 {
		w.reply("bob", fmt.Sprint(i, " well said"))
	}
	w.clock.Advance(gatherFor)
	got := w.look(w.notifier(When{}))
	if len(got) != 1 || !strings.HasPrefix(got[0].Text, "22 new replies\n") || strings.Count(got[0].Text, "BOB") != maxEvents ||
		!strings.HasSuffix(got[0].Text, "And 2 new replies more: limelight comments\n") || got[0].Batch.Counts[blog.ReplyNotification] != 22 {
		t.Errorf("%d: %+v", len(got), got)
	}
}

// TestServersAreMerged: a server with several inboxes is one, in the counts too.
func TestServersAreMerged(t *testing.T) {
	fails := func(host string) blog.Notification {
		return blog.Notification{Kind: blog.FailingNotification, Failing: &blog.FailingServer{Host: host, Followers: 1, Since: noon}}
	}
	batch := blog.NotificationBatch{Last: 3, Counts: map[blog.NotificationKind]int{blog.FailingNotification: 5}, Events: []blog.Notification{fails("a.test"), fails("b.test"), fails("a.test")}}
	m, ok := compose(&blog.Blog{}, "mail", batch, noon)
	if !ok || !strings.HasPrefix(m.Text, "4 servers that fail\n") || !strings.Contains(m.Text, "a.test has taken nothing since 1 March 2026: it gives no answer. Followers there: 2\n") ||
		!strings.Contains(m.Text, "And 2 servers that fail more") || m.Batch.Counts[blog.FailingNotification] != 4 {
		t.Errorf("%v %+v", ok, m)
	}
}

// TestRun tells by itself, and of servers that fail as well.
func TestRun(t *testing.T) {
	w := newWorld(t)
	w.reply("bob", "first")
	w.clock.Advance(gatherFor)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := make(chan Message, 1)
	n := w.notifier(When{})
	n.o.Channels[0].Send = func(_ context.Context, m Message) error { told <- m; return nil }
	ended := make(chan struct{})
	go func() { n.Run(ctx); close(ended) }()
	if m := <-told; !strings.HasPrefix(m.Text, "1 new reply\n") {
		t.Errorf("told %s", m.Text)
	}
	cancel()
	<-ended
}

func TestWhen(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	morning := When{Daily, 8, 30, berlin}
	for _, c := range []struct {
		name               string
		when               When
		oldest, sent, want string
	}{
		{"at once", When{Rhythm: AtOnce}, "2026-03-01T12:00:00Z", "2026-03-01T11:00:00Z", "2026-03-01T12:00:05Z"},
		{"soon after another", When{Rhythm: AtOnce}, "2026-03-01T12:00:00Z", "2026-03-01T11:58:00Z", "2026-03-01T12:03:00Z"},
		{"hourly", When{Rhythm: Hourly}, "2026-03-01T12:59:59Z", "2026-03-01T12:58:00Z", "2026-03-01T13:00:00Z"},
		{"daily, before the hour", morning, "2026-03-01T06:00:00Z", "2026-02-28T07:30:00Z", "2026-03-01T07:30:00Z"},
		{"daily, at the hour", morning, "2026-03-01T07:30:00Z", "2026-02-28T07:30:00Z", "2026-03-02T07:30:00Z"},
		{"daily, over the change of clocks", morning, "2026-03-28T12:00:00Z", "2026-03-28T07:30:00Z", "2026-03-29T06:30:00Z"},
	} {
		if got := c.when.due(at(c.oldest), at(c.sent)); !got.Equal(at(c.want)) {
			t.Errorf("%s: %v", c.name, got.UTC())
		}
	}
}
