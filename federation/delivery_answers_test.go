package federation

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestDeliverAnswers has each follower's server answer in its own way.
func TestDeliverAnswers(t *testing.T) {
	const first, firstLongest = 48 * time.Second, 72 * time.Second // of the schedule, with its jitter
	cases := map[string]struct {
		answer   peertest.Answer
		state    blog.DeliveryState
		min, max time.Duration // until the next try
		error    string
	}{
		"200":              {peertest.Answer{Status: 200}, blog.Sent, 0, 0, ""},
		"202":              {peertest.Answer{}, blog.Sent, 0, 0, ""},
		"204":              {peertest.Answer{Status: 204}, blog.Sent, 0, 0, ""},
		"302 is no way":    {peertest.Answer{Status: 302, Location: "/elsewhere"}, blog.Pending, first, firstLongest, "302 Found"},
		"308 is no way":    {peertest.Answer{Status: 308, Location: "/elsewhere"}, blog.Pending, first, firstLongest, "308 Permanent Redirect"},
		"400":              {peertest.Answer{Status: 400}, blog.Failed, 0, 0, "400 Bad Request"},
		"401":              {peertest.Answer{Status: 401}, blog.Pending, first, firstLongest, "401 Unauthorized"},
		"403":              {peertest.Answer{Status: 403}, blog.Failed, 0, 0, "403 Forbidden"},
		"404":              {peertest.Answer{Status: 404}, blog.Failed, 0, 0, "404 Not Found"},
		"408":              {peertest.Answer{Status: 408}, blog.Pending, first, firstLongest, "408 Request Timeout"},
		"410":              {peertest.Answer{Status: 410}, blog.Failed, 0, 0, "410 Gone"},
		"413":              {peertest.Answer{Status: 413}, blog.Failed, 0, 0, "413 Request Entity Too Large"},
		"429":              {peertest.Answer{Status: 429}, blog.Pending, first, firstLongest, "429 Too Many Requests"},
		"429 for a while":  {peertest.Answer{Status: 429, RetryAfter: 600}, blog.Pending, 10 * time.Minute, 10 * time.Minute, "429"},
		"500":              {peertest.Answer{Status: 500}, blog.Pending, first, firstLongest, "500 Internal Server Error"},
		"501":              {peertest.Answer{Status: 501}, blog.Failed, 0, 0, "501 Not Implemented"},
		"503 for a second": {peertest.Answer{Status: 503, RetryAfter: 1}, blog.Pending, first, firstLongest, "503"},
		"503 for an hour":  {peertest.Answer{Status: 503, RetryAfter: 3600}, blog.Pending, time.Hour, time.Hour, "503"},
		"503 for a year":   {peertest.Answer{Status: 503, RetryAfter: 31_536_000}, blog.Pending, maxRetryAfter, maxRetryAfter, "503"},
		"broken off":       {peertest.Answer{Reset: true}, blog.Pending, first, firstLongest, "connection"},
	}
	w := newDeliverWorld(t)
	peers, hosts := map[string]*peertest.Peer{}, map[string]string{}
	for name, c := range cases {
		p := w.peer()
		p.AnswerAll(c.answer)
		w.follow(p.Join("ann", peertest.Mastodon))
		peers[p.Host] = p
		hosts[p.Host] = name
	}
	w.publish("hello", "Hello")
	w.start()
	for _, d := range w.until("tried", "hello", tried(1)) {
		name, p := hosts[d.Host], peers[d.Host]
		c := cases[name]
		if d.State != c.state || !strings.Contains(d.Error, c.error) || (d.Error == "") != (c.error == "") {
			t.Errorf("%s: %s, %q", name, d.State, d.Error)
		}
		most := 1
		if d.Status == http.StatusBadRequest || d.Status == http.StatusUnauthorized {
			most = 2 // signed in another way within the same try
		}
		if arrived := p.Deliveries(); len(arrived) > most || d.Status != arrived[0].Status {
			t.Errorf("%s: arrived %d times, status %d", name, len(arrived), d.Status)
		}
		switch wait := d.NextTry.Sub(w.clock.Now()); {
		case d.State != blog.Pending && !d.NextTry.IsZero():
			t.Errorf("%s: next try %v", name, d.NextTry)
		case d.State == blog.Pending && (wait < c.min || wait > c.max):
			t.Errorf("%s: waits %v, want %v to %v", name, wait, c.min, c.max)
		}
		if n := p.Fetches("/elsewhere"); n != 0 {
			t.Errorf("%s: %d redirects followed", name, n)
		}
	}
}

// TestDeliverRetryAfterDate honours the header's other form.
func TestDeliverRetryAfterDate(t *testing.T) {
	w := newDeliverWorld(t)
	asked := w.clock.Now().Add(2 * time.Hour)
	server := w.inbox(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Retry-After", asked.Format(http.TimeFormat))
		rw.WriteHeader(http.StatusTooManyRequests)
	})
	w.followAt(server.URL, 1)
	w.publish("hello", "Hello")
	w.start()
	d := w.until("tried", "hello", tried(1))[0]
	// The header has no fractions of seconds, and the present goes on.
	if off := d.NextTry.Sub(asked).Abs(); off > deliverPatience {
		t.Errorf("next try %v, asked for %v", d.NextTry, asked)
	}
}

// TestDeliverToGone leaves out an inbox that is gone, until its owner follows
// again.
func TestDeliverToGone(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusGone} {
		w := newDeliverWorld(t)
		p, other := w.peer(), w.peer()
		ann := p.Join("ann", peertest.Mastodon)
		w.follow(ann, other.Join("bob", peertest.Mastodon))
		p.Answer(peertest.Answer{Status: status})
		w.publish("one", "One")
		w.start()
		w.until("done", "one", all(blog.Sent, blog.Failed))
		w.publish("two", "Two")
		ds := w.until("sent", "two", all(blog.Sent))
		if len(ds) != 1 || ds[0].Host != other.Host || len(p.Deliveries()) != 1 {
			t.Errorf("after %d: %v", status, receipts(ds))
		}
		w.followBy(blog.Actor{IRI: ann.IRI, Type: "Person", Inbox: ann.Inbox, SharedInbox: ann.Shared})
		w.publish("three", "Three")
		if ds := w.until("sent", "three", all(blog.Sent)); len(ds) != 2 {
			t.Errorf("after %d and another Follow: %v", status, receipts(ds))
		}
	}
}

// TestDeliverAnswersThatDoNotEnd takes the status as the answer, whatever
// comes after it.
func TestDeliverAnswersThatDoNotEnd(t *testing.T) {
	for name, rest := range map[string]func(http.ResponseWriter, *http.Request){
		"a stream": func(rw http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := rw.Write(make([]byte, 32<<10)); err != nil {
					return
				}
			}
		},
		"silence": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newDeliverWorld(t)
			w.patient(defaultBounds(), 3*time.Second)
			server := w.inbox(func(rw http.ResponseWriter, r *http.Request) {
				rw.WriteHeader(http.StatusAccepted)
				_ = http.NewResponseController(rw).Flush()
				rest(rw, r)
			})
			w.followAt(server.URL, 1)
			w.publish("hello", "Hello")
			w.start()
			same(t, "receipt", receipts(w.until("tried", "hello", tried(1))), []string{"Create sent 202 1"})
		})
	}
}
