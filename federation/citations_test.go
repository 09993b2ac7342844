package federation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
)

// citations are the notes that speak of posts: "quote bob shown: Text".
func (w *inboxWorld) citations() (out []string) {
	w.t.Helper()
	all, err := w.db.Citations(w.t.Context(), storage.CitationFilter{})
	w.must(err)
	for _, c := range all {
		line := fmt.Sprintf("%s %s %s: %s", c.Type, lastPart(c.Actor.IRI), c.State, c.Text)
		if c.Reason != "" {
			line += " (" + c.Reason + ")"
		}
		out = append(out, line)
	}
	return out
}

func (w *inboxWorld) wantCitations(when string, want ...string) {
	w.t.Helper()
	if got := w.citations(); !slices.Equal(got, want) {
		w.t.Errorf("%s there is\n\t%s\nwant\n\t%s", when, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestCitations(t *testing.T) {
	w := newInboxWorld(t)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	say := func(a *peertest.Account, n peertest.Note) peertest.Note {
		a.Publish(n)
		w.send(a, 202, a.Act("Create", n))
		return n
	}
	quote := bob.Note("", "<p>Quoted</p>")
	quote.Quote = w.postIRI()
	say(bob, quote)
	say(bob, quote)
	link := say(eve, eve.Note("https://other.test/1", `<p>See <a href="`+w.node.blog.PostURL("hello")+`/?utm=x#y">this</a></p>`))
	private := eve.Note("", `<p><a href="`+w.postIRI()+`">x</a></p>`)
	private.To, private.CC = []string{w.node.blog.ActorIRI()}, nil
	say(eve, private)
	say(eve, eve.Note("", `<p><a href="`+w.node.blog.PostURL("nothing")+`">x</a></p>`))
	say(eve, eve.Note("", `<p><a href="`+w.node.blog.PostURL("hello")+`">x</a> #noblog</p>`))
	w.wantCitations("at first", "quote bob shown: Quoted", "mention eve shown: See this")
	w.want("in the thread there is nothing")

	quote.Content, quote.Updated = "<p>Edited</p>", "2099-01-01T00:00:00Z"
	w.send(bob, 202, bob.Act("Update", quote))
	w.wantCitations("after an edit", "quote bob shown: Edited", "mention eve shown: See this")
	link.Content = "<p>Never mind</p>"
	w.send(eve, 202, eve.Act("Update", link))
	w.wantCitations("after an edit without the link", "quote bob shown: Edited")
	w.send(bob, 202, bob.Act("Delete", quote.ID))
	w.wantCitations("after the deletion")
}

func TestCitationsByRequest(t *testing.T) {
	for _, whole := range []bool{true, false} {
		w := newInboxWorld(t, func(o *Options) { o.CommentsPolicy = "held" })
		bob := w.peer(2).Join("bob", peertest.Mastodon)
		request, note := w.quoting(bob, whole)
		w.send(bob, 202, request)
		w.wantCitations("after the request", "quote bob held: Worth a read (every reply waits for you here)")
		w.send(bob, 202, bob.Act("Create", note))
		w.wantCitations("after the Create", "quote bob held: Worth a read (every reply waits for you here)")
	}
}

func TestCitationsUnderRules(t *testing.T) {
	w := newInboxWorld(t, func(o *Options) { o.CommentsPolicy = "closed" })
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	w.addRule(blog.Rule{Action: blog.RejectAction, Kind: blog.WordRule, Pattern: "casino"})
	link := `<a href="` + w.node.blog.PostURL("hello") + `">it</a>`
	note := bob.Note("", "<p>About "+link+"</p>")
	w.send(bob, 202, bob.Act("Create", note))
	w.send(bob, 202, bob.Act("Create", bob.Note("", "<p>Casino "+link+"</p>")))
	w.wantCitations("under a closed post", "mention bob hidden: About it (comments are closed)")
	note.Content = "<p>A casino and " + link + "</p>"
	w.send(bob, 202, bob.Act("Update", note))
	w.wantCitations("after an edit that a rule rejects")
}

// TestBlockedEverywhere: a block holds on each way in, and nothing is fetched
// from a server that is blocked.
func TestBlockedEverywhere(t *testing.T) {
	w := newInboxWorld(t)
	p := w.peer(2)
	bob, eve := p.Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	note := w.reply(bob, "<p>Mine</p>")
	w.must(w.db.AddBlock(t.Context(), "127.0.0.2"))
	quote, quoted := w.quoting(bob, false)
	before := p.Fetches(strings.TrimPrefix(bob.IRI, p.URL))
	for what, activity := range map[string]any{
		"a reply": bob.Act("Create", bob.Note(w.postIRI(), "<p>Again</p>")), "an edit": bob.Act("Update", note),
		"a like": bob.Act("Like", w.postIRI()), "a boost": bob.Act("Announce", w.postIRI()), "a follow": bob.Act("Follow", w.node.blog.ActorIRI()),
		"a report": bob.Act("Flag", w.postIRI()), "a request": quote, "a move": bob.Act("Move", bob.IRI),
	} {
		if reply := bob.Send(w.inbox, activity); reply.Status != 403 {
			t.Errorf("%s was answered %d %s", what, reply.Status, reply.Body)
		}
	}
	forwarded := bob.Note(w.postIRI(), "<p>Passed on</p>")
	w.send(eve, 403, bob.Act("Create", forwarded))
	w.send(eve, 202, eve.Act("Create", w.toUs(eve, forwarded.ID, "To bob"))) // whose parent is looked up
	w.lookUpAll()
	w.want("after all of it", "comment bob public hidden: Mine")
	w.wantCitations("after all of it")
	for _, path := range []string{strings.TrimPrefix(forwarded.ID, p.URL), strings.TrimPrefix(quoted.ID, p.URL)} {
		if n := p.Fetches(path); n != 0 {
			t.Errorf("%s was fetched %d times", path, n)
		}
	}
	if n := p.Fetches(strings.TrimPrefix(bob.IRI, p.URL)); n != before {
		t.Errorf("the actor was fetched %d times more", n-before)
	}
	second := w.reply(eve, "<p>Eve's</p>")
	w.must(w.db.AddBlock(t.Context(), eve.IRI))
	w.send(eve, 202, eve.Act("Delete", second.ID)) // what is taken back is gone all the same
	w.want("after a deletion", "comment bob public hidden: Mine", "comment eve public erased: ")
	stranger := p.Join("sam", peertest.Mastodon)
	w.send(stranger, 403, stranger.Act("Create", stranger.Note(w.postIRI(), "<p>New here</p>")))
	if n := p.Fetches(strings.TrimPrefix(stranger.IRI, p.URL)); n != 0 {
		t.Errorf("the key of a blocked server was fetched %d times", n)
	}
	w.must(w.db.RemoveBlock(t.Context(), "127.0.0.2"))
	w.want("after the block", "comment bob public shown: Mine", "comment eve public erased: ")
	w.must(w.db.AddBlock(t.Context(), bob.IRI))
	w.send(bob, 202, bob.Act("Delete", bob.IRI))
	w.want("after bob left", "comment bob public erased: ", "comment eve public erased: ")
}
