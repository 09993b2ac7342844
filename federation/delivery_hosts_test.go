package federation

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
)

func TestDeliverTroubledGrows(t *testing.T) {
	hosts, now := newTroubled(), time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for _, want := range []time.Duration{0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60, 60} {
		hosts.failed("dead.test", now)
		rest := want * time.Minute
		if rest > 0 && !hosts.aside("dead.test", now.Add(rest-1)) || hosts.aside("dead.test", now.Add(rest)) {
			t.Fatalf("it is not left alone for %v: %+v", rest, hosts.hosts["dead.test"])
		}
		if rest > 0 {
			before := *hosts.hosts["dead.test"]
			hosts.failed("dead.test", now.Add(rest-1)) // ran beside the one before
			same(t, "failures", hosts.hosts["dead.test"].failures, before.failures)
			same(t, "at once", hosts.atOnce("dead.test", 4), 1)
		} else {
			same(t, "at once", hosts.atOnce("dead.test", 4), 4)
		}
		now = now.Add(rest)
	}
	hosts.answered("dead.test")
	same(t, "at once after an answer", hosts.atOnce("dead.test", 4), 4)
	hosts.failed("dead.test", now)
	same(t, "one failure after an answer", hosts.aside("dead.test", now), false)
}

func TestDeliverTroubledIsBounded(t *testing.T) {
	hosts, now := newTroubled(), time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for range troubleAfter {
		hosts.failed("dead.test", now)
	}
	for i := range 2 * maxTroubled {
		hosts.failed(fmt.Sprintf("h%d.test", i), now)
	}
	same(t, "hosts remembered", len(hosts.hosts), maxTroubled)
	same(t, "set aside", hosts.allAside(now), []string{"dead.test"})
}

// TestDeliverForgetsTrouble as soon as there is any answer.
func TestDeliverForgetsTrouble(t *testing.T) {
	w := newDeliverWorld(t)
	d := w.node.dispatch()
	for range troubleAfter {
		d.hosts.failed("back.test", w.clock.Now())
	}
	c := claimed{Delivery: blog.Delivery{ID: 1, Host: "back.test"}}
	d.active, d.running[c.Host] = 1, 1
	d.settle(t.Context(), outcome{claimed: c, answered: true, receipt: blog.Receipt{ID: 1, State: blog.Failed, Status: 403}})
	same(t, "hosts in trouble", len(d.hosts.hosts), 0)
	same(t, "attempts", d.active+len(d.running), 0)
}

// TestDeliverPastHostsThatHang has many more hosts than attempts hang, in front
// of those that answer. What waits for them is more than a batch.
func TestDeliverPastHostsThatHang(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.attempts, w.node.pace.batch, w.node.pace.patience = 4, 16, 50*time.Millisecond
	for range 8 {
		handler, _ := silent(0)
		w.followAt(w.inbox(handler).URL, 6)
	}
	good := w.peer()
	w.follow(good.Join("ann", peertest.Mastodon), good.Join("dan", peertest.GoToSocial), w.peer().Join("bob", peertest.Mastodon))
	w.unhurried()
	w.node.pace.grace = time.Millisecond
	w.publish("hello", "Hello")
	w.start()
	ds := w.until("sent where they can be", "hello", func(ds []blog.Delivery) bool {
		n := 0
		for _, d := range ds {
			if d.State == blog.Sent {
				n++
			}
		}
		return n == 3
	})
	for _, d := range ds {
		if d.State != blog.Sent && d.Tries != 0 {
			t.Errorf("%s did not hang: %v", d.Host, receipts([]blog.Delivery{d}))
		}
	}
}

// TestDeliverAtOnce has no more under way than may be, in all and at one host.
func TestDeliverAtOnce(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.attempts, w.node.pace.perHost, w.node.pace.patience = 5, 2, time.Hour
	w.unhurried()
	var mu sync.Mutex
	under, most := map[string]int{}, map[string]int{}
	full := make(chan struct{}) // closed when there are as many as may be, so that more would be seen
	filled := sync.OnceFunc(func() { close(full) })
	count := func(host string, by int) {
		mu.Lock()
		defer mu.Unlock()
		for _, key := range []string{host, "all"} {
			under[key] += by
			most[key] = max(most[key], under[key])
		}
		if most["all"] == 5 {
			filled()
		}
	}
	for range 4 {
		server := w.inbox(func(rw http.ResponseWriter, r *http.Request) {
			count(r.Host, 1)
			<-full
			count(r.Host, -1)
			rw.WriteHeader(http.StatusAccepted)
		})
		w.followAt(server.URL, 6)
	}
	w.publish("hello", "Hello")
	w.start()
	w.until("sent", "hello", all(blog.Sent))
	same(t, "in all", most["all"], 5)
	delete(most, "all")
	for host, n := range most {
		if n > 2 {
			t.Errorf("%d at once at %s", n, host)
		}
	}
}

// TestDeliverToAHostThatIsLate still delivers all that is for it.
func TestDeliverToAHostThatIsLate(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.patience = time.Nanosecond // everybody is late
	server := w.inbox(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusAccepted) })
	w.followAt(server.URL, 20)
	w.publish("hello", "Hello")
	w.start()
	same(t, "tries", tried(1)(w.until("sent", "hello", all(blog.Sent))), true)
}

// TestDeliverToADeadHost spares it and itself: it is tried three times, then
// once a minute and more rarely, until it answers.
func TestDeliverToADeadHost(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.perHost = 1
	var dead atomic.Bool
	var knocks atomic.Int32
	dead.Store(true)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if knocks.Add(1); dead.Load() {
			panic(http.ErrAbortHandler)
		}
		rw.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(server.Close)
	good := w.peer()
	w.followAt(server.URL, 10)
	w.follow(good.Join("ann", peertest.Mastodon))
	w.publish("hello", "Hello")
	w.start()
	knocked := func(n int) {
		t.Helper()
		w.until(fmt.Sprintf("tried %d times", n), "", func(ds []blog.Delivery) bool {
			sum := 0
			for _, d := range ds {
				if d.Host != good.Host && d.Activity.Type == "Create" {
					sum += d.Tries
				}
			}
			return sum == n
		})
		// Another post is delivered elsewhere, but not here.
		w.publish(fmt.Sprintf("other-%d", n), "Other")
		good.Await(n - 1)
		same(t, "knocks", knocks.Load(), int32(n))
	}
	knocked(3)
	w.clock.Advance(time.Minute)
	knocked(4)
	dead.Store(false)
	w.clock.Advance(2 * time.Minute)
	w.until("sent", "", all(blog.Sent))
}

// TestDeliverWhatTheAuthorWants tries it at a host that is left alone, and nothing
// else there; when that is taken, so is the rest.
func TestDeliverWhatTheAuthorWants(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.perHost = 1
	p := w.peer()
	p.AnswerAll(peertest.Answer{Status: 429, RetryAfter: 3 * 60 * 60})
	w.follow(p.Join("a", peertest.GoToSocial), p.Join("b", peertest.GoToSocial), p.Join("c", peertest.GoToSocial))
	w.publish("hello", "Hello")
	w.start()
	tries := func(want ...int) func(ds []blog.Delivery) bool {
		return func(ds []blog.Delivery) bool {
			got := []int{}
			for _, d := range ds {
				got = append(got, d.Tries)
			}
			slices.Sort(got)
			return slices.Equal(got, want)
		}
	}
	retry := func(d blog.Delivery) {
		t.Helper()
		if n, err := w.db.RetryDeliveries(t.Context(), storage.Retry{IDs: []int64{d.ID}}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	untried := func(ds []blog.Delivery) blog.Delivery {
		return ds[slices.IndexFunc(ds, func(d blog.Delivery) bool { return d.Tries == 0 })]
	}
	ds := w.until("left alone", "hello", tries(0, 0, 1))
	retry(untried(ds))
	ds = w.until("wanted", "hello", tries(0, 1, 1))
	p.AnswerAll(peertest.Answer{})
	retry(ds[slices.IndexFunc(ds, func(d blog.Delivery) bool { return d.Tries == 1 })])
	w.until("what waited for the host", "hello", func(ds []blog.Delivery) bool {
		n := 0
		for _, d := range ds {
			if d.State == blog.Sent {
				n++
			}
		}
		return n == 2 // the third has a time of its own
	})
}

// TestDeliverOustsTheLatest has as many hosts hang as may be late, and one
// more: the first of them ends as a failed try, and the others go on.
func TestDeliverOustsTheLatest(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.maxLate, w.node.pace.patience, w.node.pace.grace = 2, 20*time.Millisecond, time.Millisecond
	for range 3 {
		handler, _ := silent(0)
		w.followAt(w.inbox(handler).URL, 1)
	}
	w.unhurried()
	w.publish("hello", "Hello")
	w.start()
	ds := w.until("one ended", "hello", func(ds []blog.Delivery) bool { return ds[0].Tries+ds[1].Tries+ds[2].Tries == 1 })
	for _, d := range ds {
		if d.Tries == 1 && (d.State != blog.Pending || d.Error != errOusted.Error() || !d.NextTry.After(w.clock.Now())) {
			t.Errorf("receipt: %+v", d)
		}
	}
}

// TestDeliverLeavesTheHostAlone that asked for it: what else waits for it is
// not tried before.
func TestDeliverLeavesTheHostAlone(t *testing.T) {
	for name, c := range map[string]struct {
		answer peertest.Answer
		knocks int // until it is left alone
		rest   time.Duration
	}{
		"Retry-After":         {peertest.Answer{Status: 429, RetryAfter: 600}, 1, 10 * time.Minute},
		"one error on others": {peertest.Answer{Status: 500}, troubleAfter, troubleBase},
	} {
		t.Run(name, func(t *testing.T) {
			w := newDeliverWorld(t)
			w.node.pace.perHost = 1
			p := w.peer()
			p.AnswerAll(c.answer)
			w.follow(p.Join("a", peertest.GoToSocial), p.Join("b", peertest.GoToSocial), p.Join("c", peertest.GoToSocial),
				p.Join("d", peertest.GoToSocial), p.Join("e", peertest.GoToSocial))
			w.publish("hello", "Hello")
			w.start()
			tries := func(ds []blog.Delivery) (n int) {
				for _, d := range ds {
					n += d.Tries
				}
				return n
			}
			w.until("left alone", "hello", func(ds []blog.Delivery) bool { return tries(ds) == c.knocks && len(w.claim()) == len(ds)-c.knocks })
			w.clock.Advance(time.Minute) // the lease of that claim is over, as is the rest of who asked for none
			if c.rest > time.Minute {
				w.clock.Advance(c.rest - time.Minute - time.Second)
				same(t, "tries before its time", tries(w.rows("hello")), c.knocks)
				p.AnswerAll(peertest.Answer{})
				w.clock.Advance(time.Second)
			}
			w.until("tried again", "hello", func(ds []blog.Delivery) bool { return tries(ds) > c.knocks })
		})
	}
}
