package federation

import (
	"strings"
	"testing"

	"limelight/federation/peertest"
)

// The whole inbox against RFC 9421: what a peer wrote apart from us signs with
// it, rightly and wrongly.
func TestInboxBySchemeRFC9421(t *testing.T) {
	w := newInboxWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	like := bob.Act("Like", w.postIRI())
	w.inbox += "?tracking=1"
	for _, twist := range append(peertest.WrongRFC9421(), peertest.QueryNotCovered) {
		if reply := bob.Send(w.inbox, like, twist); reply.Status != 401 && reply.Status != 400 || strings.Contains(reply.Body, "Retry") {
			t.Errorf("%s: %d %s", twist, reply.Status, reply.Body)
		}
	}
	w.want("after signatures that prove nothing")
	for _, twist := range peertest.RightRFC9421() {
		w.send(bob, 202, like, twist)
		w.want("signed with "+string(twist), "like bob")
		w.send(bob, 202, bob.Act("Undo", like), twist)
		like = bob.Act("Like", w.postIRI())
	}
}

// Mastodon 4.7 verifies ed25519, so others may come to sign with it.
func TestInboxByEd25519(t *testing.T) {
	w := newInboxWorld(t)
	for _, shape := range []peertest.Shape{peertest.Mastodon, peertest.GoToSocial, peertest.Standalone} {
		bob := w.peer(2).Join("bob", shape)
		bob.Edwards()
		for _, twists := range [][]peertest.Twist{{peertest.RFC9421}, {peertest.NoAlg}, nil} {
			like := bob.Act("Like", w.postIRI())
			w.send(bob, 202, like, twists...)
			w.want("signed by Ed25519", "like bob")
			if reply := bob.Send(w.inbox, bob.Act("Undo", like), peertest.BodyChanged); reply.Status != 401 {
				t.Errorf("changed: %d %s", reply.Status, reply.Body)
			}
			w.send(bob, 202, bob.Act("Undo", like), twists...)
		}
	}
}

// The key that signs must be the actor's, by whichever scheme.
func TestInboxMessageOfAnother(t *testing.T) {
	w := newInboxWorld(t)
	p := w.peer(2)
	bob, eve := p.Join("bob", peertest.Mastodon), p.Join("eve", peertest.Mastodon)
	if reply := eve.Send(w.inbox, bob.Act("Like", w.postIRI()), peertest.RFC9421); reply.Status != 401 {
		t.Errorf("another's activity: %d %s", reply.Status, reply.Body)
	}
	w.want("after another's activity")
}
