package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

// narrowGate lets in few, and makes nobody wait long.
func narrowGate(places, queue int, wait time.Duration) *gate {
	g := newGate()
	g.places, g.queue, g.wait = make(chan struct{}, places), make(chan struct{}, queue), wait
	return g
}

func TestGateCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := narrowGate(2, 1, inboxWait)
		first, err := g.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := make(chan error, 1)
		go func() {
			_, err := g.enter(context.Background())
			got <- err
		}()
		synctest.Wait() // it is in the queue
		if _, err := g.enter(t.Context()); !errors.Is(err, errBusy) {
			t.Errorf("the fourth: %v", err)
		}
		first()
		if err := <-got; err != nil || len(g.queue) != 0 || len(g.places) != 2 {
			t.Errorf("who waited: %v, %d wait, %d are in", err, len(g.queue), len(g.places))
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := g.enter(gone); !errors.Is(err, errBusy) || len(g.queue) != 0 {
			t.Errorf("who went away: %v", err)
		}
		began := time.Now()
		if _, err := g.enter(t.Context()); !errors.Is(err, errBusy) || len(g.queue) != 0 || time.Since(began) != inboxWait {
			t.Errorf("who waited %v: %v", time.Since(began), err)
		}
	})
}

// waitFor polls until ok.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(deliverPatience); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// stuck is a world whose database is locked by another program until release
// is called.
func stuck(t *testing.T, g *gate) (w *inboxWorld, release func()) {
	db, lock := storagetest.Locked(t)
	w = newInboxWorld(t, func(o *Options) { o.DB = db })
	w.node.gate = g
	return w, lock()
}

// TestInboxOverload sends far more than the inbox can take while nothing can be
// stored: some are worked on, some wait, and all others are turned away at once,
// without a page or an object being held up. What was turned away is taken when
// it is sent again, and what was taken is there once.
func TestInboxOverload(t *testing.T) {
	const places, queue, senders = 8, 4, 60
	w, release := stuck(t, narrowGate(places, queue, time.Hour))
	people := make([]*peertest.Account, senders)
	notes := make([]peertest.Act, senders)
	peer := w.peer(2)
	for i := range people {
		people[i] = peer.Join(fmt.Sprint("someone", i), peertest.Mastodon)
		notes[i] = people[i].Act("Create", people[i].Note(w.postIRI(), fmt.Sprintf("<p>%d</p>", i)))
	}
	var statuses [senders]int
	var turned atomic.Int64
	var sending sync.WaitGroup
	for i, someone := range people {
		sending.Go(func() {
			reply, err := someone.TrySend(w.inbox, notes[i])
			if err != nil {
				t.Error(err)
			}
			if statuses[i] = reply.Status; reply.Status == http.StatusServiceUnavailable {
				turned.Add(1)
				if reply.Header.Get("Retry-After") != retryLater {
					t.Errorf("turned away until %q", reply.Header.Get("Retry-After"))
				}
			}
		})
	}
	waitFor(t, "all but a few to be turned away", func() bool { return turned.Load() == senders-places-queue })
	resp, err := http.Get(strings.TrimSuffix(w.inbox, "inbox") + "actor")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the actor meanwhile: %v %v", resp, err)
	} else {
		resp.Body.Close()
	}
	release()
	sending.Wait()
	for i, status := range statuses {
		switch status {
		case http.StatusAccepted:
		case http.StatusServiceUnavailable:
			w.send(people[i], http.StatusAccepted, notes[i])
		default:
			t.Errorf("answered %d", status)
		}
	}
	if got := len(w.onPage()); got != senders {
		t.Errorf("%d replies are there", got)
	}
	if len(w.node.gate.places) != 0 || w.node.gate.bodies.left != inboxBytes {
		t.Error("somebody is still counted")
	}
}

// TestInboxStorageStandsStill: who got a place does not keep it for good.
func TestInboxStorageStandsStill(t *testing.T) {
	g := newGate()
	g.within = 50 * time.Millisecond
	w, release := stuck(t, g)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	reply := bob.Act("Create", bob.Note(w.postIRI(), "<p>Hello</p>"))
	if got := w.send(bob, http.StatusServiceUnavailable, reply); got.Header.Get("Retry-After") == "" {
		t.Error("not told when to send it again")
	}
	release()
	w.want("after the 503")
	g.within = inboxTime
	w.send(bob, http.StatusAccepted, reply)
	w.want("after it was sent again", "comment bob public shown: Hello")
}

// TestSlowServersHoldUpNobodyElse: activities whose senders' server does not
// answer for their keys leave room for those whose senders are known, and for
// unknown ones of other servers.
func TestSlowServersHoldUpNobodyElse(t *testing.T) {
	w := newInboxWorld(t)
	w.node.gate = narrowGate(20, 0, 0)
	w.node.directory.limits.waiters = newShares(8)
	known := w.peer(2).Join("bob", peertest.Mastodon)
	w.send(known, http.StatusAccepted, known.Act("Follow", w.node.blog.ActorIRI()))
	slow := w.peer(3)
	asked, hold := make(chan struct{}, 100), make(chan struct{})
	var statuses []int
	var mu sync.Mutex
	var sending sync.WaitGroup
	free := sync.OnceFunc(func() { close(hold); sending.Wait() })
	t.Cleanup(free)
	for i := range 20 {
		eve := slow.Join(fmt.Sprint("eve", i), peertest.Mastodon)
		document := eve.Document()
		slow.Handle("/users/"+eve.Name, func(rw http.ResponseWriter, _ *http.Request) {
			asked <- struct{}{}
			<-hold
			object(document)(rw, nil)
		})
		sending.Go(func() {
			reply, err := eve.TrySend(w.inbox, eve.Act("Like", w.postIRI()))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			statuses = append(statuses, reply.Status)
		})
	}
	for range 4 {
		<-asked
	}
	waitFor(t, "the others to be put off", func() bool { mu.Lock(); defer mu.Unlock(); return len(statuses) == 16 })
	w.send(known, http.StatusAccepted, known.Act("Like", w.postIRI()))
	stranger := w.peer(4).Join("dan", peertest.Mastodon)
	w.send(stranger, http.StatusAccepted, stranger.Act("Like", w.postIRI()))
	free()
	n := map[int]int{}
	for _, s := range statuses {
		n[s]++
	}
	same(t, "answers", n, map[int]int{http.StatusServiceUnavailable: 16, http.StatusAccepted: 4})
}

func TestSeldom(t *testing.T) {
	now := time.Now()
	s := seldom{every: time.Minute}
	for i, c := range []struct {
		at    time.Duration
		times int
		said  bool
	}{{0, 1, true}, {time.Second, 0, false}, {30 * time.Second, 0, false}, {time.Minute, 3, true}, {-time.Hour, 1, true}} {
		if times, said := s.say(now.Add(c.at)); times != c.times || said != c.said {
			t.Errorf("%d: %d %t", i, times, said)
		}
	}
}
