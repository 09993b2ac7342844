package federation

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// relayState is where the world stands with its one relay.
func (w *inboxWorld) relayState() blog.RelayState {
	w.t.Helper()
	all, err := w.db.Relays(w.t.Context())
	w.must(err)
	if len(all) != 1 {
		w.t.Fatalf("relays: %+v", all)
	}
	return all[0].State
}

// TestRelayConversation: a Follow once, its answer, what is public, the Undo.
func TestRelayConversation(t *testing.T) {
	w := newAccountWorld(t)
	p := w.peer(2)
	relay, eve := p.Join("relay", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	w.node.relays = []string{relay.IRI}
	for range 2 {
		if !w.node.askRelays(t.Context()) {
			t.Fatal("the relay was not asked")
		}
	}
	w.deliver()
	asked := p.Await(1, "Follow")[0]
	if asked.Activity.Object.ID != relay.IRI || asked.Path != "/users/relay/inbox" {
		t.Errorf("it was asked by %s at %s", asked.Body, asked.Path)
	}
	follow := map[string]any{"id": asked.Activity.ID, "type": "Follow", "actor": w.node.blog.ActorIRI(), "object": relay.IRI}
	for name, a := range map[string]struct {
		by     *peertest.Account
		object any
	}{
		"by somebody else":          {eve, asked.Activity.ID},
		"of a Follow by itself":     {relay, relay.IRI + "/follows/1"},
		"of another activity of us": {relay, w.node.blog.ActivityIRI("0193a5f5-3c4d-7e5f-8a61-7c8d9e0f1a01")},
		"of a post of ours":         {relay, w.postIRI()},
	} {
		w.send(a.by, 202, a.by.Act("Accept", a.object))
		if s := w.relayState(); s != blog.RelayAsked {
			t.Errorf("after an Accept %s it is %s", name, s)
		}
	}
	w.send(relay, 202, relay.Act("Reject", asked.Activity.ID))
	if s := w.relayState(); s != blog.RelayRejected {
		t.Errorf("after the Reject it is %s", s)
	}
	w.send(relay, 202, relay.Act("Accept", follow))
	if s := w.relayState(); s != blog.RelayAccepted {
		t.Errorf("after the Accept it is %s", s)
	}
	w.send(relay, 202, relay.Act("Follow", w.node.blog.ActorIRI())) // Pleroma's relay follows back
	w.want("after it followed back", "follower relay")
	w.publish("public")
	p.Await(1, "Create")
	w.settled()
	if n := len(p.Await(1, "Create")); n != 1 {
		t.Errorf("it got the post %d times", n)
	}
	w.send(relay, 202, relay.Act("Announce", eve.IRI+"/statuses/1")) // what others wrote
	w.want("after it passed a stranger's post on", "follower relay")

	w.node.relays = nil
	w.node.askRelays(t.Context())
	undo := p.Await(1, "Undo")[0]
	var object struct{ ID, Type, Actor, Object string }
	w.must(json.Unmarshal(undo.Activity.Object.JSON, &object))
	if object.ID != asked.Activity.ID || object.Type != "Follow" || object.Object != relay.IRI || object.Actor != w.node.blog.ActorIRI() {
		t.Errorf("it was left by %s", undo.Body)
	}
	if n := len(p.Await(1, "Follow")); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
}

func TestRelayOutOfReach(t *testing.T) {
	w := newAccountWorld(t)
	p := w.peer(2)
	relay := p.Join("relay", peertest.Mastodon)
	p.Serve("/actor", relay.Document())
	for name, c := range map[string]struct{ iri, says string }{
		"one that is down":             {p.URL + "/users/nobody", "404"},
		"one whose id is another":      {p.URL + "/actor", "its id is " + relay.IRI},
		"ourselves":                    {w.node.blog.ActorIRI(), "this blog itself"},
		"one in a network of somebody": {"http://192.0.2.1/actor", "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			w.node.relays = []string{c.iri}
			if w.node.askRelays(t.Context()) {
				t.Error("there is nothing left to do")
			}
			all, err := w.db.Relays(t.Context())
			w.must(err)
			if len(all) != 1 || all[0].State != blog.RelayUnreached || !strings.Contains(all[0].Error, c.says) {
				t.Errorf("%+v, want %q", all, c.says)
			}
		})
	}
	w.node.relays = []string{relay.IRI}
	relay.Leave(http.StatusBadGateway)
	if w.node.askRelays(t.Context()) {
		t.Error("done with a relay that has trouble")
	}
	relay.Leave(http.StatusOK)
	if !w.node.askRelays(t.Context()) || w.relayState() != blog.RelayAsked {
		t.Error("not asked after its trouble")
	}
}
