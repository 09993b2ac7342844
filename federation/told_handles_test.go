package federation

import (
	"fmt"
	"net/http"
	"testing"

	"limelight/federation/peertest"
)

// TestSplitDomainOfAPeer: the name that is shown is the one that the domain of
// the handle confirms, and no other.
func TestSplitDomainOfAPeer(t *testing.T) {
	for name, confirms := range map[string]bool{"confirmed": true, "claimed only": false} {
		t.Run(name, func(t *testing.T) {
			w := newInboxWorld(t)
			home, short := w.peer(2), w.peer(3)
			bob, ann := home.Join("bob", peertest.Mastodon), home.Join("ann", peertest.Mastodon)
			answer := func(rw http.ResponseWriter, subject, actor string) {
				rw.Header().Set("Content-Type", "application/jrd+json")
				fmt.Fprintf(rw, `{"subject":"acct:%s","links":[{"rel":"self","type":"application/activity+json","href":%q}]}`, subject, actor)
			}
			home.Handle("/.well-known/webfinger", func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("resource") == "acct:"+ann.Handle {
					answer(rw, ann.Handle, ann.IRI)
					return
				}
				answer(rw, "bob@"+short.Host, bob.IRI)
			})
			short.Handle("/.well-known/webfinger", func(rw http.ResponseWriter, _ *http.Request) {
				if confirms {
					answer(rw, "bob@"+short.Host, bob.IRI)
				} else {
					answer(rw, "bob@"+short.Host, short.URL+"/users/another")
				}
			})
			w.send(bob, 202, bob.Act("Follow", w.node.blog.ActorIRI()))
			w.send(ann, 202, ann.Act("Follow", w.node.blog.ActorIRI()))
			w.must(w.node.checkHandles(t.Context(), newTroubled()))
			want := map[string]string{bob.IRI: bob.Handle, ann.IRI: ann.Handle}
			if confirms {
				want[bob.IRI] = "bob@" + short.Host
			}
			for iri, handle := range want {
				a, err := w.db.Actor(t.Context(), iri)
				w.must(err)
				if a.Handle != handle {
					t.Errorf("%s is called %s, want %s", iri, a.Handle, handle)
				}
			}
			if due, err := w.db.HandlesDue(t.Context(), 10); err != nil || len(due) != 0 {
				t.Errorf("still due: %v %v", due, err)
			}
		})
	}
}
