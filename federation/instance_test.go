package federation

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/federation/signature"
	"limelight/federation/vocab"
)

func TestInstance(t *testing.T) {
	w := newObjectWorld(t)
	body := w.get("/ap/instance", http.StatusOK, "application/activity+json")
	matchGolden(t, "instance", body)
	var outbox vocab.List[string]
	w.find("/ap/instance/outbox", &outbox)
	if outbox.ID != w.blog.InstanceIRI()+"/outbox" || outbox.OrderedItems == nil || outbox.TotalItems != 0 {
		t.Errorf("%+v", outbox)
	}
	// GoToSocial before 0.19 stores no two accounts that share one of these.
	var ours, blogs map[string]any
	w.find("/ap/instance", &ours)
	w.find("/ap/actor", &blogs)
	for _, name := range []string{"id", "url", "inbox", "outbox"} {
		if ours[name] == blogs[name] || ours[name] == nil {
			t.Errorf("%s is %v at both", name, ours[name])
		}
	}
}

// TestInstanceReads has our own reader of actors take the key, as a peer does.
func TestInstanceReads(t *testing.T) {
	w := newObjectWorld(t)
	a, err := readActor(Document{URL: w.blog.InstanceIRI(), Body: w.get("/ap/instance", http.StatusOK, "application/activity+json")})
	if err != nil || !a.isActor() {
		t.Fatalf("%+v, %v", a, err)
	}
	key := a.key(w.blog.InstanceKeyIRI())
	if key == nil || key.Owner != w.blog.InstanceIRI() {
		t.Fatalf("key %+v", key)
	}
	if public, err := parsePEM(key.PEM); err != nil || !peertest.ProcessKey().PublicKey.Equal(public) {
		t.Errorf("the key is not ours: %v", err)
	}
}

// found walks from an actor's id to its account as Mastodon does
// (fetch_remote_actor_service.rb): the handle made of preferredUsername and the
// id's host, or of webfinger (FEP-2c59), must lead back to the id, if need be
// by one other subject that is stable.
func (w *objectWorld) found(iri string) (acct string) {
	w.t.Helper()
	var actor struct{ ID, PreferredUsername, WebFinger string }
	w.find(iri, &actor)
	if actor.ID != iri {
		w.t.Fatalf("%s has the id %s", iri, actor.ID)
	}
	u, err := url.Parse(iri)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, handle := range []string{actor.PreferredUsername + "@" + u.Host, actor.WebFinger} {
		d := w.finger("acct:" + handle)
		again := w.finger(d.Subject)
		if again.Subject != d.Subject {
			w.t.Errorf("%s leads to %s, that to %s", handle, d.Subject, again.Subject)
		}
		if self := linkOf(again, "self"); self.Href != iri || self.Type != "application/activity+json" {
			w.t.Errorf("%s leads to %+v and not to %s", handle, self, iri)
		}
		acct = strings.TrimPrefix(d.Subject, "acct:")
	}
	if acct != actor.WebFinger {
		w.t.Errorf("the actor says %s, WebFinger %s", actor.WebFinger, acct)
	}
	return acct
}

// finger asks WebFinger for what must be there.
func (w *objectWorld) finger(resource string) (d vocab.ResourceDescriptor) {
	w.t.Helper()
	body := w.get("/.well-known/webfinger?resource="+url.QueryEscape(resource), http.StatusOK, "application/jrd+json")
	if err := json.Unmarshal(body, &d); err != nil {
		w.t.Fatal(err)
	}
	return d
}

func linkOf(d vocab.ResourceDescriptor, rel string) vocab.Link {
	for _, l := range d.Links {
		if l.Rel == rel {
			return l
		}
	}
	return vocab.Link{}
}

func TestMastodonFindsActors(t *testing.T) {
	for _, base := range []string{"https://blog.example.test", "https://xn--bcher-kva.example.test", "http://localhost:8080"} {
		w := newObjectWorld(t, func(b *blog.Blog) { b.BaseURL = base })
		if got := w.found(w.blog.ActorIRI()); got != "blog@"+w.blog.Host() {
			t.Errorf("the blog is %s", got)
		}
		if got := w.found(w.blog.InstanceIRI()); got != w.blog.Domain()+"@"+w.blog.Host() {
			t.Errorf("the server is %s", got)
		}
	}
}

// TestWhoSigns: the server asks, the blog speaks.
func TestWhoSigns(t *testing.T) {
	const instanceKeyID = "https://blog.example.test/ap/instance#main-key"
	by := map[string]string{}
	note := func(w http.ResponseWriter, r *http.Request) {
		s, err := signature.Parse(r)
		if err != nil {
			t.Fatal(err)
		}
		by[r.Method] = s.KeyID
		object(`{"id":"x"}`)(w, r)
	}
	server := serve(t, map[string]http.HandlerFunc{"/note": note})
	inbox := peertest.New(t)
	inbox.Trust(ourKeyID, "https://blog.example.test/ap/actor", &peertest.ProcessKey().PublicKey)
	o := clientOptions()
	o.FetchKey = signature.Key{ID: instanceKeyID, Private: peertest.ProcessKey()}
	c := testClient(t, o, defaultBounds())
	if _, err := c.Get(t.Context(), server.URL+"/note"); err != nil {
		t.Fatal(err)
	}
	bob := inbox.Join("bob", peertest.Mastodon)
	activity := `{"@context":"https://www.w3.org/ns/activitystreams","id":"https://blog.example.test/1","type":"Update","actor":"https://blog.example.test/ap/actor"}`
	if a, err := c.Post(t.Context(), bob.Inbox, []byte(activity)); err != nil || a.Status != http.StatusAccepted {
		t.Fatalf("%+v %v", a, err)
	}
	if by[http.MethodGet] != instanceKeyID {
		t.Errorf("fetches are signed by %s", by[http.MethodGet])
	}
	// The peer verified the delivery by the key that it trusts alone.
	if got := inbox.Await(1)[0].Header.Get("Signature"); !strings.Contains(got, `"`+ourKeyID+`"`) {
		t.Errorf("deliveries are signed by %s", got)
	}
	if _, err := c.Get(t.Context(), "https://blog.example.test/ap/instance"); !errors.Is(err, ErrRefused) {
		t.Errorf("we fetch from ourselves: %v", err)
	}
}

// TestAuthorizedFetch has a reply come from a server that gives nothing to
// unsigned requests and checks the signature by the key at /ap/instance.
func TestAuthorizedFetch(t *testing.T) {
	w := newInboxWorld(t)
	p := w.peer(2)
	ann := p.Join("ann", peertest.GoToSocial)
	w.send(ann, http.StatusAccepted, ann.Act("Create", ann.Note(w.postIRI(), "<p>Signed</p>")))
	w.want("after the reply", "comment ann public shown: Signed")
	if keys := w.node.client.keys.Load(); keys.fetch.ID != w.node.blog.InstanceKeyIRI() || keys.post.ID != w.node.blog.KeyIRI() {
		t.Errorf("fetches are signed by %s, deliveries by %s", keys.fetch.ID, keys.post.ID)
	}
}
