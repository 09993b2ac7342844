package main

import (
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestModeration is an author's day: a word that holds, a person who wants to
// be on no blog, a quote, and a block that is lifted again.
func TestModeration(t *testing.T) {
	p, peer := startProgram(t), peertest.New(t)
	bob, eve := peer.Join("bob", peertest.Mastodon), peer.Join("eve", peertest.Mastodon)
	to := blog.Blog{BaseURL: p.url}
	say := func(by *peertest.Account, n peertest.Note) {
		t.Helper()
		by.Publish(n)
		if reply := by.Send(to.InboxIRI(), by.Act("Create", n)); reply.Status != http.StatusAccepted {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
	}
	has := func(args, want string) {
		t.Helper()
		if got := p.run(strings.Fields(args)...); !strings.Contains(got, want) {
			t.Errorf("limelight %s says\n%s\nwithout %s", args, got, want)
		}
	}
	page := p.url + "/posts/rush-a-reflection"
	p.run("rules", "add", "casino")
	say(bob, bob.Note(page, "<p>A casino of sounds</p>"))
	say(eve, eve.Note(page, "<p>For you only #noblog</p>"))
	quote := bob.Note("", "<p>Worth a read</p>")
	quote.Quote = page
	say(bob, quote)

	has("queue", "rule 1 (word casino)  A casino of sounds")
	has("comments", "For you only #noblog")
	has("mentions", "Worth a read")
	has("quotes", "unasked")
	if got := p.page("/posts/rush-a-reflection"); strings.Contains(got, "casino") || strings.Contains(got, "noblog") {
		t.Errorf("the page shows what is held or hidden:\n%s", got)
	}
	has("comments approve 1", "comment 1 by @"+bob.Handle+": shown")
	await(t, "the comment on the page", func() bool { return strings.Contains(p.page("/posts/rush-a-reflection"), "A casino of sounds") })
	has("comments reply 2 -m Understood", "goes to 1 server")
	answer := noteIn(t, peer.Await(1, "Create")[0].Activity.Object.JSON)
	if len(answer.To) != 1 || answer.To[0] != eve.IRI || len(answer.CC) != 0 {
		t.Errorf("the answer to #noblog goes to %q and %q", answer.To, answer.CC)
	}

	p.run("block", "@"+bob.Handle)
	await(t, "the block", func() bool { return !strings.Contains(p.page("/posts/rush-a-reflection"), "A casino of sounds") })
	p.run("unblock", "@"+bob.Handle)
	await(t, "the end of the block", func() bool { return strings.Contains(p.page("/posts/rush-a-reflection"), "A casino of sounds") })
	if strings.Contains(p.page("/posts/rush-a-reflection"), "Understood") {
		t.Error("the answer to #noblog is on the page")
	}
	has("audit", "unblock")
	has("audit", "rule 1  hold")
}
