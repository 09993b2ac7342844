package federation

import (
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// held is a world whose one follower's server holds the Create of "hello" until
// answer is called with what it says.
func held(t *testing.T, status int) (w *deliverWorld, p *peertest.Peer, answer func()) {
	w = newDeliverWorld(t)
	w.unhurried() // however slowly all else goes
	w.node.pace.patience = time.Hour
	p = w.peer()
	hold := make(chan struct{})
	p.Answer(peertest.Answer{Status: status, Hold: hold})
	w.follow(p.Join("ann", peertest.Mastodon))
	w.publish("hello", "Hello")
	w.start()
	p.Await(1)
	return w, p, func() { close(hold) }
}

// somethingElse has the worker deliver another post, so that it had its chance
// at whatever else was due.
func (w *deliverWorld) somethingElse() {
	w.publish("other", "Other")
	w.until("sent", "other", all(blog.Sent))
}

func TestDeliverEditOfWhatHasNotLeft(t *testing.T) {
	w := newDeliverWorld(t)
	p := w.peer()
	p.Answer(peertest.Answer{Status: 500})
	w.follow(p.Join("ann", peertest.Mastodon))
	w.publish("hello", "Hello")
	w.start()
	w.until("tried", "hello", tried(1))
	w.publish("hello", "Hello again")
	w.clock.Advance(2 * time.Minute)
	same(t, "receipts", receipts(w.until("sent", "hello", all(blog.Sent))), []string{"Create sent 202 2"})
	if d := p.Deliveries()[1]; !strings.Contains(string(d.Activity.Object.JSON), "Hello again") {
		t.Errorf("the Create tells of %s", d.Activity.Object.JSON)
	}
}

func TestDeliverEditWaitsForTheCreate(t *testing.T) {
	w, p, answer := held(t, 202)
	w.publish("hello", "Hello again")
	w.somethingElse()
	w.publish("hello", "Hello for good")
	w.somethingElse()
	answer()
	ds := w.until("done", "hello", all(blog.Sent, blog.Replaced))
	same(t, "receipts", receipts(ds), []string{"Create sent 202 1", "Update replaced 0 0", "Update sent 202 1"})
	if last := p.Await(3)[2].Activity; last.Type != "Update" || !strings.Contains(string(last.Object.JSON), "Hello for good") {
		t.Errorf("last came %s of %s", last.Type, last.Object.JSON)
	}
}

// TestDeliverEditWaitsForTheRetry of a Create that failed when the edit was
// already made.
func TestDeliverEditWaitsForTheRetry(t *testing.T) {
	w, p, answer := held(t, 503)
	w.publish("hello", "Hello again")
	answer()
	w.until("put off", "hello", func(ds []blog.Delivery) bool { return ds[0].Tries == 1 })
	w.somethingElse()
	w.clock.Advance(2 * time.Minute)
	w.until("sent", "hello", all(blog.Sent))
	// The second Create is the other post's.
	same(t, "order", types(p.Deliveries()), []string{"Create", "Create", "Create", "Update"})
}

func TestDeliverDeleteWaitsForTheCreate(t *testing.T) {
	w, p, answer := held(t, 202)
	w.unpublish("hello")
	w.somethingElse()
	answer()
	p.Await(1, "Delete")
	same(t, "order", types(p.Deliveries()), []string{"Create", "Create", "Delete"})
}

// TestDeliverDeleteIsAlwaysSent even when nothing else about the post arrived:
// what was held may have been stored all the same.
func TestDeliverDeleteIsAlwaysSent(t *testing.T) {
	for name, world := range map[string]func(t *testing.T) (*deliverWorld, *peertest.Peer){
		"before the Create left": func(t *testing.T) (*deliverWorld, *peertest.Peer) {
			w := newDeliverWorld(t)
			p := w.peer()
			w.follow(p.Join("ann", peertest.Mastodon))
			w.publish("hello", "Hello")
			w.unpublish("hello")
			w.start()
			return w, p
		},
		"while a Create fails": func(t *testing.T) (*deliverWorld, *peertest.Peer) {
			w, p, answer := held(t, 503)
			w.unpublish("hello")
			answer()
			w.until("put off", "", func(ds []blog.Delivery) bool { return ds[1].Tries == 1 })
			w.clock.Advance(2 * time.Minute)
			return w, p
		},
		"after the Create failed for good": func(t *testing.T) (*deliverWorld, *peertest.Peer) {
			w, p, answer := held(t, 403)
			answer()
			w.until("failed", "hello", all(blog.Failed))
			w.unpublish("hello")
			return w, p
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, p := world(t)
			d := p.Await(1, "Delete")[0]
			w.until("done", "", all(blog.Sent, blog.Replaced, blog.Failed))
			if n := len(p.Deliveries()); n > 2 || d.Activity.Object.Type != "Tombstone" {
				t.Errorf("%v, the Delete of a %s", types(p.Deliveries()), d.Activity.Object.Type)
			}
		})
	}
}
