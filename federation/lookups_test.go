package federation

import (
	"fmt"
	"net/http"
	"testing"

	"limelight/federation/peertest"
)

// lookUpAll does every lookup that is due now.
func (w *inboxWorld) lookUpAll() {
	w.t.Helper()
	for range 100 {
		if !w.node.lookUpDue(w.t.Context()) {
			return
		}
	}
	w.t.Error("lookups do not end")
}

// toUs is a note that mentions the blog by its address.
func (w *inboxWorld) toUs(a *peertest.Account, inReplyTo, text string) peertest.Note {
	n := a.Note(inReplyTo, "<p>"+text+"</p>")
	n.CC = append(n.CC, w.node.blog.ActorIRI())
	a.Publish(n)
	return n
}

// TestChildBeforeParent: the one delivered is the last of a thread of which
// nothing else has come yet.
func TestChildBeforeParent(t *testing.T) {
	w := newInboxWorld(t)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.GoToSocial)
	first := bob.Note(w.postIRI(), "<p>First</p>")
	second := eve.Note(first.ID, "<p>Second</p>")
	third := w.toUs(bob, second.ID, "Third")
	w.send(bob, 202, bob.Act("Create", third))
	w.want("before the lookups")
	w.lookUpAll()
	w.want("after the lookups",
		"comment bob public shown: First",
		"comment bob public shown: Third (under 2)",
		"comment eve public shown: Second (under 1)")
	w.send(bob, 202, bob.Act("Create", first)) // comes late
	w.want("after the late delivery",
		"comment bob public shown: First",
		"comment bob public shown: Third (under 2)",
		"comment eve public shown: Second (under 1)")
}

// TestParentArrives: the parent cannot be had for now, then is delivered.
func TestParentArrives(t *testing.T) {
	w := newInboxWorld(t)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	first := eve.Note(w.postIRI(), "<p>First</p>")
	w.send(bob, 202, bob.Act("Create", w.toUs(bob, first.ID, "Second")))
	eve.Leave(http.StatusServiceUnavailable)
	w.lookUpAll()
	w.want("while eve's server has trouble")
	eve.Leave(http.StatusOK)
	other := w.peer(4).Join("eve", peertest.Mastodon)
	w.send(other, 202, other.Act("Like", w.postIRI()))
	w.send(eve, 202, eve.Act("Create", first))
	w.lookUpAll()
	w.want("after the parent arrived",
		"comment bob public shown: Second (under 1)",
		"comment eve public shown: First",
		"like eve")
}

// TestLookupsOfNoConcern: what leads elsewhere is let go of.
func TestLookupsOfNoConcern(t *testing.T) {
	w := newInboxWorld(t)
	p := w.peer(2)
	bob := p.Join("bob", peertest.Mastodon)
	root := bob.Note("", "<p>Another thread</p>")
	w.send(bob, 202, bob.Act("Create", bob.Note(root.ID, "<p>Not to us</p>")))
	if due, err := w.db.LookupsDue(t.Context()); err != nil || due {
		t.Errorf("what is not to us is looked up: %t %v", due, err)
	}
	w.send(bob, 202, bob.Act("Create", w.toUs(bob, root.ID, "Look at this, blog")))
	w.send(bob, 202, bob.Act("Create", w.toUs(bob, p.URL+"/nothing", "Answers nothing")))
	self := w.toUs(bob, "", "Circle")
	self.InReplyTo = self.ID
	bob.Publish(self)
	w.send(bob, 202, bob.Act("Create", self))
	parent := bob.Note("", "<p>Root</p>").ID
	for i := range maxThreadDepth + 5 {
		parent = bob.Note(parent, fmt.Sprintf("<p>%d</p>", i)).ID
	}
	w.send(bob, 202, bob.Act("Create", w.toUs(bob, parent, "Deep")))
	w.lookUpAll()
	w.want("after all lookups")
	if n := p.Fetches("/users/bob/statuses/1"); n > 2 {
		t.Errorf("the root was fetched %d times", n)
	}
}

// TestLookupIsBelievedOnlyFromItsOrigin: a parent that a server makes up for
// somebody else's host is not taken (FEP-fe34).
func TestLookupIsBelievedOnlyFromItsOrigin(t *testing.T) {
	w := newInboxWorld(t)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	forged := eve.Note(w.postIRI(), "<p>Said by bob</p>")
	forged.AttributedTo = bob.IRI
	eve.Publish(forged)
	w.send(eve, 202, eve.Act("Create", w.toUs(eve, forged.ID, "I agree")))
	w.lookUpAll()
	w.want("after the lookups")
}
