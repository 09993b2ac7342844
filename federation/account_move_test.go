package federation

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"limelight/federation/peertest"
	"limelight/storage"
)

func TestMoveTarget(t *testing.T) {
	w := newAccountWorld(t)
	p := w.peer(2)
	ann, bob, eve := p.Join("ann", peertest.Mastodon), p.Join("bob", peertest.GoToSocial), p.Join("eve", peertest.Mastodon)
	ann.KnownAs(w.node.blog.ActorIRI())
	bob.KnownAs(w.node.blog.ActorIRI())
	eve.KnownAs("https://blog.example.test/ap/actor")
	p.Serve("/@ann", ann.Document()) // the profile's address
	p.Serve("/users/gone", strings.Replace(ann.Document(), "{", `{"movedTo":"`+bob.IRI+`",`, 1))
	p.Handle("/users/page", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) })
	for name, c := range map[string]struct {
		name, want, says string
		is               error
	}{
		"a handle":                    {"@" + ann.Handle, ann.IRI, "", nil},
		"a handle without the @":      {bob.Handle, bob.IRI, "", nil},
		"an id":                       {ann.IRI, ann.IRI, "", nil},
		"an address of the profile":   {p.URL + "/@ann", ann.IRI, "", nil},
		"one that does not list us":   {"@" + eve.Handle, "", "alsoKnownAs", ErrUnlisted},
		"nobody":                      {"@nobody@" + p.Host, "", "404", ErrGone},
		"no such actor":               {p.URL + "/users/nobody", "", "404", nil},
		"a page":                      {p.URL + "/users/page", "", "wrong type", ErrWrongType},
		"ourselves":                   {"@" + w.node.blog.Acct(), "", "this blog itself", ErrOurselves},
		"ourselves by id":             {w.node.blog.ActorIRI(), "", "this blog itself", ErrOurselves},
		"a word":                      {"ann", "", "neither a handle", nil},
		"a host that is none":         {"@ann@example.com/path", "", "neither a handle", nil},
		"a network that is not ours":  {"@ann@192.0.2.1", "", "refused", ErrRefused},
		"an address of another kind":  {"ftp://" + p.Host + "/ann", "", "refused", ErrRefused},
		"one served as somebody else": {p.URL + "/users/gone", ann.IRI, "", nil}, // its id leads to ann
	} {
		t.Run(name, func(t *testing.T) {
			got, err := w.node.MoveTarget(t.Context(), c.name)
			switch {
			case c.want != "" && (err != nil || got.IRI != c.want):
				t.Errorf("%s, %v", got.IRI, err)
			case c.want == "" && (err == nil || !strings.Contains(err.Error(), c.says)):
				t.Errorf("%s, %v, want %q", got.IRI, err, c.says)
			case c.is != nil && !errors.Is(err, c.is):
				t.Errorf("%v is not %v", err, c.is)
			}
		})
	}
	if found, err := w.node.FindAccount(t.Context(), "@"+eve.Handle); err != nil || found.Handle != eve.Handle {
		t.Errorf("for moving in: %+v, %v", found, err)
	}
}

// TestMoveAway: followers get the actor with its new address, then the Move.
func TestMoveAway(t *testing.T) {
	w := newAccountWorld(t)
	p := w.peer(2)
	bob := p.Join("bob", peertest.Mastodon)
	w.send(bob, 202, bob.Act("Follow", w.node.blog.ActorIRI()))
	w.deliver()
	p.Await(1, "Accept")
	const there = "https://new.test/users/blog"
	_, err := w.db.MoveOut(t.Context(), there)
	w.must(err)
	p.Await(1, "Move")
	both := p.Await(2, "Update", "Move")
	var update struct {
		MovedTo     string
		AlsoKnownAs []string
	}
	var move struct{ Actor, Object, Target string }
	w.must(json.Unmarshal(both[0].Activity.Object.JSON, &update))
	w.must(json.Unmarshal(both[1].Body, &move))
	us := w.node.blog.ActorIRI()
	if update.MovedTo != there || move.Actor != us || move.Object != us || move.Target != there {
		t.Errorf("an Update to %+v, a Move %+v", update, move)
	}
	added, err := w.db.AddKnownAs(t.Context(), storage.KnownAs{IRI: bob.IRI, Handle: bob.Handle})
	if err != nil || !added {
		t.Fatal(added, err)
	}
	w.must(json.Unmarshal(p.Await(2, "Update")[1].Activity.Object.JSON, &update))
	if len(update.AlsoKnownAs) != 1 || update.AlsoKnownAs[0] != bob.IRI {
		t.Errorf("after moving in: %+v", update)
	}
}
