package main

import (
	"slices"
	"strings"
	"testing"

	"limelight/federation/peertest"
)

// TestMove: out to an account that lists the blog, in from another, and back.
func TestMove(t *testing.T) {
	p := startProgram(t)
	peer, bob := p.follower("bob")
	stranger, next := peer.Join("stranger", peertest.Mastodon), peer.Join("next", peertest.GoToSocial)
	next.KnownAs(p.url + "/ap/actor")
	if _, stderr, err := p.try("move", "out", "@"+stranger.Handle, "-yes"); err == nil || !strings.Contains(stderr, "add "+p.url+"/ap/actor") {
		t.Errorf("to who does not list the blog: %v %s", err, stderr)
	}
	if _, stderr, err := p.try("move", "out", "@"+next.Handle); err == nil || !strings.Contains(stderr, "1 follower will be sent to "+next.IRI) {
		t.Errorf("unconfirmed: %v %s", err, stderr)
	}
	if a := p.actor(); a.MovedTo != "" {
		t.Errorf("moved without leave to %s", a.MovedTo)
	}
	p.run("move", "out", "@"+next.Handle, "-yes")
	peer.Await(1, "Move")
	await(t, "movedTo in the actor", func() bool { return p.actor().MovedTo == next.IRI })
	if out := p.run("move"); !strings.Contains(out, "sent to "+next.IRI) {
		t.Errorf("move says %s", out)
	}
	p.write("later.txt", "Still here.\n")
	out, stderr, err := p.try("publish", "later.txt")
	if err != nil || !strings.Contains(stderr, next.IRI) || !strings.HasSuffix(out, p.url+"/posts/later\n") {
		t.Errorf("publishing after the move: %v %s %s", err, out, stderr)
	}
	peer.Await(1, "Create")

	p.run("move", "cancel")
	peer.Await(2, "Update")
	p.run("move", "in", bob.IRI)
	peer.Await(3, "Update")
	await(t, "the account of before in the actor", func() bool {
		a := p.actor()
		return a.MovedTo == "" && slices.Equal(a.AlsoKnownAs, []string{bob.IRI})
	})
	p.run("move", "cancel", "@"+bob.Handle)
	await(t, "the actor without it", func() bool { return len(p.actor().AlsoKnownAs) == 0 })
	if _, stderr, err := p.try("move", "cancel"); err == nil || !strings.Contains(stderr, "nothing to cancel") {
		t.Errorf("cancelled twice: %v %s", err, stderr)
	}
}
