package federation

import (
	"net/http"
	"testing"

	"limelight/federation/peertest"
)

// TestForwarded: eve passes on what bob wrote. It counts only as far as bob's
// own server serves it.
func TestForwarded(t *testing.T) {
	w := newInboxWorld(t)
	bob, eve := w.peer(2).Join("bob", peertest.GoToSocial), w.peer(3).Join("eve", peertest.Mastodon)
	note := bob.Note(w.postIRI(), "<p>True</p>")
	create := bob.Act("Create", note)
	forged := note
	forged.Content = "<p>Forged</p>"
	create.Object = forged
	w.send(eve, 202, create)
	w.want("after a forged forward", "comment bob public shown: True")

	note.Content, note.Updated = "<p>Edited</p>", "2099-01-01T00:00:00Z"
	bob.Publish(note)
	w.send(eve, 202, bob.Act("Update", note.ID))
	w.want("after a forwarded edit", "comment bob public shown: Edited (edited)")

	w.send(eve, 202, bob.Act("Delete", note.ID))
	w.want("after a forwarded deletion of what is still there", "comment bob public shown: Edited (edited)")
	bob.Leave(http.StatusGone)
	w.send(eve, 202, bob.Act("Delete", note.ID))
	w.want("after it is gone", "comment bob public erased:  (edited)")
}

func TestForwardedNonsense(t *testing.T) {
	w, bob, eve, note := replied(t)
	before := w.state()
	like := bob.Act("Like", w.postIRI())
	w.send(eve, 401, like)
	w.send(eve, 401, bob.Act("Follow", w.node.blog.ActorIRI()))
	w.send(eve, 202, bob.Act("Delete", bob.IRI+"/../../"))
	elsewhere := bob.Act("Create", eve.Note(w.postIRI(), "<p>By eve</p>"))
	w.send(eve, 401, elsewhere)
	private := bob.Note(w.postIRI(), "<p>Private</p>")
	private.To, private.CC = []string{bob.IRI + "/followers"}, nil
	bob.Publish(private)
	told := private
	told.To = []string{"https://www.w3.org/ns/activitystreams#Public"}
	w.send(eve, 202, bob.Act("Create", told))
	w.want("after all", before...)
	inEvesMouth := bob.Note(w.postIRI(), "<p>I am eve</p>")
	inEvesMouth.AttributedTo = eve.IRI // at bob's server, which does not speak for her
	bob.Publish(inEvesMouth)
	w.send(eve, 400, bob.Act("Create", inEvesMouth))
	w.want("after a note in another's name", before...)
	unrelated := bob.Note("https://other.test/1", "<p>Unrelated</p>")
	w.send(eve, 202, bob.Act("Create", unrelated))
	w.want("after what does not belong here", before...)
	w.must(w.db.AddBlock(t.Context(), "127.0.0.2"))
	w.send(eve, 403, bob.Act("Update", note))
}

// TestForwardedDeletionOfAPrivateReply: its server answers 404 to everybody but
// whom it is for, which says nothing.
func TestForwardedDeletionOfAPrivateReply(t *testing.T) {
	w := newInboxWorld(t)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	note := bob.Note(w.postIRI(), "<p>Between us</p>")
	note.To, note.CC = []string{w.node.blog.ActorIRI()}, nil
	w.send(bob, 202, bob.Act("Create", note))
	bob.Leave(http.StatusNotFound)
	w.send(eve, 202, bob.Act("Delete", note.ID))
	if got := w.privately(); len(got) != 1 || got[0] != "direct Between us" {
		t.Errorf("after it the author sees %q", got)
	}
	w.send(bob, 202, bob.Act("Delete", note.ID))
	if got := w.privately(); len(got) != 1 || got[0] == "direct Between us" {
		t.Errorf("after bob's own deletion the author sees %q", got)
	}
}
