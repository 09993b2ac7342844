package peertest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"limelight/federation/signature"
)

// TestMessageTwists has two implementations of RFC 9421 written apart agree on
// every request.
func TestMessageTwists(t *testing.T) {
	bob := New(t).Join("bob", Mastodon)
	inbox := node(t, bob).URL + "/ap/inbox?from=test"
	like := bob.Act("Like", "https://blog.example.test/ap/posts/1")
	for _, twist := range RightRFC9421() {
		if reply := bob.Send(inbox, like, twist); reply.Status != 202 {
			t.Errorf("%s: answered %d %s", twist, reply.Status, reply.Body)
		}
		if reply := bob.Get(inbox, twist); reply.Status != 202 {
			t.Errorf("%s: answered %d %s to a GET", twist, reply.Status, reply.Body)
		}
	}
	malformed := map[Twist]bool{
		QuotedCreated: true, NoKeyID: true, ComponentTwice: true, ManyLabels: true, OtherLabelsBytes: true,
		InputAlone: true, LongInput: true, GarbageInput: true, SignatureOfDrafts: true,
	}
	for _, twist := range append(WrongRFC9421(), QueryNotCovered) {
		want := map[bool]int{true: 400, false: 401}[malformed[twist]]
		if reply := bob.Send(inbox, like, twist); reply.Status != want {
			t.Errorf("%s: answered %d (%s), want %d", twist, reply.Status, strings.TrimSpace(reply.Body), want)
		}
	}
	if reply := bob.Send(strings.TrimSuffix(inbox, "?from=test"), like, QueryNotCovered); reply.Status != 202 {
		t.Errorf("no query to cover: %d %s", reply.Status, reply.Body)
	}
}

func TestEd25519(t *testing.T) {
	bob := New(t).Join("bob", Mastodon)
	bob.Edwards()
	inbox := node(t, bob).URL + "/ap/inbox"
	like := bob.Act("Like", "https://blog.example.test/ap/posts/1")
	for _, twists := range [][]Twist{nil, {RFC9421}, {NoAlg}} {
		if reply := bob.Send(inbox, like, twists...); reply.Status != 202 {
			t.Errorf("%v: answered %d %s", twists, reply.Status, reply.Body)
		}
	}
	for _, twist := range []Twist{BodyChanged, StrangersKey, UnknownAlg, OtherBody, OtherKey} {
		if reply := bob.Send(inbox, like, twist); reply.Status != 401 {
			t.Errorf("%v: answered %d %s", twist, reply.Status, reply.Body)
		}
	}
}

func TestMessagesAreHeldAgainstTheRules(t *testing.T) {
	rec := &recorder{TB: t}
	p := New(rec)
	bob := p.Join("bob", Mastodon)
	key := signature.Key{ID: p.URL + "/users/eve#main-key", Private: ProcessKey()}
	p.Trust(key.ID, p.URL+"/users/eve", &ProcessKey().PublicKey)
	body := fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"%[1]s/1","type":"Like","actor":"%[1]s/users/eve"}`, p.URL)
	swap := func(r *http.Request, name, from, to string) {
		r.Header.Set(name, strings.Replace(r.Header.Get(name), from, to, 1))
	}
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   string // of the violation
	}{
		"in order":           {func(*http.Request) {}, ""},
		"both digests":       {func(r *http.Request) { r.Header.Set("Digest", digest([]byte(body))) }, "Digest of the draft"},
		"digest of another":  {func(r *http.Request) { r.Header.Set("Content-Digest", contentDigest(nil)) }, "Content-Digest"},
		"digest not covered": {func(r *http.Request) { swap(r, "Signature-Input", ` "content-digest"`, "") }, "does not cover"},
		"unusual label":      {func(r *http.Request) { swap(r, "Signature-Input", "sig1", "x") }, "unusual"},
		"two signatures":     {func(r *http.Request) { r.Header.Add("Signature", r.Header.Get("Signature")) }, "2 Signature headers"},
		"another created":    {func(r *http.Request) { swap(r, "Signature-Input", "created=1", "created=01") }, "does not verify"},
		"an old created":     {func(r *http.Request) { swap(r, "Signature-Input", "created=1", "created=") }, "created is"},
		"another target":     {func(r *http.Request) { r.URL.RawQuery = url.Values{"a": {"1"}}.Encode() }, "does not verify"},
		"another's key":      {func(r *http.Request) { swap(r, "Signature-Input", "users/eve#", "users/bob#") }, "does not verify"},
	} {
		t.Run(name, func(t *testing.T) {
			rec.errors = nil
			req, err := http.NewRequest("POST", bob.Inbox, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/activity+json")
			req.Header.Set("User-Agent", "test")
			if err := key.Sign(req, signature.NewBody([]byte(body)), signature.RFC9421, time.Now()); err != nil {
				t.Fatal(err)
			}
			c.change(req)
			reply, err := do(req)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				if reply.Status != 202 || len(rec.errors) > 0 {
					t.Errorf("answered %d, %q", reply.Status, rec.errors)
				}
			} else if len(rec.errors) != 1 || !strings.Contains(rec.errors[0], c.want) {
				t.Errorf("answered %d, violations %q, want one of %q", reply.Status, rec.errors, c.want)
			}
		})
	}
}

func TestSpeak(t *testing.T) {
	p, ann := New(t), New(t).Join("ann", Mastodon)
	p.Trust(ann.KeyID, ann.IRI, &ProcessKey().PublicKey)
	bob := p.Join("bob", Mastodon)
	turned := 0
	for _, c := range []struct {
		tongue         Tongue
		draft, message int
	}{{Both, 202, 202}, {DraftOnly, 202, 401}, {RFC9421Only, 401, 202}} {
		p.Speak(c.tongue)
		act := ann.Act("Like", bob.IRI+"/1")
		for scheme, want := range map[Scheme]int{ByDraft: c.draft, ByRFC9421: c.message} {
			var twists []Twist
			if scheme == ByRFC9421 {
				twists = []Twist{RFC9421}
			}
			if reply := ann.Send(bob.Inbox, act, twists...); reply.Status != want {
				t.Errorf("%v: %d to %s, want %d", c.tongue, reply.Status, scheme, want)
			}
			if want == 401 {
				turned++
			}
			get := map[int]int{202: 200, 401: 401}[want]
			if reply := ann.Get(bob.IRI, twists...); reply.Status != get {
				t.Errorf("%v: %d to a GET by %s, want %d", c.tongue, reply.Status, scheme, get)
			}
		}
	}
	if n := p.TurnedAway(); n != 2*turned {
		t.Errorf("%d turned away, want %d", n, 2*turned)
	}
	if n := len(p.Deliveries()); n != 4 {
		t.Errorf("%d deliveries", n)
	}
}
