package main

import (
	"net/http"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestRelay: named in the configuration, asked at the start, once; left when it
// is not named any more.
func TestRelay(t *testing.T) {
	peer := peertest.New(t)
	relay := peer.Join("relay", peertest.Mastodon)
	p := newProgram(t, "LIMELIGHT_FEDERATION_RELAYS="+relay.IRI)
	p.start()
	asked := peer.Await(1, "Follow")[0]
	state := func() blog.RelayState {
		all := rows[relayRow](p, "relays")
		if len(all) != 1 || all[0].ID != relay.IRI {
			t.Fatalf("relays: %+v", all)
		}
		return all[0].State
	}
	if s := state(); s != blog.RelayAsked {
		t.Errorf("the relay is %s", s)
	}
	if reply := relay.Send(p.url+"/ap/inbox", relay.Act("Accept", asked.Activity.ID)); reply.Status != http.StatusAccepted {
		t.Errorf("the Accept was answered %d %s", reply.Status, reply.Body)
	}
	if s := state(); s != blog.RelayAccepted {
		t.Errorf("the relay is %s", s)
	}
	p.publishNote("public")
	peer.Await(1, "Create")
	p.stop()
	p.start()
	p.publishNote("more")
	peer.Await(2, "Create")
	p.stop()
	p.env = append(p.env, "LIMELIGHT_FEDERATION_RELAYS=")
	p.start()
	peer.Await(1, "Undo")
	if all := rows[relayRow](p, "relays"); len(all) != 0 {
		t.Errorf("relays: %+v", all)
	}
	if n := len(peer.Await(1, "Follow")); n != 1 {
		t.Errorf("the relay was asked %d times", n)
	}
}
