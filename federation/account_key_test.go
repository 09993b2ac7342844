package federation

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/federation/signature"
	"limelight/storage"
)

// newAccountWorld is a world whose blog's row and key are in the database, and
// whose deliveries leave.
func newAccountWorld(t *testing.T, changes ...func(*Options)) *inboxWorld {
	t.Helper()
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	w := newInboxWorld(t, append([]func(*Options){func(o *Options) {
		if o.Key, err = ParseKey(key); err != nil {
			t.Fatal(err)
		}
	}}, changes...)...)
	_, err = w.db.StartBlog(t.Context(), w.node.blog.BaseURL, func() (string, error) { return key, nil }, nil)
	w.must(err)
	w.must(w.node.LoadAccount(t.Context()))
	return w
}

// deliver runs the delivery worker until the test ends.
func (w *inboxWorld) deliver() {
	w.node.pace.poll = 10 * time.Millisecond
	var done sync.WaitGroup
	done.Go(func() { w.node.Deliver(w.t.Context()) })
	w.t.Cleanup(done.Wait) // the context has ended by then
}

// rotate gives the actor a new key, as the command does.
func (w *inboxWorld) rotate() {
	w.t.Helper()
	key, err := NewKey()
	w.must(err)
	_, _, err = w.db.RotateKey(w.t.Context(), key, storage.RotateOptions{})
	w.must(err)
}

// stubborn is a server that never asks for a key again that it has: it answers
// as refuses says to everything that its key does not verify.
type stubborn struct {
	mu      sync.Mutex
	public  *rsa.PublicKey
	refuses int
	took    []string // types of what it accepted
}

func (s *stubborn) inbox(w http.ResponseWriter, r *http.Request, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var a struct {
		Type   string
		Object struct {
			PublicKey struct{ ID, PublicKeyPem string }
		}
	}
	signed, err := signature.Parse(r)
	if err == nil {
		err = signed.Verify(r, body, "http://"+r.Host, time.Now(), s.public)
	}
	if err = errors.Join(err, json.Unmarshal(body, &a)); err != nil {
		w.WriteHeader(s.refuses)
		return
	}
	if pem := a.Object.PublicKey.PublicKeyPem; pem != "" {
		public, err := parsePEM(pem)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.public = public.(*rsa.PublicKey)
	}
	s.took = append(s.took, a.Type)
	w.WriteHeader(http.StatusAccepted)
}

// TestStubbornPeers: those who know the old key alone take what comes next by
// it, and learn of the new one.
func TestStubbornPeers(t *testing.T) {
	for name, status := range map[string]int{"GoToSocial": 401, "Lemmy": 400, "Pleroma": 403} {
		t.Run(name, func(t *testing.T) {
			w := newAccountWorld(t)
			s := &stubborn{public: &w.node.standing.Load().key.Private.PublicKey, refuses: status}
			inbox := w.listen(s.inbox)
			_, err := w.db.Follow(t.Context(), storage.Incoming{}, blog.Follower{Actor: blog.Actor{IRI: inbox + "/a", Type: "Person", Inbox: inbox}, FollowID: "f"})
			w.must(err)
			w.deliver()
			w.settled()
			w.rotate()
			w.settled()
			w.must(w.node.LoadAccount(t.Context()))
			w.publish("later")
			w.settled()
			if want := []string{"Accept", "Update", "Create"}; !slices.Equal(s.took, want) {
				t.Errorf("it took %q, want %q", s.took, want)
			}
		})
	}
}

// TestPeerThatHasTheNewKey gets the Update that brings the key, too.
func TestPeerThatHasTheNewKey(t *testing.T) {
	w := newAccountWorld(t)
	p := w.peer(2)
	bob := p.Join("bob", peertest.Mastodon)
	w.send(bob, 202, bob.Act("Follow", w.node.blog.ActorIRI()))
	w.deliver()
	p.Await(1, "Accept")
	w.rotate()
	update := p.Await(1, "Update")[0]
	var object struct{ PublicKey struct{ ID string } }
	w.must(json.Unmarshal(update.Activity.Object.JSON, &object))
	if want := w.node.blog.ActorIRI() + "#key-2"; object.PublicKey.ID != want {
		t.Errorf("the Update brings the key %s, want %s", object.PublicKey.ID, want)
	}
	if s := w.node.standing.Load(); s.key.ID != object.PublicKey.ID || s.replaced.ID != w.node.blog.KeyIRI() {
		t.Errorf("the node signs by %s, before by %s", s.key.ID, s.replaced.ID)
	}
	w.publish("later")
	p.Await(1, "Create") // the peer fetched the new key, by its new id
}

// TestReplacedKeyHasItsTime: it is never used after its window.
func TestReplacedKeyHasItsTime(t *testing.T) {
	late := false
	w := newAccountWorld(t, func(o *Options) {
		o.Now = func() time.Time {
			if late {
				return time.Now().Add(storage.KeyWindow)
			}
			return time.Now()
		}
	})
	var keys []string
	inbox := w.listen(func(w http.ResponseWriter, r *http.Request, _ []byte) {
		signed, err := signature.Parse(r)
		if err != nil {
			t.Error(err)
			return
		}
		if key := lastPart(signed.KeyID); len(keys) == 0 || keys[len(keys)-1] != key { // each knocks by both schemes
			keys = append(keys, key)
		}
		w.WriteHeader(http.StatusUnauthorized)
	})
	w.rotate()
	w.must(w.node.LoadAccount(t.Context()))
	for _, late = range []bool{false, true} {
		_, err := w.node.post(t.Context(), &claimed{Delivery: blog.Delivery{Inbox: inbox}}, signature.NewBody([]byte("{}")))
		w.must(err)
	}
	if want := []string{"actor#key-2", "actor#main-key", "actor#key-2"}; !slices.Equal(keys, want) {
		t.Errorf("signed by %q, want %q", keys, want)
	}
}

// TestUnreadableKey: whatever is wrong in the database, the actor stays as it was.
func TestUnreadableKey(t *testing.T) {
	w := newAccountWorld(t)
	before := w.node.standing.Load().key.ID
	for _, pem := range []string{"", "no PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		_, _, err := w.db.RotateKey(t.Context(), pem, storage.RotateOptions{Again: true})
		w.must(err)
		if err := w.node.LoadAccount(t.Context()); err == nil || w.node.standing.Load().key.ID != before {
			t.Errorf("%q: %v, %s", pem, err, w.node.standing.Load().key.ID)
		}
	}
}
