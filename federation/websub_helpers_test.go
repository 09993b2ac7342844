package federation

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// hubWorld is a node with a hub whose workers the test starts and ends. Its feeds
// say which posts there are.
type hubWorld struct {
	*deliverWorld
	hub *Hub
}

func newHubWorld(t *testing.T) *hubWorld {
	t.Helper()
	w := &hubWorld{deliverWorld: newDeliverWorld(t)}
	w.restart(w.blog.HubURL())
	return w
}

// restart gives the world a new hub, as another process would.
func (w *hubWorld) restart(url string) {
	w.t.Helper()
	var err error
	if w.hub, err = w.node.NewHub(w.t.Context(), url, w.feed); err != nil {
		w.t.Fatal(err)
	}
	w.hub.rest, w.hub.pace.poll = 5*time.Millisecond, 5*time.Millisecond
}

// feed is the feed at a path: of posts, of all comments, or of those on a post.
func (w *hubWorld) feed(ctx context.Context, path string) (blog.FeedDocument, error) {
	posts, err := w.db.Posts(ctx, storage.PostFilter{Listed: true})
	if path != "/feed.xml" && path != "/comments/feed.xml" && !slices.ContainsFunc(posts, func(p blog.Post) bool { return path == talkFeed(p.Slug) }) {
		return blog.FeedDocument{}, blog.ErrNoFeed
	}
	var body strings.Builder
	body.WriteString(path)
	for _, p := range posts {
		fmt.Fprintf(&body, " %s=%s(%d)", p.Slug, p.Title, p.CommentCount)
	}
	return blog.FeedDocument{Type: "application/rss+xml; charset=utf-8", Body: []byte(body.String())}, err
}

func talkFeed(slug string) string { return blog.PostPath(slug) + blog.CommentsPath + "/feed.xml" }

// work runs the hub's workers. The function it returns ends them.
func (w *hubWorld) work() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var workers sync.WaitGroup
	hub := w.hub
	for _, work := range []func(context.Context){hub.Verify, hub.Tell, hub.Deliver} {
		workers.Go(func() { work(ctx) })
	}
	stop = func() { cancel(); workers.Wait() }
	w.t.Cleanup(stop)
	return stop
}

// ask posts a form of pairs to the hub, from an address.
func (w *hubWorld) ask(from string, pairs ...string) (status int, text string) {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/websub", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", formType)
	r.RemoteAddr = from
	recorder := httptest.NewRecorder()
	w.hub.WebSub(recorder, r)
	return recorder.Code, recorder.Body.String()
}

// subscribe is an ask that must be taken.
func (w *hubWorld) subscribe(s *subscriber, more ...string) {
	w.t.Helper()
	pairs := append([]string{"hub.mode", "subscribe", "hub.callback", s.URL + "/hook?id=1", "hub.topic", w.blog.URL("/feed.xml")}, more...)
	if status, text := w.ask("192.0.2.1:1", pairs...); status != http.StatusAccepted {
		w.t.Fatal(status, text)
	}
}

// subscriptions are those of the moment.
func (w *hubWorld) subscriptions() []blog.Subscription {
	w.t.Helper()
	all, err := w.db.Subscriptions(context.Background(), 0, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// wait waits until ok.
func (w *hubWorld) wait(what string, ok func() bool) {
	w.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(deliverPatience); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s: %+v", what, w.subscriptions())
		}
	}
}

func (w *hubWorld) waitSubscribed(n int) {
	w.t.Helper()
	w.wait("subscriptions", func() bool { return len(w.subscriptions()) == n })
}

// subscriber is a server with a callback. It confirms what it is asked, unless it
// is told to say something else.
type subscriber struct {
	*httptest.Server
	mu       sync.Mutex
	confirm  func(w http.ResponseWriter, challenge string)
	status   int // of the answer to a feed
	asked    []url.Values
	received []pushed
}

// pushed is a feed that arrived.
type pushed struct {
	header http.Header
	query  string
	body   string
}

func newSubscriber(t *testing.T) *subscriber {
	t.Helper()
	s := &subscriber{status: http.StatusNoContent, confirm: func(w http.ResponseWriter, challenge string) { _, _ = io.WriteString(w, challenge) }}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodGet {
		s.asked = append(s.asked, r.URL.Query())
		s.confirm(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	s.received = append(s.received, pushed{r.Header, r.URL.RawQuery, string(body)})
	w.WriteHeader(s.status)
}

// answer has feeds answered with a status from now on.
func (s *subscriber) answer(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// confirmBy has requests confirmed in another way from now on.
func (s *subscriber) confirmBy(confirm func(w http.ResponseWriter, challenge string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.confirm = confirm
}

// questions are what it was asked to confirm so far.
func (s *subscriber) questions() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// feeds are what arrived so far.
func (s *subscriber) feeds() []pushed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received
}
