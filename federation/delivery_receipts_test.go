package federation

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/federation/signature"
)

// panicking is a transport that panics on its way to a host.
type panicking struct {
	http.RoundTripper
	host string
}

func (p panicking) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == p.host {
		panic("out of luck")
	}
	return p.RoundTripper.RoundTrip(r)
}

// failing is a transport whose errors have what a peer chose.
type failing struct{ says string }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New(f.says) }

// TestDeliverErrorsAreOneLine: the author's terminal shows what a peer brought
// into an error.
func TestDeliverErrorsAreOneLine(t *testing.T) {
	w := newDeliverWorld(t)
	w.follow(w.peer().Join("ann", peertest.Mastodon))
	w.node.client.plain.Transport = failing{"valid for \x1b[2Ja.test\r\nfine"}
	w.publish("hello", "Hello")
	w.start()
	ds := w.until("tried", "hello", tried(1))
	if got := ds[0].Error; !strings.Contains(got, "valid for  [2Ja.test  fine") {
		t.Errorf("%q", got)
	}
}

func TestDeliverSurvivesAPanic(t *testing.T) {
	w := newDeliverWorld(t)
	bad, good := w.peer(), w.peer()
	w.node.client.plain.Transport = panicking{w.node.client.plain.Transport, bad.Host}
	w.follow(bad.Join("ann", peertest.Mastodon), good.Join("bob", peertest.Mastodon))
	w.publish("hello", "Hello")
	w.start()
	for _, d := range w.until("tried", "hello", tried(1)) {
		switch {
		case d.Host == good.Host && d.State != blog.Sent:
			t.Errorf("elsewhere: %v", d)
		case d.Host == bad.Host && (d.State != blog.Pending || d.Error != "panic: out of luck" || !d.NextTry.After(w.clock.Now())):
			t.Errorf("receipt: %+v", d)
		}
	}
	w.clock.Advance(2 * time.Minute)
	w.until("tried again", "hello", func(ds []blog.Delivery) bool { return ds[0].Tries+ds[1].Tries == 3 })
	w.publish("other", "Other")
	good.Await(2)
}

// TestDeliverWhatCannotBeRendered has all attempts share one body that cannot
// be made.
func TestDeliverWhatCannotBeRendered(t *testing.T) {
	w := newDeliverWorld(t)
	d := w.node.dispatch()
	for name, c := range map[string]struct {
		activity blog.Activity
		state    blog.DeliveryState
		error    string
	}{
		"moot":    {blog.Activity{Type: "Create", Object: blog.PostObject, Ref: "gone"}, blog.Replaced, ""},
		"unknown": {blog.Activity{Type: "Move", Object: blog.ActorObject}, blog.Pending, "render: "},
	} {
		body := w.node.rendering(t.Context(), c.activity)
		for range 2 {
			o := d.attempt(t.Context(), claimed{Delivery: blog.Delivery{ID: 1, Inbox: "http://127.0.0.1/", Activity: c.activity}, body: body, until: w.clock.Now().Add(time.Minute)})
			if o.untried || o.answered || o.troubled || o.receipt.State != c.state || !strings.HasPrefix(o.receipt.Error, c.error) {
				t.Errorf("%s: %+v", name, o)
			}
		}
	}
	broken := claimed{body: &rendering{whole: func() (signature.Body, error) { panic("no") }}, until: w.clock.Now().Add(time.Minute)}
	if o := d.attempt(t.Context(), broken); o.receipt.State != blog.Pending || o.receipt.Error != "panic: no" {
		t.Errorf("a panic: %+v", o)
	}
}

// TestDeliverNotWithoutALease leaves an attempt that could outlive it.
func TestDeliverNotWithoutALease(t *testing.T) {
	w := newDeliverWorld(t)
	c := claimed{body: &rendering{whole: func() (signature.Body, error) { return signature.Body{}, errors.New("it was rendered") }}, until: w.clock.Now()}
	if o := w.node.dispatch().attempt(t.Context(), c); !o.untried {
		t.Errorf("%+v", o)
	}
}

// TestDeliverStopsWhenStorageFails in the middle of the pause between two tries
// to store a receipt.
func TestDeliverStopsWhenStorageFails(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.poll = 24 * time.Hour
	failed := make(chan struct{}, recordTries)
	w.node.log = telling("receipts cannot be recorded", failed)
	p := w.peer()
	hold := make(chan struct{})
	p.AnswerAll(peertest.Answer{Hold: hold})
	w.follow(p.Join("ann", peertest.Mastodon))
	w.publish("hello", "Hello")
	stop := w.start()
	p.Await(1)
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	close(hold)
	<-failed
	stop()
	same(t, "last tries", len(failed), 1)
}

// TestDeliverTriesToStore receipts several times, but once when it is to end.
func TestDeliverTriesToStore(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.poll = time.Millisecond
	failed := make(chan struct{}, 2*recordTries)
	w.node.log = telling("receipts cannot be recorded", failed)
	d := w.node.dispatch()
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	d.store(t.Context(), []blog.Receipt{{State: blog.Sent}})
	same(t, "tries", len(failed), recordTries)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d.store(ctx, []blog.Receipt{{State: blog.Sent}})
	same(t, "tries at the end", len(failed), recordTries+1)
}

// TestDeliverPlainErrors are what every database takes.
func TestDeliverPlainErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"no route to h\u00f6st":    "no route to h\u00f6st",
		"valid for a\x00b\r\n\x7f": "valid for a b   ",
		"broken \xff\xc3(":         "broken \ufffd\ufffd(",
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
