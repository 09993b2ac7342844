package federation

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
)

// greet publishes a post that mentions the handles.
func (w *inboxWorld) greet(slug string, handles ...string) {
	w.t.Helper()
	d, err := blog.Compose(slug+".md", []byte("---\ntitle: Hi\n---\nHello @"+strings.Join(handles, " @")), blog.ComposeOptions{})
	w.must(err)
	_, _, _, err = w.db.Publish(w.t.Context(), d.Post, storage.PublishOptions{})
	w.must(err)
}

// work has the node's background work done until the test ends.
func (w *inboxWorld) work(jobs ...func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, job := range jobs {
		running.Go(func() { job(ctx) })
	}
	w.t.Cleanup(func() { cancel(); running.Wait() })
}

type mentioning struct {
	Cc     []string
	Object struct {
		Content string
		Cc      []string
		Tag     []struct{ Type, Name, Href string }
	}
}

func TestMentionedGetThePost(t *testing.T) {
	w := newInboxWorld(t)
	home, fans := w.peer(2), w.peer(3)
	ann := home.JoinAt("/ap/users/112", "ann", peertest.Mastodon)
	fan := fans.Join("fan", peertest.Mastodon)
	w.send(fan, 202, fan.Act("Follow", w.node.blog.ActorIRI()))
	w.greet("hi", ann.Handle, "nobody@"+home.Host)
	w.work(w.node.Deliver, w.node.FindMentions)

	for _, d := range []peertest.Delivery{home.Await(1, "Create")[0], fans.Await(1, "Create")[0]} {
		var a mentioning
		w.must(json.Unmarshal(d.Body, &a))
		if len(a.Object.Tag) != 1 || a.Object.Tag[0].Type != "Mention" || a.Object.Tag[0].Href != ann.IRI || a.Object.Tag[0].Name != "@"+ann.Handle {
			t.Errorf("tags: %+v", a.Object.Tag)
		}
		if !slices.Contains(a.Cc, ann.IRI) || !slices.Contains(a.Object.Cc, ann.IRI) {
			t.Errorf("cc: %q, %q", a.Cc, a.Object.Cc)
		}
		if !strings.Contains(a.Object.Content, `class="u-url mention">@`+ann.Handle+`</a>`) || !strings.Contains(a.Object.Content, `<span translate="no">@nobody@`) {
			t.Errorf("content: %s", a.Object.Content)
		}
	}
	_, _, err := w.db.Unpublish(t.Context(), "hi")
	w.must(err)
	w.node.Wake()
	home.Await(1, "Delete")
}

// TestMentionOfAServerInTrouble: the post does not wait for it beyond one try.
func TestMentionOfAServerInTrouble(t *testing.T) {
	w := newInboxWorld(t)
	down, fans := w.peer(2), w.peer(3)
	down.Handle("/.well-known/webfinger", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(503) })
	fan := fans.Join("fan", peertest.Mastodon)
	w.send(fan, 202, fan.Act("Follow", w.node.blog.ActorIRI()))
	w.greet("hi", "ann@"+down.Host)
	w.work(w.node.Deliver, w.node.FindMentions)
	var a mentioning
	w.must(json.Unmarshal(fans.Await(1, "Create")[0].Body, &a))
	if len(a.Object.Tag) != 0 || !strings.Contains(a.Object.Content, `<span translate="no">@ann@`) {
		t.Errorf("%+v", a)
	}
	if due, err := w.db.MentionsDue(t.Context()); err != nil || due {
		t.Errorf("sought again at once: %t %v", due, err)
	}
}
