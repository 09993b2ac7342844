package federation

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestDeliverUnreachable tells what may be mended by waiting from what is not.
func TestDeliverUnreachable(t *testing.T) {
	for name, c := range map[string]struct {
		url   func(w *deliverWorld) string
		state blog.DeliveryState
		error string
	}{
		"nobody listens": {func(w *deliverWorld) string {
			server := httptest.NewServer(nil)
			server.Close()
			return server.URL
		}, blog.Pending, "refused"},
		"a strange certificate": {func(w *deliverWorld) string {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
			server.StartTLS()
			w.t.Cleanup(server.Close)
			return server.URL
		}, blog.Pending, "certificate"},
		"no TLS where it should be": {func(w *deliverWorld) string {
			return strings.Replace(w.inbox(http.NotFound).URL, "http:", "https:", 1)
		}, blog.Pending, "HTTP"},
		"no answer": {func(w *deliverWorld) string {
			handler, _ := silent(0)
			return w.inbox(handler).URL
		}, blog.Pending, "timeout"},
		"a private address": {func(*deliverWorld) string { return "http://10.0.0.1" }, blog.Failed, "refused"},
		"no http at all":    {func(*deliverWorld) string { return "gopher://example.com" }, blog.Failed, "refused"},
		"ourselves":         {func(w *deliverWorld) string { return w.blog.BaseURL }, blog.Failed, "ourselves"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newDeliverWorld(t)
			b := defaultBounds()
			b.header = 300 * time.Millisecond
			w.patient(b, 0)
			w.followAt(c.url(w), 1)
			w.publish("hello", "Hello")
			w.start()
			d := w.until("tried", "hello", tried(1))[0]
			if d.State != c.state || d.Status != 0 || !strings.Contains(d.Error, c.error) {
				t.Errorf("receipt: %s %d %q", d.State, d.Status, d.Error)
			}
			if again := d.NextTry.After(w.clock.Now()); again != (c.state == blog.Pending) {
				t.Errorf("next try: %v", d.NextTry)
			}
		})
	}
}

// TestDeliverRetries keeps the body's id and counts the tries until one
// succeeds.
func TestDeliverRetries(t *testing.T) {
	w := newDeliverWorld(t)
	p := w.peer()
	w.follow(p.Join("ann", peertest.Mastodon))
	p.Answer(peertest.Answer{Status: 503}, peertest.Answer{Reset: true}, peertest.Answer{Status: 429}, peertest.Answer{Status: 500})
	w.publish("hello", "Hello")
	w.start()
	var last time.Duration
	for n := 1; n <= 4; n++ {
		d := w.until(fmt.Sprintf("tried %d times", n), "hello", tried(n))[0]
		wait := d.NextTry.Sub(w.clock.Now())
		if d.State != blog.Pending || d.Error == "" || wait <= last {
			t.Errorf("after try %d: %s %q, waits %v, before %v", n, d.State, d.Error, wait, last)
		}
		last = wait
		w.clock.Advance(wait - time.Millisecond)
		if ds := w.claim(); len(ds) != 0 {
			t.Errorf("due too early: %v", receipts(ds))
		}
		w.clock.Advance(time.Millisecond)
	}
	d := w.until("sent", "hello", all(blog.Sent))[0]
	if d.Tries != 5 || d.Status != 202 || d.Error != "" {
		t.Errorf("receipt: %+v", d)
	}
	for _, arrived := range p.Await(5) {
		if arrived.Activity.ID != w.blog.ActivityIRI(d.Activity.ID) {
			t.Errorf("id %s", arrived.Activity.ID)
		}
	}
}

// TestDeliverGivesUp after as many tries as the schedule has room for.
func TestDeliverGivesUp(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.schedule = schedule{time.Minute, time.Hour}
	p := w.peer()
	p.AnswerAll(peertest.Answer{Status: 500})
	w.follow(p.Join("ann", peertest.Mastodon))
	w.publish("hello", "Hello")
	w.start()
	for n := 1; n <= 2; n++ {
		w.until("tried", "hello", tried(n))
		w.clock.Advance(2 * time.Hour)
	}
	d := w.until("given up", "hello", all(blog.Failed))[0]
	if d.Tries != 3 || d.Status != 500 || !strings.Contains(d.Error, "given up after 3 tries: the inbox answered 500") {
		t.Errorf("receipt: %+v", d)
	}
}

// TestDeliverSignsEachTry anew: peers refuse a Date of an hour ago. That it is
// covered and the signature fits is what peertest checks in every other test.
func TestDeliverSignsEachTry(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.client.now = w.clock.Now
	var mu sync.Mutex
	var signatures []string
	server := w.inbox(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if at := w.clock.Now().Format(http.TimeFormat); r.Header.Get("Date") != at {
			t.Errorf("Date %s at %s", r.Header.Get("Date"), at)
		}
		signatures = append(signatures, r.Header.Get("Signature"))
		rw.WriteHeader(http.StatusServiceUnavailable)
	})
	w.followAt(server.URL, 1)
	w.publish("hello", "Hello")
	w.start()
	for n := 1; n <= 3; n++ {
		w.until("tried", "hello", tried(n))
		w.clock.Advance(3 * time.Hour)
	}
	w.until("tried", "hello", tried(4))
	mu.Lock()
	defer mu.Unlock()
	same(t, "tries", len(signatures), 4)
	for i, s := range signatures[1:] {
		if s == signatures[i] {
			t.Errorf("try %d has the signature of the one before", i+2)
		}
	}
}
