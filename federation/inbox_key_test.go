package federation

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"limelight/federation/peertest"
)

func TestKeyShapes(t *testing.T) {
	for _, shape := range []peertest.Shape{peertest.Mastodon, peertest.GoToSocial, peertest.Misskey, peertest.Standalone} {
		t.Run(string(shape), func(t *testing.T) {
			w := newInboxWorld(t)
			p := w.peer(2)
			bob := p.Join("bob", shape)
			for range 3 {
				w.send(bob, 202, bob.Act("Follow", w.node.blog.ActorIRI()))
			}
			w.want("after Follows", "follower "+lastPart(bob.IRI))
			if n := p.Fetches(strings.TrimPrefix(bob.IRI, p.URL)); n != 1 {
				t.Errorf("the actor was fetched %d times for three activities", n)
			}
			f, err := w.db.Followers(t.Context(), 0, 0)
			w.must(err)
			if f[0].Actor.Handle != bob.Handle || f[0].Actor.Inbox != bob.Inbox || f[0].Actor.SharedInbox != bob.Shared {
				t.Errorf("it is known as %+v", f[0].Actor)
			}
		})
	}
}

func TestKeyNotReachable(t *testing.T) {
	w := newInboxWorld(t)
	p := w.peer(2)
	bob := p.Join("bob", peertest.Mastodon)
	for name, c := range map[string]struct{ documents, status int }{
		"the server has trouble": {http.StatusBadGateway, 503},
		"it is overloaded":       {http.StatusTooManyRequests, 503},
	} {
		bob.Leave(c.documents)
		reply := w.send(bob, c.status, bob.Act("Like", w.postIRI()))
		if c.status == 503 && reply.Header.Get("Retry-After") == "" {
			t.Errorf("%s: it is not told when to come again", name)
		}
	}
	w = newInboxWorld(t)
	bob.Leave(http.StatusNotFound)
	w.send(bob, 401, bob.Act("Like", w.postIRI()))
	p.Close()
	w = newInboxWorld(t)
	w.send(bob, 503, bob.Act("Like", w.postIRI()))
	w.want("after all")
}

// newLaterWorld is a world whose node thinks that it is later than it is.
func newLaterWorld(t *testing.T) (w *inboxWorld, later func(time.Duration)) {
	var shift atomic.Int64
	w = newInboxWorld(t, func(o *Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
	})
	return w, func(d time.Duration) { shift.Store(int64(d)) }
}

func TestKeyRotated(t *testing.T) {
	w, later := newLaterWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	w.send(bob, 202, bob.Act("Follow", w.node.blog.ActorIRI()))
	bob.Rotate()
	w.send(bob, 401, bob.Act("Like", w.postIRI())) // fetched a moment ago; a sender tries again after a 401
	later(2 * justNow)
	w.send(bob, 202, bob.Act("Like", w.postIRI()))
	w.want("after a new key", "follower bob", "like bob")
	w.send(bob, 401, bob.Act("Announce", w.postIRI()), peertest.OtherKey)
}

// TestDeletedAccount: the key is usually gone when the deletion arrives.
func TestDeletedAccount(t *testing.T) {
	for name, c := range map[string]struct {
		documents, status int
		removed           bool
	}{
		"still served": {http.StatusOK, 202, true}, // the key that is known verifies it
		"gone":         {http.StatusGone, 202, true},
		"not found":    {http.StatusNotFound, 202, true},
	} {
		t.Run(name, func(t *testing.T) {
			w, bob, _, _ := replied(t)
			w.send(bob, 202, bob.Act("Follow", w.node.blog.ActorIRI()))
			bob.Leave(c.documents)
			w.send(bob, c.status, bob.Act("Delete", bob.IRI))
			w.want("after the deletion", "comment bob public erased: ")
		})
	}
}

// TestForgedDeletion: of an account, signed by somebody else or not at all.
func TestForgedDeletion(t *testing.T) {
	for name, c := range map[string]struct{ documents, status int }{
		"still there":                       {http.StatusOK, 401},
		"not found, which may be a mistake": {http.StatusNotFound, 401},
		"gone, as its own server says":      {http.StatusGone, 202},
	} {
		for _, twist := range []peertest.Twist{peertest.Unsigned, peertest.OtherKey, peertest.OldDate} {
			t.Run(name+", "+string(twist), func(t *testing.T) {
				w, later := newLaterWorld(t)
				bob := w.peer(2).Join("bob", peertest.Mastodon)
				w.send(bob, 202, bob.Act("Create", bob.Note(w.postIRI(), "<p>Mine</p>")))
				later(2 * justNow)
				bob.Leave(c.documents)
				w.send(bob, c.status, bob.Act("Delete", bob.IRI), twist)
				if c.status == 401 {
					w.want("after it", "comment bob public shown: Mine")
				} else {
					w.want("after it", "comment bob public erased: ")
				}
			})
		}
	}
}
