package federation

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// inboxWorld is a node that a peer can write to.
func inboxWorld(t *testing.T) (node *Node, db *storage.DB, post blog.Post, server *httptest.Server, p *peertest.Peer) {
	t.Helper()
	var inbox http.HandlerFunc
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inbox(w, r) }))
	t.Cleanup(server.Close)
	db = storagetest.New(t)
	b := &blog.Blog{BaseURL: server.URL, Handle: "blog", Title: "Blog", Timezone: time.UTC}
	node, err := New(Options{Blog: b, DB: db, Key: peertest.ProcessKey(), AllowPrivate: []netip.Prefix{loopback}})
	if err != nil {
		t.Fatal(err)
	}
	inbox = node.Inbox
	p = peertest.NewAt(t, "127.0.0.2")
	p.Trust(b.KeyIRI(), b.ActorIRI(), &peertest.ProcessKey().PublicKey)
	post, _, _, err = db.Publish(t.Context(), blog.Post{Slug: "hello", Title: "Hello", HTML: "<p>Hi</p>"}, storage.PublishOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return node, db, post, server, p
}

func TestInboxFollowAndReply(t *testing.T) {
	node, db, post, server, p := inboxWorld(t)
	inbox := server.URL + "/ap/inbox"
	bob, eve := p.Join("bob", peertest.Mastodon), p.Join("eve", peertest.GoToSocial)
	send := func(a *peertest.Account, status int, activity any, twists ...peertest.Twist) {
		t.Helper()
		if reply := a.Send(inbox, activity, twists...); reply.Status != status {
			t.Errorf("answered %d %s, want %d", reply.Status, reply.Body, status)
		}
	}
	follow := bob.Act("Follow", node.blog.ActorIRI())
	send(bob, 202, follow)
	send(bob, 202, follow)
	if n, err := db.CountFollowers(t.Context()); err != nil || n != 1 {
		t.Errorf("%d followers, %v", n, err)
	}
	send(bob, 400, bob.Act("Follow", node.blog.PostIRI(post.ID)))
	note := bob.Note(node.blog.PostIRI(post.ID), "<p>Fine<script>alert(1)</script></p>")
	create := bob.Act("Create", note)
	send(bob, 401, create, peertest.OtherKey)
	send(eve, 400, eve.Act("Create", note)) // attributed to somebody else
	send(bob, 202, create)
	send(bob, 202, create)
	comments, err := db.Comments(t.Context(), storage.CommentFilter{Post: post.ID, OnPage: true})
	if err != nil || len(comments) != 1 || comments[0].HTML != "<p>Fine</p>" || comments[0].Author.Handle != bob.Handle {
		t.Fatalf("%+v %v", comments, err)
	}
	send(eve, 403, eve.Act("Delete", note.ID))
	send(bob, 202, bob.Act("Like", node.blog.PostIRI(post.ID)))
	send(bob, 202, bob.Act("Delete", note.ID))
	if comments, err = db.Comments(t.Context(), storage.CommentFilter{Post: post.ID, OnPage: true}); err != nil || len(comments) != 0 {
		t.Errorf("after the deletion: %+v %v", comments, err)
	}
	if reactions, err := db.Reactions(t.Context(), post.ID, blog.Like, 0, 0); err != nil || len(reactions) != 1 {
		t.Errorf("%+v %v", reactions, err)
	}
	send(bob, 202, bob.Act("Undo", follow))
	if n, err := db.CountFollowers(t.Context()); err != nil || n != 0 {
		t.Errorf("%d followers after the Undo, %v", n, err)
	}
	if err := db.AddBlock(t.Context(), bob.IRI); err != nil {
		t.Fatal(err)
	}
	send(bob, 403, create)
}

func TestInboxRefusals(t *testing.T) {
	node, _, _, server, p := inboxWorld(t)
	inbox := server.URL + "/ap/inbox"
	bob := p.Join("bob", peertest.Mastodon)
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"no JSON":          {"{", 400},
		"name twice":       {`{"id":"` + bob.IRI + `/1","type":"Follow","actor":"` + bob.IRI + `","ACTOR":"x"}`, 400},
		"id elsewhere":     {`{"id":"https://other.test/1","type":"Follow","actor":"` + bob.IRI + `","object":"` + node.blog.ActorIRI() + `"}`, 400},
		"too large":        {strings.Repeat(" ", maxActivity+1), 413},
		"stranger's end":   {`{"id":"https://gone.test/u#d","type":"Delete","actor":"https://gone.test/u","object":"https://gone.test/u"}`, 202},
		"no concern of us": {`{"id":"` + bob.IRI + `/2","type":"View","actor":"` + bob.IRI + `","object":"x"}`, 202},
	} {
		if reply := bob.Send(inbox, c.body); reply.Status != c.status {
			t.Errorf("%s: %d %s, want %d", name, reply.Status, reply.Body, c.status)
		}
	}
	for _, twist := range []peertest.Twist{peertest.Unsigned, peertest.OtherBody, peertest.OldDate, peertest.NoDigest, peertest.NoHost, peertest.RFC9421} {
		if reply := bob.Send(inbox, bob.Act("Like", "x"), twist); reply.Status != 401 {
			t.Errorf("%s: %d %s", twist, reply.Status, reply.Body)
		}
	}
}
