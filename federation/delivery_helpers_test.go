package federation

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// deliverWorld is a node whose delivery worker the test starts and ends. What
// is due it reads from a clock that the test moves; requests are signed at the
// present, as peers demand.
type deliverWorld struct {
	t     *testing.T
	db    *storage.DB
	clock *storagetest.Clock
	blog  *blog.Blog
	node  *Node

	follows int // so far
}

// deliverPatience is how long a test waits for what should happen.
const deliverPatience = time.Minute

func newDeliverWorld(t *testing.T) *deliverWorld {
	t.Helper()
	clock := storagetest.NewClock(time.Now().UTC().Truncate(time.Millisecond))
	return newDeliverWorldOn(t, storagetest.New(t, storagetest.At(clock)), clock)
}

func newDeliverWorldOn(t *testing.T, db *storage.DB, clock *storagetest.Clock) *deliverWorld {
	t.Helper()
	w := &deliverWorld{t: t, db: db, clock: clock}
	w.blog = &blog.Blog{BaseURL: "https://blog.example.com", Handle: "blog", Title: "Blog", Timezone: time.UTC, ObjectType: "article"}
	var err error
	w.node, err = New(Options{Blog: w.blog, DB: db, Key: peertest.ProcessKey(), Now: clock.Now, AllowPrivate: []netip.Prefix{loopback},
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	w.patient(defaultBounds(), 0)
	w.node.pace.poll = 10 * time.Millisecond
	return w
}

// patient gives the node a client with these bounds and timeout.
func (w *deliverWorld) patient(b bounds, timeout time.Duration) {
	w.node.client = testClient(w.t, ClientOptions{Key: w.node.standing.Load().key, UserAgent: "limelight/test", AllowPrivate: []netip.Prefix{loopback},
		Timeout: timeout}, b)
}

// unhurried has the node's client wait for an answer as long as it takes.
func (w *deliverWorld) unhurried() {
	b := defaultBounds()
	b.header = time.Hour
	w.patient(b, time.Hour)
}

// peer is a server that knows the blog's key.
func (w *deliverWorld) peer() *peertest.Peer {
	p := peertest.New(w.t)
	p.Trust(w.blog.KeyIRI(), w.blog.ActorIRI(), &peertest.ProcessKey().PublicKey)
	return p
}

// inbox is a server of which every path is an inbox that h answers. It ends
// after the worker.
func (w *deliverWorld) inbox(h http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(h)
	w.t.Cleanup(server.Close)
	return server
}

// silent is an inbox that answers nothing until its peer has gone. It tells of
// up to n who came.
func silent(n int) (h http.HandlerFunc, arrived chan struct{}) {
	arrived = make(chan struct{}, n)
	return func(_ http.ResponseWriter, r *http.Request) {
		// Only when the body was read does a server see its peer go.
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case arrived <- struct{}{}:
		default:
		}
		<-r.Context().Done()
	}, arrived
}

// follow makes followers of accounts without any Accept on its way to them.
func (w *deliverWorld) follow(accounts ...*peertest.Account) {
	w.t.Helper()
	for _, a := range accounts {
		w.followBy(blog.Actor{IRI: a.IRI, Type: "Person", Inbox: a.Inbox, SharedInbox: a.Shared})
	}
	w.settle()
}

// followAt makes followers with personal inboxes at a server.
func (w *deliverWorld) followAt(url string, n int) {
	w.t.Helper()
	for i := range n {
		iri := fmt.Sprintf("%s/u%d", url, i)
		w.followBy(blog.Actor{IRI: iri, Type: "Person", Inbox: iri + "/inbox"})
	}
	w.settle()
}

func (w *deliverWorld) followBy(a blog.Actor) {
	w.t.Helper()
	w.follows++
	id := fmt.Sprintf("%s#follow-%d", a.IRI, w.follows)
	if ok, err := w.db.Follow(w.t.Context(), storage.Incoming{Actor: a.IRI, ID: id}, blog.Follower{Actor: a, FollowID: id}); err != nil || !ok {
		w.t.Fatal(ok, err)
	}
}

// settle has all that is due done, as if it were sent.
func (w *deliverWorld) settle() {
	w.t.Helper()
	var rs []blog.Receipt
	for _, d := range w.claim() {
		rs = append(rs, blog.Receipt{ID: d.ID, State: blog.Sent})
	}
	if err := w.db.RecordReceipts(w.t.Context(), rs); err != nil {
		w.t.Fatal(err)
	}
}

// claim leases what is due for a minute, as another node would.
func (w *deliverWorld) claim() []blog.Delivery {
	w.t.Helper()
	ds, err := w.db.ClaimDeliveries(w.t.Context(), 1000, 0, time.Minute, storage.Skip{})
	if err != nil {
		w.t.Fatal(err)
	}
	return ds
}

// publish is store, of which the worker is told.
func (w *deliverWorld) publish(slug, text string) blog.Post {
	w.t.Helper()
	p := w.store(slug, text)
	w.node.Wake()
	return p
}

// store writes a post or an edit of it: the text is its title too.
func (w *deliverWorld) store(slug, text string) blog.Post {
	w.t.Helper()
	return w.put(blog.Post{Slug: slug, Title: text, HTML: "<p>" + text + "</p>"})
}

func (w *deliverWorld) put(p blog.Post) blog.Post {
	w.t.Helper()
	p, _, _, err := w.db.Publish(w.t.Context(), p, storage.PublishOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *deliverWorld) unpublish(slug string) {
	w.t.Helper()
	if _, _, err := w.db.Unpublish(w.t.Context(), slug); err != nil {
		w.t.Fatal(err)
	}
	w.node.Wake()
}

// start runs the worker. The function it returns ends it and waits for that, as
// the end of the test does.
func (w *deliverWorld) start() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var worker sync.WaitGroup
	worker.Go(func() { w.node.Deliver(ctx) })
	stop = func() { cancel(); worker.Wait() }
	w.t.Cleanup(stop)
	return stop
}

// telling is a log that tells of each message with the text.
func telling(text string, to chan<- struct{}) *slog.Logger {
	return slog.New(teller{slog.DiscardHandler, text, to})
}

type teller struct {
	slog.Handler
	text string
	to   chan<- struct{}
}

func (h teller) Enabled(context.Context, slog.Level) bool { return true }

func (h teller) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h teller) Handle(_ context.Context, r slog.Record) error {
	if r.Message == h.text {
		h.to <- struct{}{}
	}
	return nil
}
