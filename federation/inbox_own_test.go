package federation

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"limelight/federation/signature"
	"limelight/federation/vocab"
)

// viewing is the answer to a View in the blog's own name, signed by the key.
func (w *inboxWorld) viewing(key signature.Key, scheme signature.Scheme, change func(*http.Request)) *httptest.ResponseRecorder {
	w.t.Helper()
	body, err := vocab.Encode(vocab.View{
		Context: vocab.PlainContext, Type: ViewType, Actor: w.node.blog.ActorIRI(), Object: w.node.blog.ActorIRI(),
	})
	w.must(err)
	r := httptest.NewRequest("POST", w.inbox, bytes.NewReader(body))
	r.Header.Set("Content-Type", activityType)
	w.must(key.Sign(r, signature.NewBody(body), scheme, w.node.now()))
	change(r)
	recorder := httptest.NewRecorder()
	NoteArrival(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = "203.0.113.9:0"
		w.node.Inbox(rw, r)
	})).ServeHTTP(recorder, r)
	return recorder
}

func TestOwnViewTellsHowItArrived(t *testing.T) {
	w := newInboxWorld(t)
	for _, scheme := range []signature.Scheme{signature.Cavage, signature.RFC9421} {
		answer := w.viewing(w.node.standing.Load().key, scheme, func(r *http.Request) {
			r.Host, r.RemoteAddr = "elsewhere.test", "127.0.0.1:4711"
			r.Header.Set("X-Forwarded-For", strings.Repeat("203.0.113.9, ", 100))
		})
		var a Arrival
		if err := json.Unmarshal([]byte(answer.Header().Get(ArrivalHeader)), &a); err != nil || answer.Code != http.StatusAccepted {
			t.Fatalf("%v: %d %v %s", scheme, answer.Code, err, answer.Body)
		}
		if a.Host != "elsewhere.test" || a.Peer != "127.0.0.1:4711" || a.From != "203.0.113.9:0" || !a.Trusted || len(a.ForwardedFor) != maxArrival || a.Now.IsZero() {
			t.Errorf("%v: %+v", scheme, a)
		}
	}
	if got := w.state(); len(got) != 0 {
		t.Errorf("it changed something: %q", got)
	}
}

func TestOwnViewIsToldToNobodyElse(t *testing.T) {
	w := newInboxWorld(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	w.must(err)
	mine := w.node.standing.Load().key
	for name, c := range map[string]struct {
		key    signature.Key
		change func(*http.Request)
		status int
	}{
		"another key under our id": {signature.Key{ID: mine.ID, Private: other}, func(*http.Request) {}, 401},
		"another id":               {signature.Key{ID: mine.ID + "2", Private: mine.Private}, func(*http.Request) {}, 401},
		"no signature":             {mine, func(r *http.Request) { r.Header.Del("Signature") }, 401},
		"no digest":                {mine, func(r *http.Request) { r.Header.Del("Digest") }, 401},
		"no date":                  {mine, func(r *http.Request) { r.Header.Del("Date") }, 400},
		"another path":             {mine, func(r *http.Request) { r.RequestURI = "/ap/instance/inbox" }, 401},
	} {
		answer := w.viewing(c.key, signature.Cavage, c.change)
		if answer.Code != c.status || answer.Header().Get(ArrivalHeader) != "" {
			t.Errorf("%s: %d, want %d; %q %s", name, answer.Code, c.status, answer.Header().Get(ArrivalHeader), answer.Body)
		}
	}
}
