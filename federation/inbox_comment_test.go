package federation

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
)

func TestInboxReplies(t *testing.T) {
	w, bob, eve, note := replied(t)
	answer := eve.Note(note.ID, "<p>To you</p>")
	w.send(eve, 202, eve.Act("Create", answer))
	w.send(bob, 202, bob.Act("Create", bob.Note(answer.ID, "<p>And back</p>")))
	w.send(eve, 202, eve.Act("Create", eve.Note(w.node.blog.PostURL(w.post.Slug), "<p>By the page</p>")))
	w.send(eve, 202, eve.Act("Create", eve.Note("https://other.test/notes/1", "<p>Elsewhere</p>")))
	w.send(eve, 202, eve.Act("Create", eve.Note("", "<p>To nobody</p>")))
	w.send(eve, 202, eve.Act("Create", eve.Note(w.node.blog.BaseURL+"/ap/posts/none", "<p>To nothing</p>")))
	w.want("after talk",
		"comment bob public shown: And back (under 2)",
		"comment bob public shown: Mine",
		"comment eve public shown: By the page",
		"comment eve public shown: To you (under 1)")
}

// TestBareCreate: a Create that names its object by the id alone, as relays
// and some servers send it, is fetched from the origin.
func TestBareCreate(t *testing.T) {
	w := newInboxWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	note := bob.Note(w.postIRI(), "<p>Fetched</p>")
	w.send(bob, 202, bob.Act("Create", note.ID))
	w.want("after it", "comment bob public shown: Fetched")
	gone := bob.Note(w.postIRI(), "<p>Gone</p>")
	bob.Leave(http.StatusGone)
	w.send(bob, 202, bob.Act("Create", gone.ID))
	bob.Leave(http.StatusBadGateway)
	w.send(bob, 503, bob.Act("Create", bob.Note(w.postIRI(), "<p>Not now</p>").ID))
	w.want("after what could not be had", "comment bob public shown: Fetched")
}

func TestPolicies(t *testing.T) {
	for policy, want := range map[string][]string{
		"":       {"comment bob public shown: Hello"},
		"open":   {"comment bob public shown: Hello"},
		"held":   {"comment bob public held: Hello"},
		"closed": nil,
	} {
		for _, perPost := range []bool{false, true} {
			t.Run(fmt.Sprintf("%q, for the post %t", policy, perPost), func(t *testing.T) {
				other := map[string]string{"open": "closed", "held": "open", "closed": "open"}[policy]
				w := newInboxWorld(t, func(o *Options) {
					if o.CommentsPolicy = policy; perPost {
						o.CommentsPolicy = other
					}
				})
				if perPost {
					p, _, _, err := w.db.Publish(t.Context(), blog.Post{Slug: "hello", Title: "hello", HTML: "<p>Hi</p>", Comments: policy}, storage.PublishOptions{})
					w.must(err)
					w.post = p
				}
				bob := w.peer(2).Join("bob", peertest.Mastodon)
				w.send(bob, 202, bob.Act("Create", bob.Note(w.postIRI(), "<p>Hello</p>")))
				w.want("after a reply", want...)
				if shown := w.onPage(); len(shown) > 0 != slices.Contains(want, "comment bob public shown: Hello") {
					t.Errorf("readers see %q", shown)
				}
			})
		}
	}
}

// TestVisibilities: what is not addressed to everyone is for the author alone.
func TestVisibilities(t *testing.T) {
	const public = "https://www.w3.org/ns/activitystreams#Public"
	w := newInboxWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	us, followers := w.node.blog.ActorIRI(), bob.IRI+"/followers"
	for text, c := range map[string]struct{ to, cc []string }{
		"public":           {[]string{public}, []string{followers}},
		"public, compact":  {[]string{"as:Public"}, nil},
		"public, bare":     {[]string{"Public"}, nil},
		"unlisted":         {[]string{followers}, []string{public}},
		"for followers":    {[]string{followers, us}, nil},
		"for us":           {[]string{us}, nil},
		"for followers cc": {[]string{us}, []string{followers}},
		"nearly public":    {[]string{public + "s"}, []string{"public"}},
	} {
		note := bob.Note(w.postIRI(), "<p>"+text+"</p>")
		note.To, note.CC = c.to, c.cc
		w.send(bob, 202, bob.Act("Create", note))
	}
	shown, private := w.onPage(), w.privately()
	slices.Sort(shown)
	slices.Sort(private)
	if want := []string{"public", "public, bare", "public, compact", "unlisted"}; !slices.Equal(shown, want) {
		t.Errorf("readers see %q, want %q", shown, want)
	}
	want := []string{"direct for us", "direct nearly public", "followers for followers", "followers for followers cc"}
	if !slices.Equal(private, want) {
		t.Errorf("the author alone sees %q, want %q", private, want)
	}
}

func TestInboxReactions(t *testing.T) {
	w := newInboxWorld(t)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Misskey)
	like, boost := bob.Act("Like", w.postIRI()), bob.Act("Announce", w.node.blog.PostURL(w.post.Slug))
	w.send(bob, 202, like)
	w.send(bob, 202, boost)
	w.send(bob, 202, bob.Act("Like", w.postIRI())) // the same in other words
	w.send(eve, 202, eve.Act("Like", w.postIRI()))
	w.want("after likes and a boost", "boost bob", "like 9x657665", "like bob")
	p, err := w.db.Post(t.Context(), w.post.ID)
	w.must(err)
	if p.LikeCount != 2 || p.BoostCount != 1 {
		t.Errorf("%d likes, %d boosts", p.LikeCount, p.BoostCount)
	}
	w.send(bob, 202, bob.Act("Undo", boost.ID))
	w.send(bob, 202, bob.Act("Undo", like)) // by what it is about: its id is not the latest
	w.want("after Undos", "like 9x657665")
	w.send(bob, 202, bob.Act("Like", w.node.blog.ActorIRI()))
	w.send(bob, 202, bob.Act("Announce", "https://other.test/1"))
	w.want("after what is not about a post", "like 9x657665")
}
