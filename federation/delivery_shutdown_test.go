package federation

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestDeliverStops with some attempts running and others waiting for them.
func TestDeliverStops(t *testing.T) {
	w := newDeliverWorld(t)
	w.unhurried()
	w.node.pace.grace = deliverPatience
	p := w.peer()
	hold := make(chan struct{})
	p.AnswerAll(peertest.Answer{Hold: hold})
	w.follow(p.Join("a", peertest.GoToSocial), p.Join("b", peertest.GoToSocial), p.Join("c", peertest.GoToSocial),
		p.Join("d", peertest.GoToSocial), p.Join("e", peertest.GoToSocial), p.Join("f", peertest.GoToSocial))
	w.publish("hello", "Hello")
	ended := make(chan struct{})
	stop := w.start()
	p.Await(w.node.pace.perHost)
	go func() { stop(); close(ended) }()
	// What waits is given back while the others still run.
	var free []blog.Delivery
	w.until("given back", "hello", func([]blog.Delivery) bool {
		free = append(free, w.claim()...)
		return len(free) == 2
	})
	select {
	case <-ended:
		t.Error("it did not wait for what ran")
	default:
	}
	close(hold)
	<-ended
	n := map[blog.DeliveryState]int{}
	for _, d := range w.rows("hello") {
		n[d.State]++
	}
	same(t, "states", n, map[blog.DeliveryState]int{blog.Sent: 4, blog.Pending: 2})
	same(t, "arrived", len(p.Deliveries()), 4)
}

// TestDeliverStopsInTime does not wait for a peer that does not answer: the
// delivery is due again, also one that is late, and however often that happens
// no try was used up.
func TestDeliverStopsInTime(t *testing.T) {
	for name, patience := range map[string]time.Duration{"at once": time.Hour, "late": time.Nanosecond} {
		t.Run(name, func(t *testing.T) {
			w := newDeliverWorld(t)
			w.node.pace.grace, w.node.pace.patience = 200*time.Millisecond, patience
			handler, arrived := silent(3)
			w.followAt(w.inbox(handler).URL, 3)
			w.publish("hello", "Hello")
			for range 2 {
				stop := w.start()
				for range 3 {
					<-arrived
				}
				stop()
			}
			// Each may have arrived as it was: an edit must not be left to the Create.
			w.publish("hello", "Hello again")
			updates := 0
			for _, d := range w.rows("hello") {
				if d.Activity.Type == "Update" {
					updates++
				}
			}
			same(t, "updates", updates, 3)
			due := w.claim()
			same(t, "due", receipts(due), []string{"Create pending 0 0", "Create pending 0 0", "Create pending 0 0"})
			same(t, "what the author sees", due[0].Error, "cut short")
		})
	}
}

// TestDeliverAfterAKill takes up what a process that is gone had claimed.
func TestDeliverAfterAKill(t *testing.T) {
	clock := storagetest.NewClock(time.Now().UTC().Truncate(time.Millisecond))
	o := storagetest.Options(t, storagetest.At(clock))
	db, err := storage.Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	w := newDeliverWorldOn(t, db, clock)
	p := w.peer()
	w.follow(p.Join("ann", peertest.Mastodon), p.Join("dan", peertest.GoToSocial))
	w.publish("hello", "Hello")
	same(t, "claimed", len(w.claim()), 2)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if w.db, err = storage.Serve(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	again := newDeliverWorldOn(t, w.db, clock)
	again.start()
	again.until("sent", "hello", all(blog.Sent))
	same(t, "arrived", len(p.Deliveries()), 2)
}

// TestDeliverLeavesLeases of other nodes alone until they run out.
func TestDeliverLeavesLeases(t *testing.T) {
	w := newDeliverWorld(t)
	p := w.peer()
	w.follow(p.Join("ann", peertest.Mastodon))
	w.publish("hello", "Hello")
	same(t, "claimed by another", len(w.claim()), 1)
	w.start()
	w.somethingElse()
	if ds := w.rows("hello"); ds[0].State != blog.Pending {
		t.Errorf("another's: %v", receipts(ds))
	}
	w.clock.Advance(time.Minute)
	w.until("sent", "hello", all(blog.Sent))
	same(t, "order", types(p.Deliveries()), []string{"Create", "Create"})
}

// TestDeliverLosesNothing when it is ended again and again: each delivery
// arrives, at most once more than it should for each time.
func TestDeliverLosesNothing(t *testing.T) {
	const inboxes = 60
	w := newDeliverWorld(t)
	w.node.pace.grace = time.Millisecond
	var mu sync.Mutex
	arrived := map[string]int{}
	enough := make(chan struct{}, 10*inboxes)
	server := w.inbox(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		arrived[r.URL.Path]++
		mu.Unlock()
		enough <- struct{}{}
		rw.WriteHeader(http.StatusAccepted)
	})
	w.followAt(server.URL, inboxes)
	w.publish("hello", "Hello")
	for range 5 {
		stop := w.start()
		for range 7 {
			<-enough
		}
		stop()
	}
	w.start()
	ds := w.until("sent", "hello", all(blog.Sent))
	mu.Lock()
	defer mu.Unlock()
	if len(ds) != inboxes || len(arrived) != inboxes {
		t.Errorf("%d deliveries, %d inboxes", len(ds), len(arrived))
	}
	for path, n := range arrived {
		if n > 6 {
			t.Errorf("%s had it %d times", path, n)
		}
	}
}
