package federation

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// directory is one with an empty database and a clock of its own; requests
// carry the real time.
func directory(t *testing.T) (*Directory, *storage.DB, *storagetest.Clock) {
	t.Helper()
	clock := storagetest.NewClock(time.Now())
	db := storagetest.New(t, storagetest.At(clock))
	return directoryOf(t, db, clock), db, clock
}

func directoryOf(t *testing.T, db *storage.DB, clock *storagetest.Clock) *Directory {
	t.Helper()
	d := NewDirectory(testClient(t, clientOptions(), defaultBounds()), db, &blog.Blog{BaseURL: "https://blog.example.test"})
	d.now = clock.Now
	return d
}

func peer(t *testing.T) *peertest.Peer {
	t.Helper()
	p := peertest.New(t)
	knows(p)
	return p
}

// path is the address's path at a peer.
func path(p *peertest.Peer, address string) string {
	address, _, _ = strings.Cut(address, "#")
	return strings.TrimPrefix(address, p.URL)
}

func TestKeyOfEveryShape(t *testing.T) {
	d, _, _ := directory(t)
	p := peer(t)
	for _, shape := range []peertest.Shape{peertest.Mastodon, peertest.GoToSocial, peertest.Misskey, peertest.Standalone} {
		t.Run(string(shape), func(t *testing.T) {
			a := p.Join("ann"+string(shape), shape)
			for range 3 {
				actor, key, err := d.Key(t.Context(), a.KeyID)
				if err != nil {
					t.Fatal(err)
				}
				if public, ok := key.(*rsa.PublicKey); !ok || !public.Equal(&peertest.ProcessKey().PublicKey) {
					t.Errorf("key %T", key)
				}
				if actor.IRI != a.IRI || actor.Handle != a.Handle || actor.Inbox != a.Inbox || actor.SharedInbox != a.Shared ||
					actor.KeyID != a.KeyID || actor.KeyPEM != a.PEM() || actor.Type != "Person" {
					t.Errorf("actor %+v", actor)
				}
			}
			if n := p.Fetches(path(p, a.IRI)); n != 1 {
				t.Errorf("its actor was fetched %d times", n)
			}
			if n := p.Fetches(path(p, a.KeyID)); n != 1 {
				t.Errorf("its key was fetched %d times", n)
			}
			if got, err := d.Actor(t.Context(), a.IRI); err != nil || got.IRI != a.IRI || p.Fetches(path(p, a.IRI)) != 1 {
				t.Errorf("actor %+v %v", got, err)
			}
		})
	}
}

func TestStorageKeepsOnlyWhomSomethingCameOf(t *testing.T) {
	d, db, clock := directory(t)
	p := peer(t)
	bob := p.Join("bob", peertest.Mastodon)
	actor, _, err := d.Key(t.Context(), bob.KeyID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Actor(t.Context(), bob.IRI); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a stranger was stored: %v", err)
	}
	actor.Name = "as stored"
	if err := db.SaveActor(t.Context(), actor); err != nil {
		t.Fatal(err)
	}
	// As after a restart.
	d = directoryOf(t, db, clock)
	again, key, err := d.Key(t.Context(), bob.KeyID)
	if err != nil || again.Name != "as stored" || key == nil || p.Fetches(path(p, bob.IRI)) != 1 {
		t.Errorf("from storage: %+v %v, %d fetches", again, err, p.Fetches(path(p, bob.IRI)))
	}
	clock.Advance(actorAge)
	if got, _, err := d.Key(t.Context(), bob.KeyID); err != nil || got.Name != "The one called bob" {
		t.Errorf("when old: %+v %v", got, err)
	}
	if stored, err := db.Actor(t.Context(), bob.IRI); err != nil || stored.Name != "The one called bob" || !stored.Fetched.Equal(clock.Now().Truncate(time.Millisecond)) {
		t.Errorf("stored: %+v %v", stored, err)
	}
	clock.Advance(actorAge)
	p.Close()
	if got, key, err := d.Key(t.Context(), bob.KeyID); err != nil || got.IRI != bob.IRI || key == nil {
		t.Errorf("old and its server down: %+v %v", got, err)
	}
}

func TestRotatedKey(t *testing.T) {
	d, _, clock := directory(t)
	p := peer(t)
	bob := p.Join("bob", peertest.Mastodon)
	pemOf := func(get func(context.Context, string) (blog.Actor, any, error)) string {
		t.Helper()
		a, _, err := get(t.Context(), bob.KeyID)
		if err != nil {
			t.Fatal(err)
		}
		return a.KeyPEM
	}
	known := func(ctx context.Context, id string) (blog.Actor, any, error) { return d.Key(ctx, id) }
	fresh := func(ctx context.Context, id string) (blog.Actor, any, error) { return d.FreshKey(ctx, id) }
	old := pemOf(known)
	bob.Rotate()
	if pemOf(fresh) != old || p.Fetches(path(p, bob.IRI)) != 1 {
		t.Error("fetched again at once")
	}
	clock.Advance(justNow)
	if pemOf(known) != old {
		t.Error("Key asks again")
	}
	if got := pemOf(fresh); got == old || got != bob.PEM() {
		t.Error("the new key was not found")
	}
	if pemOf(known) != bob.PEM() {
		t.Error("the new key was not kept")
	}
	clock.Advance(refetchAge - time.Second)
	for range 3 {
		if pemOf(fresh) != bob.PEM() || p.Fetches(path(p, bob.IRI)) != 2 {
			t.Errorf("%d fetches within five minutes", p.Fetches(path(p, bob.IRI)))
		}
	}
	clock.Advance(time.Second)
	if pemOf(fresh); p.Fetches(path(p, bob.IRI)) != 3 {
		t.Errorf("%d fetches after five minutes", p.Fetches(path(p, bob.IRI)))
	}
}

func TestFreshActorAndForget(t *testing.T) {
	d, _, clock := directory(t)
	p := peer(t)
	bob := p.Join("bob", peertest.Mastodon)
	if _, err := d.Actor(t.Context(), bob.IRI); err != nil {
		t.Fatal(err)
	}
	p.Serve(path(p, bob.IRI), strings.Replace(bob.Document(), "The one called", "Now known as", 1))
	clock.Advance(justNow)
	if a, err := d.Actor(t.Context(), bob.IRI); err != nil || a.Name != "The one called bob" {
		t.Errorf("%+v %v", a, err)
	}
	for range 2 {
		if a, err := d.FreshActor(t.Context(), bob.IRI); err != nil || a.Name != "Now known as bob" {
			t.Errorf("%+v %v", a, err)
		}
	}
	if n := p.Fetches(path(p, bob.IRI)); n != 2 {
		t.Errorf("%d fetches", n)
	}
	d.Forget(bob.IRI)
	bob.Leave(http.StatusGone)
	p.Handle(path(p, bob.IRI), answers(http.StatusGone))
	if _, _, err := d.Key(t.Context(), bob.KeyID); !errors.Is(err, ErrGone) {
		t.Errorf("forgotten: %v", err)
	}
}

func TestFailuresAreRemembered(t *testing.T) {
	_, db, clock := directory(t)
	for name, c := range map[string]struct {
		page http.HandlerFunc
		is   error // nil for refused
		age  time.Duration
		gets int // that one fetch makes
	}{
		"410":          {answers(410), ErrGone, goneAge, 1},
		"404":          {answers(404), ErrGone, goneAge, 1},
		"503":          {answers(503), ErrUnreachable, unreachableAge, 1},
		"429":          {answers(429), ErrUnreachable, unreachableAge, 1},
		"401":          {answers(401), nil, refusedAge, 2}, // by either scheme
		"not an actor": {object(`{"id":"x","type":"Note"}`), nil, refusedAge, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := directoryOf(t, db, clock)
			p := peer(t)
			p.Handle("/users/eve", c.page)
			check := func(fetches int) {
				t.Helper()
				_, _, err := d.Key(t.Context(), p.URL+"/users/eve#main-key")
				if err == nil || errors.Is(err, ErrGone) != (c.is == ErrGone) || errors.Is(err, ErrUnreachable) != (c.is == ErrUnreachable) {
					t.Errorf("got %v", err)
				}
				if n := p.Fetches("/users/eve"); n != fetches*c.gets {
					t.Errorf("%d fetches, want %d", n, fetches*c.gets)
				}
			}
			check(1)
			check(1)
			_, _, _ = d.FreshKey(t.Context(), p.URL+"/users/eve#main-key")
			clock.Advance(c.age - time.Second)
			check(1)
			clock.Advance(time.Second)
			check(2)
		})
	}
}

func TestServerDown(t *testing.T) {
	d, _, _ := directory(t)
	p := peer(t)
	bob := p.Join("bob", peertest.Mastodon)
	p.Close()
	if _, _, err := d.Key(t.Context(), bob.KeyID); !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrGone) {
		t.Errorf("key: %v", err)
	}
	if _, err := d.Actor(t.Context(), bob.IRI); !errors.Is(err, ErrUnreachable) {
		t.Errorf("actor: %v", err)
	}
}

func TestManyAskAtOnce(t *testing.T) {
	d, _, _ := directory(t)
	p := peer(t)
	bob := p.Join("bob", peertest.Mastodon)
	hold := make(chan struct{})
	p.Handle(path(p, bob.IRI), func(w http.ResponseWriter, r *http.Request) {
		<-hold
		object(bob.Document())(w, r)
	})
	var began, ended sync.WaitGroup
	for range waitersOnce/2 - 1 {
		began.Add(1)
		ended.Go(func() {
			began.Done()
			if _, key, err := d.Key(t.Context(), bob.KeyID); err != nil || key == nil {
				t.Error(err)
			}
		})
	}
	// One who goes away takes nobody along.
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := d.Key(impatient, bob.KeyID); !errors.Is(err, ErrUnreachable) {
		t.Errorf("gone away: %v", err)
	}
	began.Wait()
	close(hold)
	ended.Wait()
	if n := p.Fetches(path(p, bob.IRI)); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestHostsAreNotHammered(t *testing.T) {
	d, _, clock := directory(t)
	p := peer(t)
	p.Handle("/none", answers(404))
	fetched := 0
	ask := func(n int) (limited int) {
		for range n {
			fetched++
			_, _, err := d.Key(t.Context(), fmt.Sprintf("%s/none?%d#key", p.URL, fetched))
			if errors.Is(err, ErrUnreachable) {
				limited++
			} else if !errors.Is(err, ErrGone) {
				t.Fatal(err)
			}
		}
		return limited
	}
	if limited := ask(hostBurst + 20); limited != 20 || p.Fetches("/none") != hostBurst {
		t.Errorf("%d limited, %d fetched", limited, p.Fetches("/none"))
	}
	clock.Advance(2 * time.Second)
	if limited := ask(2*hostPerSec + 5); limited != 5 {
		t.Errorf("%d limited after two seconds", limited)
	}
	other := peer(t)
	if _, _, err := d.Key(t.Context(), other.Join("ann", peertest.Mastodon).KeyID); err != nil {
		t.Errorf("another host: %v", err)
	}
}

func TestOurOwnKeyIsRefused(t *testing.T) {
	d, _, _ := directory(t)
	if _, _, err := d.Key(t.Context(), ourKeyID); !errors.Is(err, ErrRefused) || errors.Is(err, ErrUnreachable) || errors.Is(err, ErrGone) {
		t.Errorf("got %v", err)
	}
}

func TestKeyIDsThatAreNone(t *testing.T) {
	d, _, _ := directory(t)
	for _, id := range []string{"", "Test", "acct:bob@a.test", "/users/bob", "ftp://a.test/", "https://bob@a.test/#main-key", "http://10.0.0.1/x", "https://0x7f.1/"} {
		if _, _, err := d.Key(t.Context(), id); err == nil || errors.Is(err, ErrUnreachable) || errors.Is(err, ErrGone) {
			t.Errorf("%q: %v", id, err)
		}
	}
}
