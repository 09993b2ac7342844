package federation

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// newCheckWorld is a deliverWorld whose node fetches too, signed at the present
// and by the key that its peers know.
func newCheckWorld(t *testing.T) *deliverWorld {
	t.Helper()
	w := newDeliverWorld(t)
	key := w.node.standing.Load().key
	w.node.directory.client = testClient(t, ClientOptions{Key: key, FetchKey: key, UserAgent: "limelight/test", AllowPrivate: []netip.Prefix{loopback}}, defaultBounds())
	return w
}

// checked does a round of what CheckFollowers does.
func (w *deliverWorld) checked() {
	w.t.Helper()
	if err := w.node.checkFollowers(w.t.Context(), nil); err != nil {
		w.t.Fatal(err)
	}
}

func (w *deliverWorld) followers() int {
	w.t.Helper()
	n, err := w.db.CountFollowers(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// fails records the failure of everything that is due.
func (w *deliverWorld) fails(status int) {
	w.t.Helper()
	var rs []blog.Receipt
	for _, d := range w.claim() {
		rs = append(rs, blog.Receipt{ID: d.ID, State: blog.Pending, Status: status, NextTry: w.clock.Now(), Asked: true})
	}
	if err := w.db.RecordReceipts(w.t.Context(), rs); err != nil {
		w.t.Fatal(err)
	}
}

func TestDeliveriesGoToWhereAnInboxMoved(t *testing.T) {
	for name, status := range map[string]int{"308": http.StatusPermanentRedirect, "301": http.StatusMovedPermanently, "404": http.StatusNotFound} {
		t.Run(name, func(t *testing.T) {
			w := newCheckWorld(t)
			p := w.peer()
			ann := p.Join("ann", peertest.Mastodon)
			asked := make(chan struct{}, 9)
			old := w.inbox(func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("Location", "/elsewhere")
				rw.WriteHeader(status)
				asked <- struct{}{}
			})
			w.followBy(blog.Actor{IRI: ann.IRI, Type: "Person", Inbox: old.URL + "/inbox"})
			w.settle()
			w.start()
			w.publish("hello", "Hello")
			<-asked
			for deadline := time.Now().Add(deliverPatience); len(p.Deliveries()) == 0; <-time.After(20 * time.Millisecond) {
				w.clock.Advance(time.Millisecond) // later than the row that the inbox was known by
				w.checked()
				if time.Now().After(deadline) {
					t.Fatal("it never came")
				}
			}
			if got := p.Await(1)[0]; got.Activity.Type != "Create" || "http://"+p.Host+got.Path != p.Shared {
				t.Errorf("%s at %s", got.Activity.Type, got.Path)
			}
			if len(asked) > 0 || w.followers() != 1 {
				t.Errorf("the old inbox was asked %d times more; %d followers", len(asked), w.followers())
			}
		})
	}
}

func TestActorsThatAreGoneFollowNoMore(t *testing.T) {
	w := newCheckWorld(t)
	p, q := w.peer(), w.peer()
	ann, bob, cat := p.Join("ann", peertest.Mastodon), q.Join("bob", peertest.Mastodon), q.Join("cat", peertest.Mastodon)
	w.follow(ann, bob, cat)
	w.store("hello", "Hello")
	ann.Leave(http.StatusGone)
	bob.Leave(http.StatusNotFound)
	w.fails(http.StatusNotFound)
	w.clock.Advance(time.Minute)
	w.checked()
	if n := w.followers(); n != 2 {
		t.Fatalf("%d followers after a 410, a 404 and a 200", n)
	}
	w.clock.Advance(25 * time.Hour)
	w.fails(http.StatusNotFound)
	w.checked()
	if ok, err := w.db.Follows(t.Context(), cat.IRI); err != nil || !ok || w.followers() != 1 {
		t.Errorf("%d followers after another 404: %v, %v", w.followers(), ok, err)
	}
}

func TestSilentServersAreDropped(t *testing.T) {
	w := newCheckWorld(t)
	p, q := w.peer(), w.peer()
	ann, bob := p.Join("ann", peertest.Mastodon), q.Join("bob", peertest.Mastodon)
	w.follow(ann, bob)
	w.store("hello", "Hello")
	w.fails(0)
	p.Close()
	for range 31 {
		w.clock.Advance(24 * time.Hour)
		if w.followers() != 2 {
			t.Fatal("too early")
		}
		w.checked()
		w.followBy(blog.Actor{IRI: bob.IRI, Type: "Person", Inbox: bob.Inbox, SharedInbox: bob.Shared}) // the line is alive
	}
	if ok, err := w.db.Follows(t.Context(), bob.IRI); err != nil || !ok || w.followers() != 1 {
		t.Errorf("%d followers; bob: %v, %v", w.followers(), ok, err)
	}
}

// TestOurOwnCrowdIsNoSilenceOfTheirs: what we did not ask, since too many others
// wait, says nothing about whether it would have answered.
func TestOurOwnCrowdIsNoSilenceOfTheirs(t *testing.T) {
	w := newCheckWorld(t)
	ann := w.peer().Join("ann", peertest.Mastodon)
	w.follow(ann)
	w.store("hello", "Hello")
	w.fails(0)
	w.node.directory.limits.waiters = newShares(0)
	for range 40 {
		w.clock.Advance(24 * time.Hour)
		w.checked()
		w.followBy(blog.Actor{IRI: "https://line.test/alive", Type: "Person", Inbox: "https://line.test/inbox"})
	}
	if ok, err := w.db.Follows(t.Context(), ann.IRI); err != nil || !ok {
		t.Errorf("a follower was dropped that was never asked: %v, %v", ok, err)
	}
}
