package federation

import (
	"strings"
	"testing"

	"limelight/federation/peertest"
)

// replied is a world with a comment by bob, and eve at another server.
func replied(t *testing.T) (w *inboxWorld, bob, eve *peertest.Account, note peertest.Note) {
	w = newInboxWorld(t)
	bob, eve = w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.GoToSocial)
	note = bob.Note(w.postIRI(), "<p>Mine</p>")
	w.send(bob, 202, bob.Act("Create", note))
	w.want("after the reply", "comment bob public shown: Mine")
	return w, bob, eve, note
}

// TestOnlyTheOwner: nobody changes what is not theirs (FEP-fe34, CVE-2024-37903).
func TestOnlyTheOwner(t *testing.T) {
	w, bob, eve, note := replied(t)
	forged := note
	forged.Content, forged.Updated = "<p>Forged</p>", "2099-01-01T00:00:00Z"
	stolen := forged
	stolen.AttributedTo = eve.IRI
	like := bob.Act("Like", w.postIRI())
	w.send(bob, 202, like)
	follow := bob.Act("Follow", w.node.blog.ActorIRI())
	w.send(bob, 202, follow)
	before := w.state()
	for name, c := range map[string]struct {
		status   int
		activity any
	}{
		"a Create of another's note":        {400, eve.Act("Create", note)},
		"an Update of another's note":       {400, eve.Act("Update", forged)},
		"another's note as one's own":       {400, eve.Act("Update", stolen)},
		"a Delete of another's note":        {403, eve.Act("Delete", note.ID)},
		"a Delete of another":               {403, eve.Act("Delete", bob.IRI)},
		"an Update of another":              {400, eve.Act("Update", bob.IRI)},
		"an Undo of another's like":         {403, eve.Act("Undo", like)},
		"an Undo of another's like by id":   {403, eve.Act("Undo", like.ID)},
		"an Undo of another's follow":       {403, eve.Act("Undo", follow)},
		"an Undo of another's follow by id": {403, eve.Act("Undo", follow.ID)},
		"an Undo of a like posing as eve's": {202, eve.Act("Undo", peertest.Act{ID: like.ID, Type: "Like", Actor: eve.IRI, Object: w.postIRI()})},
	} {
		t.Run(name, func(t *testing.T) {
			if reply := eve.Send(w.inbox, c.activity); reply.Status != c.status {
				t.Errorf("%d %s, want %d", reply.Status, reply.Body, c.status)
			}
			w.want("after it", before...)
		})
	}
	// Signed by one, said to be by another.
	asBob := eve.Act("Delete", note.ID)
	asBob.Actor, asBob.ID = bob.IRI, note.ID+"#delete"
	w.send(eve, 202, asBob) // looked up, and still there
	w.want("after a Delete in bob's name", before...)
}

// TestSameHostIsNotSameAuthor: a neighbour at bob's server passes the check of
// the host, not that of the author.
func TestSameHostIsNotSameAuthor(t *testing.T) {
	w := newInboxWorld(t)
	p := w.peer(2)
	bob, nan := p.Join("bob", peertest.Mastodon), p.Join("nan", peertest.Mastodon)
	note := bob.Note(w.postIRI(), "<p>Mine</p>")
	w.send(bob, 202, bob.Act("Create", note))
	stolen := note
	stolen.AttributedTo, stolen.Content, stolen.Updated = nan.IRI, "<p>Hers</p>", "2099-01-01T00:00:00Z"
	w.send(nan, 403, nan.Act("Update", stolen))
	w.send(nan, 202, nan.Act("Create", stolen))
	w.send(nan, 403, nan.Act("Delete", note.ID))
	w.send(nan, 400, nan.Act("Create", bob.Note(w.postIRI(), "<p>Never said</p>")))
	w.want("after all", "comment bob public shown: Mine")
}

func TestEdits(t *testing.T) {
	w, bob, _, note := replied(t)
	edit := func(text, updated string) {
		t.Helper()
		n := note
		n.Content, n.Updated = "<p>"+text+"</p>", updated
		w.send(bob, 202, bob.Act("Update", n))
	}
	edit("Mine", "")
	w.want("after new counts", "comment bob public shown: Mine")
	edit("Second", "2099-01-01T00:00:02Z")
	w.want("after an edit", "comment bob public shown: Second (edited)")
	edit("First", "2099-01-01T00:00:01Z")
	w.want("after an edit that came late", "comment bob public shown: Second (edited)")
	w.send(bob, 202, bob.Act("Delete", note.ID))
	edit("Third", "2099-01-01T00:00:03Z")
	w.send(bob, 202, bob.Act("Create", note))
	w.want("after the deletion", "comment bob public erased:  (edited)")

	n := bob.Note(w.postIRI(), "<p>Never seen</p>")
	n.Updated = "2099-01-01T00:00:00Z"
	w.send(bob, 202, bob.Act("Update", n))
	w.send(bob, 202, bob.Act("Create", n))
	w.want("after an Update ahead of its Create", "comment bob public erased:  (edited)", "comment bob public shown: Never seen (edited)")
}

// TestMadePrivate: who edits a public reply into a private one wants it off the page.
func TestMadePrivate(t *testing.T) {
	w, bob, _, note := replied(t)
	note.To, note.CC, note.Updated = []string{bob.IRI + "/followers"}, nil, "2099-01-01T00:00:00Z"
	w.send(bob, 202, bob.Act("Update", note))
	if shown := w.onPage(); len(shown) != 0 {
		t.Errorf("readers see %q", shown)
	}
}

func TestBlockedOnEveryPath(t *testing.T) {
	w, bob, _, note := replied(t)
	for _, target := range []string{bob.IRI, "127.0.0.2"} {
		w.must(w.db.AddBlock(t.Context(), target))
		for _, activity := range []peertest.Act{
			bob.Act("Follow", w.node.blog.ActorIRI()), bob.Act("Like", w.postIRI()), bob.Act("Announce", w.postIRI()),
			bob.Act("Create", bob.Note(w.postIRI(), "<p>More</p>")), bob.Act("Update", note),
		} {
			w.send(bob, 403, activity)
		}
		if n, err := w.db.CountFollowers(t.Context()); n != 0 || err != nil {
			t.Errorf("%d followers, %v", n, err)
		}
		w.must(w.db.RemoveBlock(t.Context(), target))
	}
	w.send(bob, 202, bob.Act("Like", w.postIRI()))
	if got := w.state(); got[len(got)-1] != "like bob" {
		t.Errorf("after the unblock: %q", got)
	}
}

// TestNothingIsFetchedFromTheBlocked: not even the key of who passes on what
// somebody else wrote.
func TestNothingIsFetchedFromTheBlocked(t *testing.T) {
	w := newInboxWorld(t)
	blocked := w.peer(3)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), blocked.Join("eve", peertest.Mastodon)
	w.must(w.db.AddBlock(t.Context(), "127.0.0.3"))
	w.send(eve, 403, bob.Act("Create", bob.Note(w.postIRI(), "<p>Passed on</p>")))
	if n := blocked.Fetches(strings.TrimPrefix(eve.IRI, eve.Origin())); n > 0 {
		t.Errorf("asked %d times", n)
	}
	w.want("after it")
}
