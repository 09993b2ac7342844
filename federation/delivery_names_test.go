package federation

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestNamesThatAreNotFound: a host whose name does not resolve, for whatever
// reason, is one that cannot be reached for now: a delivery is tried again and
// an activity put off.
func TestNamesThatAreNotFound(t *testing.T) {
	for name, resolver := range failingNames(t) {
		t.Run(name, func(t *testing.T) {
			b := defaultBounds()
			b.resolver, b.dial = resolver, 200*time.Millisecond
			w := newDeliverWorld(t)
			w.patient(b, 0)
			w.followBy(blog.Actor{IRI: "https://peer.test/u", Type: "Person", Inbox: "https://peer.test/inbox"})
			w.settle()
			w.publish("hello", "Hello")
			w.start()
			d := w.until("tried", "hello", tried(1))[0]
			if d.State != blog.Pending || !strings.Contains(d.Error, "lookup") && !strings.Contains(d.Error, "timeout") || !d.NextTry.After(w.clock.Now()) {
				t.Errorf("%+v", d)
			}
			in := newInboxWorld(t)
			in.node.directory.client = testClient(t, clientOptions(), b)
			bob := peertest.Adopt(t, "https://peer.test/u", "https://peer.test/u#main-key", "https://peer.test/inbox", peertest.ProcessKey())
			in.send(bob, http.StatusServiceUnavailable, bob.Act("Like", in.postIRI()))
		})
	}
}
