package federation

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"limelight/federation/peertest"
)

// fingers has a peer answer WebFinger for the handle with subject and actor.
func fingers(p *peertest.Peer, answers map[string][2]string) {
	p.Handle("/.well-known/webfinger", func(w http.ResponseWriter, r *http.Request) {
		a, ok := answers[strings.TrimPrefix(r.URL.Query().Get("resource"), "acct:")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/jrd+json; charset=utf-8")
		fmt.Fprintf(w, `{"subject":%q,"links":[{"rel":"self","type":"text/html","href":"https://x.test/"},{"rel":"self",`+
			`"type":"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"","href":%q}]}`, a[0], a[1])
	})
}

func TestFind(t *testing.T) {
	d, _, clock := directory(t)
	p := peer(t)
	ann := p.Join("ann", peertest.GoToSocial)
	for range 2 {
		a, name, err := d.Find(t.Context(), strings.ToUpper(ann.Name)+"@"+p.Host)
		if err != nil || a.IRI != ann.IRI || name != ann.Handle || a.Inbox != ann.Inbox {
			t.Errorf("%+v %q %v", a, name, err)
		}
	}
	if _, _, err := d.Find(t.Context(), "nobody@"+p.Host); !errors.Is(err, ErrGone) {
		t.Errorf("nobody: %v", err)
	}
	asked := p.Fetches("/.well-known/webfinger")
	if _, _, err := d.Find(t.Context(), "nobody@"+p.Host); !errors.Is(err, ErrGone) || p.Fetches("/.well-known/webfinger") != asked {
		t.Errorf("nobody again: %v", err)
	}
	p.Close()
	clock.Advance(goneAge)
	if _, _, err := d.Find(t.Context(), "bob@"+p.Host); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a server that is down: %v", err)
	}
}

// TestFindAcrossHosts: the handle is of one host and the actor lies at another.
func TestFindAcrossHosts(t *testing.T) {
	acct := func(handle string) string { return "acct:" + handle }
	for _, c := range []struct {
		name       string
		front, own func(front, back, actor string) map[string][2]string
		want       bool
	}{
		{"both agree",
			func(front, _, actor string) map[string][2]string {
				return map[string][2]string{front: {acct(front), actor}}
			},
			func(front, back, actor string) map[string][2]string {
				return map[string][2]string{back: {acct(front), actor}, front: {acct(front), actor}}
			}, true},
		{"the actor's host knows nothing of it",
			func(front, _, actor string) map[string][2]string {
				return map[string][2]string{front: {acct(front), actor}}
			},
			func(_, back, actor string) map[string][2]string {
				return map[string][2]string{back: {acct(back), actor}}
			}, false},
		{"the handle's host names another subject that agrees",
			func(front, back, actor string) map[string][2]string {
				return map[string][2]string{front: {acct(back), actor}}
			},
			func(_, back, actor string) map[string][2]string {
				return map[string][2]string{back: {acct(back), actor}}
			}, true},
		{"the subject goes round in circles",
			func(front, back, actor string) map[string][2]string {
				return map[string][2]string{front: {acct(back), actor}}
			},
			func(front, back, actor string) map[string][2]string {
				return map[string][2]string{back: {acct(front), actor}}
			}, false},
		{"the actor's host names another actor",
			func(front, _, actor string) map[string][2]string {
				return map[string][2]string{front: {acct(front), actor}}
			},
			func(front, back, actor string) map[string][2]string {
				return map[string][2]string{back: {acct(front), actor + "x"}}
			}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _, _ := directory(t)
			home := peer(t)
			other := peertest.NewAt(t, "127.0.0.2")
			knows(other)
			ann := home.Join("ann", peertest.Mastodon)
			handle := "ann@" + other.Host
			fingers(other, c.front(handle, ann.Handle, ann.IRI))
			fingers(home, c.own(handle, ann.Handle, ann.IRI))
			a, name, err := d.Find(t.Context(), handle)
			switch {
			case c.want && (err != nil || a.IRI != ann.IRI || name == ""):
				t.Errorf("%+v %q %v", a, name, err)
			case !c.want && (err == nil || errors.Is(err, ErrUnreachable)):
				t.Errorf("believed, or to be tried again: %+v %v", a, err)
			}
		})
	}
}

func TestFindNobody(t *testing.T) {
	d, _, _ := directory(t)
	p := peer(t)
	ann := p.Join("ann", peertest.Mastodon)
	say := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	for i, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   error
	}{
		{"gone", say(410, "text/plain", ""), ErrGone},
		{"in trouble", say(503, "text/plain", ""), ErrUnreachable},
		{"a page", say(200, "text/html", "<p>"), ErrWrongType},
		{"too large", say(200, jrdType, strings.Repeat(" ", maxDescriptor+1)), ErrTooLarge},
		{"no JSON", say(200, jrdType, "x"), nil},
		{"a list", say(200, jrdType, "[]"), nil},
		{"no links", say(200, jrdType, `{"subject":7}`), nil},
		{"links of nonsense", say(200, jrdType, `{"links":[1,null,"x",{"rel":"self"},{"rel":"self","type":"application/activity+json","href":"javascript:x"}]}`), nil},
		{"ourselves", say(200, jrdType, `{"links":[{"rel":"self","type":"application/activity+json","href":"https://blog.example.test/ap/actor"}]}`), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.Handle("/.well-known/webfinger", c.answer)
			a, _, err := d.Find(t.Context(), fmt.Sprintf("bob%d@%s", i, p.Host))
			if err == nil || c.want != nil && !errors.Is(err, c.want) || c.want == nil && errors.Is(err, ErrUnreachable) {
				t.Errorf("%+v %v", a, err)
			}
		})
	}
	fingers(p, map[string][2]string{"bob@" + p.Host: {"acct:bob@" + p.Host, ann.IRI}, ann.Handle: {"acct:" + ann.Handle, ann.IRI}})
	if a, _, err := d.Find(t.Context(), "bob@"+p.Host); !errors.Is(err, errContradiction) {
		t.Errorf("another's actor: %+v %v", a, err)
	}
	for _, handle := range []string{"", "ann", "@" + p.Host, "ann@", "ann@a b", "ann@a.test/x", "ann@a.test?x", "a@b@" + p.Host, "ann@blog.example.test"} {
		if _, _, err := d.Find(t.Context(), handle); !errors.Is(err, ErrRefused) {
			t.Errorf("%q: %v", handle, err)
		}
	}
}
