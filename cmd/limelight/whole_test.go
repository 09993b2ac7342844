package main

import (
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestAllOrNothing: when one of the ids typed is wrong, none is acted on.
func TestAllOrNothing(t *testing.T) {
	p, peer := startProgram(t), peertest.New(t)
	to, bob := blog.Blog{BaseURL: p.url}, peer.Join("bob", peertest.Mastodon)
	send := func(activity any) {
		t.Helper()
		if reply := bob.Send(to.InboxIRI(), activity); reply.Status != http.StatusAccepted {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
	}
	send(bob.Act("Flag", to.ActorIRI()))
	quote := bob.Note("", "<p>Look</p>")
	quote.Quote = p.url + "/posts/rush-a-reflection"
	request := bob.Act("QuoteRequest", quote.Quote)
	request.Instrument = quote
	send(request)
	mention := bob.Note("", `<p><a href="`+p.url+`/posts/rush-a-reflection">this</a></p>`)
	mention.CC = append(mention.CC, to.ActorIRI())
	send(bob.Act("Create", mention))
	p.run("rules", "add", "casino")
	quoteID := rows[quoteRow](p, "quotes")[0].ID
	if n := len(rows[mentionRow](p, "mentions")); n == 0 {
		t.Fatal("there is no mention")
	}
	for _, args := range []string{"reports close 1 99", "quotes revoke " + quoteID + " nothing", "mentions delete 1 99", "rules remove 1 99"} {
		if _, stderr, err := p.try(strings.Fields(args)...); err == nil || !strings.Contains(stderr, "there is no") {
			t.Errorf("%s: %v %s", args, err, stderr)
		}
	}
	if len(rows[reportRow](p, "reports")) != 1 || rows[quoteRow](p, "quotes")[0].State != blog.Granted ||
		len(rows[mentionRow](p, "mentions")) == 0 || len(rows[ruleRow](p, "rules")) != 1 {
		t.Error("one of them acted on the first id")
	}
}
