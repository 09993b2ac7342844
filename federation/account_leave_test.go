package federation

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// status is what a GET of our address answers.
func (w *inboxWorld) status(address string) int {
	w.t.Helper()
	resp, err := http.Get(address)
	w.must(err)
	resp.Body.Close()
	return resp.StatusCode
}

// TestLeaving: everyone is told while the key can be fetched, and then it is
// 410 for all.
func TestLeaving(t *testing.T) {
	w := newAccountWorld(t)
	p, q := w.peer(2), w.peer(3)
	bob, eve := p.Join("bob", peertest.Mastodon), q.Join("eve", peertest.GoToSocial)
	w.send(bob, 202, bob.Act("Follow", w.node.blog.ActorIRI()))
	w.send(eve, 202, eve.Act("Like", w.postIRI())) // does not follow
	hold := make(chan struct{})
	q.AnswerAll(peertest.Answer{Hold: hold})
	w.deliver()
	p.Await(1, "Accept")
	n, err := w.db.DeleteActor(t.Context())
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.must(w.node.LoadAccount(t.Context()))
	for peer, who := range map[*peertest.Peer]string{p: "the follower", q: "who liked a post"} {
		d := peer.Await(1, "Delete")[0]
		var a struct{ Actor, Object string }
		w.must(json.Unmarshal(d.Body, &a))
		if us := w.node.blog.ActorIRI(); a.Actor != us || a.Object != us {
			t.Errorf("%s was told %s", who, d.Body)
		}
	}
	w.must(w.node.depart(t.Context()))
	if s := w.status(w.node.blog.ActorIRI()); s != http.StatusOK {
		t.Errorf("the actor answers %d while somebody is being told", s)
	}
	w.send(bob, http.StatusGone, bob.Act("Like", w.postIRI()))
	close(hold)
	w.settled()
	w.must(w.node.depart(t.Context()))
	for _, address := range []string{w.node.blog.ActorIRI(), w.node.blog.CollectionIRI("outbox"), w.postIRI()} {
		if s := w.status(address); s != http.StatusGone {
			t.Errorf("%s answers %d after the farewell", address, s)
		}
	}
	if s := w.status(w.node.blog.BaseURL + "/posts/hello"); s == http.StatusGone {
		t.Error("pages are gone too")
	}
}

// TestNoFarewellByAccident: a row in the table of activities is not enough.
func TestNoFarewellByAccident(t *testing.T) {
	w := newAccountWorld(t)
	if body, err := w.node.Render(t.Context(), blog.Activity{ID: "x", Type: "Delete", Object: blog.ActorObject}); !errors.Is(err, ErrMoot) {
		t.Errorf("%v %s", err, body)
	}
	w.must(w.node.depart(t.Context()))
	w.must(w.db.Close())
	if err := w.node.LoadAccount(t.Context()); err == nil {
		t.Error("a database that is closed can be read")
	}
	if s := w.status(w.node.blog.ActorIRI()); s != http.StatusOK {
		t.Errorf("without a database the actor answers %d", s)
	}
}
