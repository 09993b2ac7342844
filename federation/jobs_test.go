package federation

import (
	"context"
	"testing"
	"time"

	"limelight/federation/peertest"
)

// TestForTheTalkLooksWhenSomethingWasSaid: who follows and never says a word costs
// nothing every two seconds.
func TestForTheTalkLooksWhenSomethingWasSaid(t *testing.T) {
	w := newInboxWorld(t)
	looks, more := 0, 1
	work := w.node.forTheTalk(func(context.Context, *troubled) (int, error) {
		looks++
		return more, nil
	})
	look := func(why string, want int) {
		t.Helper()
		w.must(work(t.Context(), nil))
		if looks != want {
			t.Fatalf("%s: looked %d times, not %d", why, looks, want)
		}
	}
	look("at the start", 1)
	more = 0
	look("there was more", 2)
	look("nothing was there", 2)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	w.send(bob, 202, bob.Act("Create", bob.Note(w.postIRI(), "<p>Hello</p>")))
	for deadline := time.Now().Add(deliverPatience); looks < 3; <-time.After(time.Millisecond) { // if the machine stood still, so does the look
		w.must(work(t.Context(), nil))
		if time.Now().After(deadline) {
			t.Fatal("a comment came: it did not look again")
		}
	}
	look("nothing was there again", 3)
}

// TestLooksForWorkTakeAShare holds how the delivery worker spares a table in which
// looking takes long.
func TestLooksForWorkTakeAShare(t *testing.T) {
	p := defaultPace()
	for took, want := range map[time.Duration]time.Duration{
		0:                      p.poll,
		time.Millisecond:       p.poll,
		100 * time.Millisecond: 2 * time.Second,
	} {
		if got := p.rest(took); got != want {
			t.Errorf("after a look of %v it rests for %v, not %v", took, got, want)
		}
	}
}
