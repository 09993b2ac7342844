package federation

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"limelight/federation/peertest"
)

// TestKeysThatLie lets a peer and a helper on another host claim what is not
// theirs. No lookup may end with a key that its owner does not list, nor an
// actor that was served elsewhere.
func TestKeysThatLie(t *testing.T) {
	_, db, clock := directory(t)
	p, other := peer(t), peer(t)
	bob := p.Join("bob", peertest.Mastodon)         // honest, on the peer
	ann := other.Join("ann", peertest.Mastodon)     // honest, elsewhere
	gts := p.Join("gts", peertest.GoToSocial)       // whose stub gets changed
	alone := p.Join("alone", peertest.Standalone)   // whose key document gets changed
	fresh := other.Join("fresh", peertest.Mastodon) // with another key
	fresh.Rotate()
	document := func(id, key, owner, pem string) string {
		return fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":%q,"type":"Person","preferredUsername":"x","inbox":%q,`+
			`"publicKey":{"id":%q,"owner":%q,"publicKeyPem":%q}}`, id, id+"/inbox", key, owner, pem)
	}
	x, xKey := p.URL+"/users/x", p.URL+"/users/x#main-key"
	for name, c := range map[string]struct {
		path, document string // served at the peer
		page           http.HandlerFunc
		keyID          string
	}{
		"owner is another":              {"/users/x", document(x, xKey, bob.IRI, bob.PEM()), nil, xKey},
		"owner is on another host":      {"/users/x", document(x, xKey, ann.IRI, bob.PEM()), nil, xKey},
		"no owner":                      {"/users/x", document(x, xKey, "", bob.PEM()), nil, xKey},
		"another's id":                  {"/users/x", document(ann.IRI, xKey, ann.IRI, bob.PEM()), nil, xKey},
		"another's id on this host":     {"/users/x", document(bob.IRI, xKey, bob.IRI, bob.PEM()), nil, xKey},
		"another key than asked":        {"/users/x", document(x, x+"#other", x, bob.PEM()), nil, xKey},
		"key id of another host":        {"/users/x", document(x, ann.KeyID, x, bob.PEM()), nil, ann.IRI + "#x"},
		"no key":                        {"/users/x", fmt.Sprintf(`{"id":%q,"type":"Person","inbox":%q}`, x, x+"/inbox"), nil, xKey},
		"key by id alone":               {"/users/x", fmt.Sprintf(`{"id":%q,"type":"Person","inbox":%q,"publicKey":%q}`, x, x+"/inbox", xKey), nil, xKey},
		"no inbox":                      {"/users/x", strings.Replace(document(x, xKey, x, bob.PEM()), `"inbox"`, `"outbox"`, 1), nil, xKey},
		"inbox that is none":            {"/users/x", strings.Replace(document(x, xKey, x, bob.PEM()), x+"/inbox", "javascript:alert(1)", 1), nil, xKey},
		"no actor":                      {"/users/x", strings.Replace(document(x, xKey, x, bob.PEM()), "Person", "Note", 1), nil, xKey},
		"no PEM":                        {"/users/x", document(x, xKey, x, "secret"), nil, xKey},
		"PEM of garbage":                {"/users/x", document(x, xKey, x, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), nil, xKey},
		"PEM of a private key":          {"/users/x", document(x, xKey, x, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), nil, xKey},
		"long PEM":                      {"/users/x", document(x, xKey, x, bob.PEM()+strings.Repeat(" ", maxPEM)), nil, xKey},
		"no JSON":                       {"/users/x", `{"id":`, nil, xKey},
		"an array":                      {"/users/x", `[]`, nil, xKey},
		"null":                          {"/users/x", `null`, nil, xKey},
		"redirect to another's actor":   {"/users/x", "", moved(ann.IRI), xKey},
		"redirect to an actor here":     {"/users/x", "", moved(bob.IRI), xKey},
		"stub of another's actor":       {"/users/x/main-key", document(ann.IRI, x+"/main-key", ann.IRI, bob.PEM()), nil, x + "/main-key"},
		"stub of an actor without it":   {"/users/x/main-key", document(bob.IRI, x+"/main-key", bob.IRI, bob.PEM()), nil, x + "/main-key"},
		"stub with another key":         {path(p, gts.KeyID), document(gts.IRI, gts.KeyID, gts.IRI, fresh.PEM()), nil, gts.KeyID},
		"stub with another owner":       {path(p, gts.KeyID), document(gts.IRI, gts.KeyID, bob.IRI, gts.PEM()), nil, gts.KeyID},
		"stub that goes in circles":     {"/users/x", document(x+"/2", xKey, x+"/2", bob.PEM()), nil, xKey},
		"key document of another owner": {path(p, alone.KeyID), fmt.Sprintf(`{"id":%q,"owner":%q,"publicKeyPem":%q}`, alone.KeyID, bob.IRI, bob.PEM()), nil, alone.KeyID},
		"key document, owner elsewhere": {path(p, alone.KeyID), fmt.Sprintf(`{"id":%q,"owner":%q,"publicKeyPem":%q}`, alone.KeyID, ann.IRI, bob.PEM()), nil, alone.KeyID},
		"key document without owner":    {path(p, alone.KeyID), fmt.Sprintf(`{"id":%q,"publicKeyPem":%q}`, alone.KeyID, bob.PEM()), nil, alone.KeyID},
		"key document of another id":    {path(p, alone.KeyID), fmt.Sprintf(`{"id":%q,"owner":%q,"publicKeyPem":%q}`, alone.KeyID+"x", alone.IRI, bob.PEM()), nil, alone.KeyID},
		"key document with its own key": {"/keys/eve", fmt.Sprintf(`{"id":"%s/keys/eve","owner":%q,"publicKeyPem":%q}`, p.URL, bob.IRI, bob.PEM()), nil, p.URL + "/keys/eve"},
	} {
		t.Run(name, func(t *testing.T) {
			d := directoryOf(t, db, clock)
			page := c.page
			if page == nil {
				page = object(c.document)
			}
			p.Handle(c.path, page)
			defer p.Handle(c.path, nil)
			a, key, err := d.Key(t.Context(), c.keyID)
			if err == nil || key != nil || a.IRI != "" {
				t.Fatalf("believed: %+v", a)
			}
			if errors.Is(err, ErrUnreachable) {
				t.Errorf("to be tried again: %v", err)
			}
			// The honest still get theirs: nothing was poisoned.
			for _, honest := range []*peertest.Account{bob, ann} {
				if a, _, err := d.Key(t.Context(), honest.KeyID); err != nil || a.IRI != honest.IRI || a.KeyPEM != honest.PEM() {
					t.Errorf("%s: %+v %v", honest.Handle, a, err)
				}
			}
			if _, err := db.Actor(t.Context(), x); err == nil {
				t.Error("stored")
			}
		})
	}
}

func TestActorsThatLie(t *testing.T) {
	_, db, clock := directory(t)
	p, other := peer(t), peer(t)
	ann := other.Join("ann", peertest.Mastodon)
	x := p.URL + "/users/x"
	for name, page := range map[string]http.HandlerFunc{
		"another's id":       object(ann.Document()),
		"no id":              object(`{"type":"Person","inbox":"` + x + `/inbox"}`),
		"a note":             object(`{"type":"Note","id":"` + x + `","inbox":"` + x + `/inbox"}`),
		"a page":             func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"id on a longer way": object(`{"type":"Person","id":"` + x + `/more","inbox":"` + x + `/inbox"}`),
	} {
		t.Run(name, func(t *testing.T) {
			d := directoryOf(t, db, clock)
			p.Handle("/users/x", page)
			p.Handle("/users/x/more", object(`{"type":"Person","id":"`+x+`/evenmore","inbox":"`+x+`/inbox"}`))
			if a, err := d.Actor(t.Context(), x); err == nil || errors.Is(err, ErrUnreachable) || errors.Is(err, ErrGone) {
				t.Errorf("believed: %+v, %v", a, err)
			}
		})
	}
}

// A key and its owner on two hosts may agree as they like: who controls a page
// of one host would speak for it by a key at another.
func TestKeyAndOwnerOnTwoHosts(t *testing.T) {
	_, db, clock := directory(t)
	p, other := peer(t), peer(t)
	bob := p.Join("bob", peertest.Mastodon)
	eve, key := other.URL+"/users/eve", p.URL+"/uploads/eve"
	actor := fmt.Sprintf(`{"id":%[1]q,"type":"Person","inbox":"%[1]s/inbox","publicKey":{"id":%[2]q,"owner":%[1]q,"publicKeyPem":%[3]q}}`, eve, key, bob.PEM())
	other.Serve("/users/eve", actor)
	for name, document := range map[string]string{
		"key":  fmt.Sprintf(`{"id":%q,"owner":%q,"publicKeyPem":%q}`, key, eve, bob.PEM()),
		"stub": actor,
	} {
		p.Serve("/uploads/eve", document)
		if a, _, err := directoryOf(t, db, clock).Key(t.Context(), key); err == nil {
			t.Errorf("%s: believed %+v", name, a)
		}
	}
}

// Whoever lists another's key must not become its owner.
func TestClaimedKeysAreNotFiled(t *testing.T) {
	_, db, clock := directory(t)
	p, other := peer(t), peer(t)
	bob := p.Join("bob", peertest.Mastodon)
	gts := p.Join("gts", peertest.GoToSocial)
	for _, victim := range []*peertest.Account{bob, gts} {
		for _, at := range []*peertest.Peer{p, other} {
			d := directoryOf(t, db, clock)
			eve := at.URL + "/users/eve"
			at.Serve("/users/eve", fmt.Sprintf(`{"id":%[1]q,"type":"Person","inbox":"%[1]s/inbox",`+
				`"publicKey":[{"id":%[2]q,"owner":%[1]q,"publicKeyPem":%[3]q}]}`, eve, victim.KeyID, bob.PEM()))
			if a, err := d.Actor(t.Context(), eve); err != nil || a.KeyID != "" {
				t.Errorf("eve: %+v %v", a, err)
			}
			if a, _, err := d.Key(t.Context(), victim.KeyID); err != nil || a.IRI != victim.IRI {
				t.Errorf("the key is filed under %q, %v", a.IRI, err)
			}
		}
	}
}

// An actor that is fetched again keeps the key that it was found by.
func TestFreshActorKeepsItsKey(t *testing.T) {
	d, db, clock := directory(t)
	gts := peer(t).Join("gts", peertest.GoToSocial)
	a, _, err := d.Key(t.Context(), gts.KeyID)
	if err == nil {
		err = db.SaveActor(t.Context(), a)
	}
	if err != nil {
		t.Fatal(err)
	}
	clock.Advance(refetchAge)
	if a, err := d.FreshActor(t.Context(), gts.IRI); err != nil || a.KeyID != gts.KeyID || !a.Fetched.Equal(clock.Now()) {
		t.Errorf("%+v %v", a, err)
	}
}
