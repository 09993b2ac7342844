package main

import (
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestReportsNameTheirObjects: a complaint names ids, which tell a person nothing;
// lists say which post or comment it is.
func TestReportsNameTheirObjects(t *testing.T) {
	p, peer := startProgram(t), peertest.New(t)
	to, bob := blog.Blog{BaseURL: p.url}, peer.Join("bob", peertest.Mastodon)
	send := func(activity any) {
		t.Helper()
		if reply := bob.Send(to.InboxIRI(), activity); reply.Status != http.StatusAccepted {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
	}
	row, err := p.open().Post(t.Context(), "rush-a-reflection")
	if err != nil {
		t.Fatal(err)
	}
	post := to.PostIRI(row.ID)
	note := bob.Note(post, "<p>Hello</p>")
	send(bob.Act("Create", note))
	send(bob.Act("Flag", []string{to.ActorIRI(), post, note.ID}))
	send(bob.Act("Flag", to.ActorIRI()))
	for _, command := range []string{"reports", "queue"} {
		out := p.run(command)
		for _, want := range []string{" rush-a-reflection, comment 1 ", " the blog "} {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q:\n%s", command, want, out)
			}
		}
		if strings.Contains(out, "/ap/") {
			t.Errorf("%s names ids:\n%s", command, out)
		}
	}
	if out := p.run("queue"); !strings.Contains(out, "limelight reports close ID") {
		t.Errorf("queue does not say what to do:\n%s", out)
	}
	if ids := rows[reportRow](p, "reports"); len(ids) != 2 || len(ids[0].Objects)+len(ids[1].Objects) != 4 {
		t.Errorf("programs are to get the ids: %+v", ids)
	}
}
