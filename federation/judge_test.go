package federation

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// judged are the comments: author, state, text and why it is not shown.
func (w *inboxWorld) judged() (out []string) {
	w.t.Helper()
	comments, err := w.db.Comments(w.t.Context(), storage.CommentFilter{})
	w.must(err)
	for _, c := range comments {
		line := fmt.Sprintf("%s %s: %s", lastPart(c.Author.IRI), c.State, c.Text)
		if c.Reason != "" {
			line += " (" + c.Reason + ")"
		}
		out = append(out, line)
	}
	return out
}

func (w *inboxWorld) wantJudged(when string, want ...string) {
	w.t.Helper()
	if got := w.judged(); !slices.Equal(got, want) {
		w.t.Errorf("%s there is\n\t%s\nwant\n\t%s", when, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// reply has the account answer the post.
func (w *inboxWorld) reply(a *peertest.Account, html string) peertest.Note {
	w.t.Helper()
	note := a.Note(w.postIRI(), html)
	w.send(a, 202, a.Act("Create", note))
	return note
}

func (w *inboxWorld) addRule(r blog.Rule) blog.Rule {
	w.t.Helper()
	r, err := w.db.AddRule(w.t.Context(), r)
	w.must(err)
	return r
}

func TestKnownPolicy(t *testing.T) {
	w := newInboxWorld(t, func(o *Options) { o.CommentsPolicy = "known" })
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	w.reply(bob, "<p>One</p>")
	w.reply(bob, "<p>Two</p>")
	w.send(eve, 202, eve.Act("Follow", w.node.blog.ActorIRI()))
	w.reply(eve, "<p>Follower</p>")
	w.wantJudged("before the approval", "bob held: One (the first from somebody new)", "bob held: Two (the first from somebody new)", "eve shown: Follower")
	_, err := w.db.DecideComment(t.Context(), 1, blog.Shown)
	w.must(err)
	w.reply(bob, "<p>Three</p>")
	w.wantJudged("after it", "bob shown: One", "bob held: Two (the first from somebody new)", "eve shown: Follower", "bob shown: Three")
}

func TestStandingBeatsPolicy(t *testing.T) {
	w := newInboxWorld(t, func(o *Options) { o.CommentsPolicy = "held" })
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	w.addRule(blog.Rule{Action: blog.RejectAction, Kind: blog.WordRule, Pattern: "hello"})
	w.must(w.db.SetStanding(t.Context(), blog.Standing{Target: bob.IRI, Level: blog.Always}))
	w.reply(bob, "<p>Hello</p>")
	w.reply(eve, "<p>Hi</p>")
	w.wantJudged("under held", "bob shown: Hello", "eve held: Hi (every reply waits for you here)")
	w.node.policy = "open"
	w.must(w.db.SetStanding(t.Context(), blog.Standing{Target: "127.0.0.3", Level: blog.Ask}))
	w.reply(eve, "<p>Me again</p>")
	w.wantJudged("under open", "bob shown: Hello", "eve held: Hi (every reply waits for you here)",
		"eve held: Me again (you want to be asked about 127.0.0.3)")
}

func TestRulesOnReplies(t *testing.T) {
	w := newInboxWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	w.addRule(blog.Rule{Action: blog.HoldAction, Kind: blog.WordRule, Pattern: "casino"})
	w.addRule(blog.Rule{Action: blog.RejectAction, Kind: blog.RegexpRule, Pattern: `spam\.example/\d`})
	w.reply(bob, "<p>A <b>Casino</b></p>")
	w.reply(bob, `<p>A casino, <a href="https://spam.example/7">here</a></p>`)
	fine := w.reply(bob, "<p>Fine</p>")
	other := w.reply(bob, "<p>Fine too</p>")
	w.wantJudged("after four", "bob held: A Casino (rule 1 (word casino))", "bob shown: Fine", "bob shown: Fine too")
	edit := func(note peertest.Note, html string) {
		note.Content, note.Updated = html, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		w.send(bob, 202, bob.Act("Update", note))
	}
	edit(fine, "<p>A casino</p>")
	edit(other, `<p><a href="https://spam.example/1">x</a></p>`)
	w.wantJudged("after edits", "bob held: A Casino (rule 1 (word casino))", "bob held: A casino (rule 1 (word casino), in an edit)",
		`bob hidden: Fine too (rule 2 (regexp spam\.example/\d), in an edit)`)
	rules, err := w.db.Rules(t.Context())
	w.must(err)
	if rules[0].Hits != 2 || rules[1].Hits != 2 {
		t.Errorf("the hits are %d and %d", rules[0].Hits, rules[1].Hits)
	}
	w.must(w.db.RemoveRule(t.Context(), 1))
	w.reply(bob, "<p>Casino royale</p>")
	if got := w.judged(); got[3] != "bob shown: Casino royale" {
		t.Errorf("without the rule there is %q", got[3])
	}
}

func TestOddReplies(t *testing.T) {
	odd := func(o *Options) { o.Moderation = Moderation{Signals: true, NewAccount: 7 * 24 * time.Hour} }
	w := newInboxWorld(t, odd)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	eve.Rewrite("2022-11-05T00:00:00Z", time.Now().Add(-30*time.Hour).UTC().Format(time.RFC3339))
	link := `<a href="https://shop.example/">shop.example</a>`
	many := eve.Note(w.postIRI(), "<p>All of you</p>")
	var tags []peertest.Tag
	for i := range 6 {
		tags = append(tags, peertest.Tag{Type: "Mention", Href: fmt.Sprint("https://other.test/", i)})
	}
	many.Tag = tags
	w.send(eve, 202, eve.Act("Create", many))
	w.reply(eve, "<p>See "+link+"</p>")
	w.reply(bob, "<p>"+link+"</p>")
	w.reply(bob, "<p>Sorry, I meant "+link+"</p>")
	w.reply(bob, "<p>"+link+"</p>")
	w.wantJudged("at the end", "eve held: All of you (mentions 6 people; an account 1 day old)",
		"eve held: See shop.example (an account 1 day old; with a link)",
		"bob held: shop.example (nothing but links)",
		"bob shown: Sorry, I meant shop.example",
		"bob shown: shop.example") // is known by now
}

func TestFloods(t *testing.T) {
	w := newInboxWorld(t, func(o *Options) { o.Moderation = Moderation{ActorRate: 2, HostRate: 2} })
	clock := time.Now()
	w.node.now = func() time.Time { return clock }
	p := w.peer(2)
	bob, eve := p.Join("bob", peertest.Mastodon), p.Join("eve", peertest.Mastodon)
	for i := range 20 {
		w.reply(bob, fmt.Sprintf("<p>%d</p>", i))
	}
	reply := w.send(bob, http.StatusTooManyRequests, bob.Act("Create", bob.Note(w.postIRI(), "<p>More</p>")))
	if reply.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	w.reply(eve, "<p>Hi</p>")
	got := w.judged()
	if len(got) != 21 || got[1] != "bob shown: 1" || got[2] != "bob held: 2 (many comments in a short time from its author)" ||
		got[20] != "eve held: Hi (many comments in a short time from its server)" {
		t.Errorf("there is\n\t%s", strings.Join(got, "\n\t"))
	}
	w.send(bob, 202, bob.Act("Like", w.postIRI())) // is no comment
	clock = clock.Add(24 * time.Hour)
	if f := w.node.floods.count("actor "+bob.IRI, 2, clock); f != calm {
		t.Errorf("a day later: %d", f)
	}
}

func TestNoBlogReplies(t *testing.T) {
	clock := storagetest.NewClock(time.Now())
	w := newInboxWorld(t, func(o *Options) {
		o.DB, o.Now = storagetest.New(t, storagetest.At(clock)), clock.Now
	})
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	eve.Rewrite("Records and radio.", "Records. #<span>NoBlog</span>")
	note := w.reply(bob, "<p>Not here #noblog</p>")
	tagged := bob.Note(w.postIRI(), "<p>Nor this</p>")
	tagged.Tag = []peertest.Tag{{Type: "Hashtag", Name: "#noBlog"}}
	w.send(bob, 202, bob.Act("Create", tagged))
	w.reply(eve, "<p>I said so in my profile</p>")
	w.wantJudged("at first", "bob hidden: Not here #noblog (#noblog in the text)", "bob hidden: Nor this (#noblog in the text)",
		"eve hidden: I said so in my profile (#noblog in its author's profile)")
	note.Content, note.Updated = "<p>Here, then</p>", clock.Now().Add(10*time.Second).UTC().Format(time.RFC3339)
	clock.Advance(30 * time.Second)
	w.send(bob, 202, bob.Act("Update", note))
	eve.Rewrite("Records and radio.", "Records.")
	w.send(eve, 202, eve.Act("Update", eve.IRI))
	w.wantJudged("after both changed their minds", "bob shown: Here, then", "bob hidden: Nor this (#noblog in the text)",
		"eve shown: I said so in my profile")
}

func TestClosingAge(t *testing.T) {
	clock := storagetest.NewClock(time.Now())
	w := newInboxWorld(t, func(o *Options) {
		o.DB, o.Now, o.Moderation.CloseAfter = storagetest.New(t, storagetest.At(clock)), clock.Now, 48*time.Hour
	})
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	w.reply(bob, "<p>In time</p>")
	p, err := w.db.Post(t.Context(), w.post.ID)
	w.must(err)
	clock.Advance(48 * time.Hour)
	if got := w.node.policyOf(&p); got != "closed" {
		t.Errorf("after two days it is %s", got)
	}
}
