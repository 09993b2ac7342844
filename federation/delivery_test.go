package federation

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

func TestDeliverOncePerInbox(t *testing.T) {
	w := newDeliverWorld(t)
	shared, alone := w.peer(), w.peer()
	w.follow(shared.Join("ann", peertest.Mastodon), shared.Join("bob", peertest.Misskey), shared.Join("cy", peertest.Mastodon),
		alone.Join("dan", peertest.GoToSocial), alone.Join("eve", peertest.GoToSocial))
	w.publish("hello", "Hello")
	w.start()
	ds := w.until("sent", "hello", all(blog.Sent))
	same(t, "receipts", receipts(ds), []string{"Create sent 202 1", "Create sent 202 1", "Create sent 202 1"})
	for _, d := range ds {
		if !d.Delivered.Equal(w.clock.Now()) || !d.NextTry.IsZero() || d.Error != "" {
			t.Errorf("receipt of %s: %+v", d.Inbox, d)
		}
	}
	arrived := map[string]int{}
	for _, d := range append(shared.Deliveries(), alone.Deliveries()...) {
		arrived[d.Path]++
	}
	same(t, "inboxes", arrived, map[string]int{"/inbox": 1, "/users/dan/inbox": 1, "/users/eve/inbox": 1})
}

// TestDeliverWhatHappens follows a post through its life. That each activity
// is rightly signed, and has an id of its own, is what the peer checks.
func TestDeliverWhatHappens(t *testing.T) {
	w := newDeliverWorld(t)
	p := w.peer()
	ann := p.Join("ann", peertest.Mastodon)
	w.start()
	w.followBy(blog.Actor{IRI: ann.IRI, Type: "Person", Inbox: ann.Inbox, SharedInbox: ann.Shared})
	w.node.Wake()
	p.Await(1)
	post := w.publish("hello", "Hello")
	p.Await(2)
	w.until("sent", "hello", all(blog.Sent))
	w.clock.Advance(time.Minute)
	w.publish("hello", "Hello again")
	p.Await(3)
	w.until("sent", "hello", all(blog.Sent))
	w.unpublish("hello")
	arrived := p.Await(4)

	iri := w.blog.PostIRI(post.ID)
	ids := map[string]bool{}
	for i, want := range []struct{ kind, path, object, objectType, text string }{
		{"Accept", "/users/ann/inbox", ann.IRI + "#follow-1", "Follow", w.blog.ActorIRI()},
		{"Create", "/inbox", iri, "Article", "<p>Hello</p>"},
		{"Update", "/inbox", iri, "Article", "<p>Hello again</p>"},
		{"Delete", "/inbox", iri, "Tombstone", ""},
	} {
		d := arrived[i]
		a := d.Activity
		same(t, want.kind, []string{a.Type, d.Path, a.Object.ID, a.Object.Type}, []string{want.kind, want.path, want.object, want.objectType})
		if !strings.HasPrefix(a.ID, w.blog.ActivityIRI("")) || ids[a.ID] || a.ID == a.Object.ID {
			t.Errorf("the %s has the id %s", a.Type, a.ID)
		}
		ids[a.ID] = true
		var object struct{ Actor, Object, Content string }
		if err := json.Unmarshal(a.Object.JSON, &object); err != nil {
			t.Fatal(err)
		}
		if object.Object+object.Content != want.text {
			t.Errorf("the object of the %s: %s", a.Type, a.Object.JSON)
		}
	}
}

// TestDeliverWakes has something to do come long before the next poll.
func TestDeliverWakes(t *testing.T) {
	w := newDeliverWorld(t)
	w.node.pace.poll = 24 * time.Hour
	p := w.peer()
	w.follow(p.Join("ann", peertest.Mastodon))
	w.start()
	w.publish("one", "One")
	p.Await(1)
	w.publish("two", "Two")
	p.Await(2)
}

// TestDeliverPolls finds what another process wrote, which cannot wake it.
func TestDeliverPolls(t *testing.T) {
	w := newDeliverWorld(t)
	p := w.peer()
	w.follow(p.Join("ann", peertest.Mastodon))
	w.start()
	w.publish("one", "One")
	w.until("sent", "one", all(blog.Sent))
	w.store("two", "Two")
	p.Await(2)
}
