package main

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// note is what a peer finds in our answer.
type note struct {
	ID, Type, AttributedTo, InReplyTo, Content, URL, Context, Conversation, Updated string
	To, CC                                                                          []string
	Tag                                                                             []struct{ Type, Href, Name string }
}

func noteIn(t *testing.T, object json.RawMessage) note {
	t.Helper()
	var n note
	if err := json.Unmarshal(object, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAnswer is the author's side of a conversation: bob replies, the author
// answers from the command line, bob answers that.
func TestAnswer(t *testing.T) {
	p, peer := startProgram(t), peertest.New(t)
	bob := peer.Join("bob", peertest.Mastodon)
	to := blog.Blog{BaseURL: p.url}
	say := func(inReplyTo, html string) peertest.Note {
		t.Helper()
		n := bob.Note(inReplyTo, html)
		if reply := bob.Send(to.InboxIRI(), bob.Act("Create", n)); reply.Status != http.StatusAccepted {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
		return n
	}
	question := say(p.url+"/posts/rush-a-reflection", "<p>Which record first?</p>")
	p.run("comments", "reply", "1", "-m", "Start with *Moving Pictures*.")
	answer := noteIn(t, peer.Await(1, "Create")[0].Activity.Object.JSON)
	if answer.InReplyTo != question.ID || answer.Type != "Note" || answer.AttributedTo != to.ActorIRI() ||
		len(answer.Tag) != 1 || answer.Tag[0].Href != bob.IRI || answer.Tag[0].Name != "@"+bob.Handle ||
		answer.CC[len(answer.CC)-1] != bob.IRI || answer.Context != answer.Conversation || !strings.HasSuffix(answer.Context, "/context") ||
		!strings.Contains(answer.Content, `class="u-url mention">@<span>bob</span></a></span> Start with <em>Moving Pictures</em>.</p>`) {
		t.Errorf("the answer is %+v", answer)
	}
	if reply := bob.Get(answer.ID); reply.Status != 200 || noteIn(t, json.RawMessage(reply.Body)).Content != answer.Content {
		t.Errorf("its id answers %d %s", reply.Status, reply.Body)
	}
	await(t, "the answer on the page", func() bool {
		return strings.Contains(p.page("/posts/rush-a-reflection"), "<p>Start with <em>Moving Pictures</em>.</p>")
	})
	say(answer.ID, "<p>Thank you!</p>")
	await(t, "the answer to the answer", func() bool {
		c := rows[commentRow](p, "comments")
		// Bob's server dates in whole seconds, so his may seem to be before ours.
		slices.SortFunc(c, func(a, b commentRow) int { return int(a.ID - b.ID) })
		return len(c) == 3 && c[2].Parent == 2 && c[1].Parent == 1 && c[1].Source == blog.Own && c[1].Author.Name == "Limelight"
	})

	p.run("comments", "edit", "2", "-m", "Start with *2112*.")
	if edited := noteIn(t, peer.Await(1, "Update")[0].Activity.Object.JSON); edited.ID != answer.ID || !strings.Contains(edited.Content, "2112") || edited.Updated == "" {
		t.Errorf("the edit is %+v", edited)
	}
	p.run("comments", "delete", "2")
	if gone := peer.Await(1, "Delete")[0].Activity.Object; gone.ID != answer.ID || gone.Type != "Tombstone" {
		t.Errorf("the deletion is of %+v", gone)
	}
	if reply := bob.Get(answer.ID); reply.Status != http.StatusGone || !strings.Contains(reply.Body, "Tombstone") {
		t.Errorf("after it the id answers %d %s", reply.Status, reply.Body)
	}
}

// TestAnswerInPrivate: what was said to the author alone is answered to its
// writer alone.
func TestAnswerInPrivate(t *testing.T) {
	p, peer := startProgram(t), peertest.New(t)
	bob := peer.Join("bob", peertest.Mastodon)
	to := blog.Blog{BaseURL: p.url}
	secret := bob.Note(p.url+"/posts/rush-a-reflection", "<p>Between us</p>")
	secret.To, secret.CC = []string{to.ActorIRI()}, nil
	bob.Publish(secret)
	if reply := bob.Send(to.InboxIRI(), bob.Act("Create", secret)); reply.Status != http.StatusAccepted {
		t.Fatalf("answered %d %s", reply.Status, reply.Body)
	}
	p.run("comments", "reply", secret.ID, "-m", "Agreed.")
	d := peer.Await(1, "Create")[0]
	answer := noteIn(t, d.Activity.Object.JSON)
	if len(answer.To) != 1 || answer.To[0] != bob.IRI || len(answer.CC) != 0 || d.Path != "/users/bob/inbox" {
		t.Errorf("it went to %s, for %v and %v", d.Path, answer.To, answer.CC)
	}
	if reply := bob.Get(answer.ID); reply.Status != http.StatusNotFound {
		t.Errorf("its id answers %d to everyone", reply.Status)
	}
	if page := p.page("/posts/rush-a-reflection"); strings.Contains(page, "Agreed.") || strings.Contains(page, "Between us") {
		t.Error("the page shows what was said in private")
	}
}

func TestAnswerFaults(t *testing.T) {
	p := startProgram(t)
	p.write("empty.md", "\n\n")
	p.write("answer.md", "Said **under** the post, see [the feed](/feed.xml).\n")
	for _, c := range []struct{ args, says string }{
		{"comments reply", "reply what?"},
		{"comments reply 7 -m Hello", "there is no comment 7"},
		{"comments reply nowhere -m Hello", "there is no comment or post nowhere"},
		{"comments reply rush-a-reflection empty.md", "says nothing"},
		{"comments reply rush-a-reflection none.md", "none.md"},
		{"comments edit 7 -m Hello", "there is no comment 7"},
		{"comments hide 7 -m Hello", "-m is for reply and edit"},
	} {
		if _, stderr, err := p.try(strings.Fields(c.args)...); err == nil || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: %v %q, want %q", c.args, err, stderr, c.says)
		}
	}
	out := p.run("comments", "reply", "rush-a-reflection", "answer.md")
	if !strings.Contains(out, p.url+"/posts/rush-a-reflection#comment-1") {
		t.Errorf("it said %q", out)
	}
	if c := rows[commentRow](p, "comments"); len(c) != 1 || !strings.Contains(c[0].HTML, `href="`+p.url+`/feed.xml"`) {
		t.Errorf("the comments are %+v", c)
	}
	cmd := programCommand(t.Context(), p.dir, p.env, "comments", "edit", "1")
	cmd.Stdin, cmd.Stderr = strings.NewReader("From *standard input*\n"), os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if c := rows[commentRow](p, "comments"); c[0].Text != "From standard input" {
		t.Errorf("after the edit it says %q", c[0].Text)
	}
}

// TestHistory: an edit replaces what readers see, and the author can look at
// what was there before; a deletion leaves neither.
func TestHistory(t *testing.T) {
	p := startProgram(t)
	p.run("comments", "reply", "rush-a-reflection", "-m", "First")
	p.run("comments", "edit", "1", "-m", "Second")
	if out := p.run("comments", "history", "1"); !strings.Contains(out, "First") || strings.Index(out, "First") > strings.Index(out, "Second") {
		t.Errorf("the history is %s", out)
	}
	p.run("comments", "delete", "1")
	if out := p.run("comments", "history", "1"); strings.Contains(out, "First") || strings.Contains(out, "Second") {
		t.Errorf("after the deletion the history is %s", out)
	}
	if _, stderr, err := p.try("comments", "history", "99"); err == nil || !strings.Contains(stderr, "there is no comment 99") {
		t.Errorf("of nothing: %v %s", err, stderr)
	}
}
