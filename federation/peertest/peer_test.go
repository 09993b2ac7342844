package peertest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/federation/signature"
)

// node is an inbox that verifies with the package that nodes use.
func node(t *testing.T, a *Account) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s, err := signature.Parse(r)
		if err == nil {
			err = s.Verify(r, body, "http://"+r.Host, time.Now(), a.key().Public())
		}
		switch {
		case errors.Is(err, signature.ErrMalformed):
			http.Error(w, err.Error(), http.StatusBadRequest)
		case err != nil:
			http.Error(w, err.Error(), http.StatusUnauthorized)
		default:
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// TestTwists has two implementations written apart agree on every request.
func TestTwists(t *testing.T) {
	bob := New(t).Join("bob", Mastodon)
	inbox := node(t, bob).URL + "/ap/inbox?from=test"
	for status, twists := range map[int][]Twist{
		202: {Blanks, SchemeName, QueryLeftOut, HS2019, SeveralDigests, SmallDigestName},
		400: {TwoSignatures, TwoKeyIDs, LongSignature, CreatedRSA, GarbageHeader},
		401: {Unsigned, OtherBody, OtherKey, OtherHost, OtherTarget, OldDate, FutureDate, OnlyDate, NoDigest, NoHost, NoTarget, NoDate, HMAC},
	} {
		for _, twist := range twists {
			t.Run(string(twist), func(t *testing.T) {
				if reply := bob.Send(inbox, bob.Act("Like", "https://blog.example.test/ap/posts/1"), twist); reply.Status != status {
					t.Errorf("answered %d (%s), want %d", reply.Status, reply.Body, status)
				}
			})
		}
	}
	if reply := bob.Send(inbox, bob.Act("Like", "https://blog.example.test/ap/posts/1")); reply.Status != 202 {
		t.Errorf("untwisted: %d %s", reply.Status, reply.Body)
	}
}

// recorder stands for the test of a test: it keeps what would fail it.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestDeliveriesAreHeldAgainstTheRules(t *testing.T) {
	rec := &recorder{TB: t}
	p := New(rec)
	bob := p.Join("bob", Mastodon)
	key := signature.Key{ID: p.URL + "/users/eve#main-key", Private: ProcessKey()}
	p.Trust(key.ID, p.URL+"/users/eve", &ProcessKey().PublicKey)
	good := fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"%[1]s/1","type":"Accept","actor":"%[1]s/users/eve","object":"%[1]s/2"}`, p.URL)
	for name, c := range map[string]struct {
		body   string
		change func(*http.Request)
		want   string // of the violation
	}{
		"in order":          {good, func(*http.Request) {}, ""},
		"unsigned":          {good, func(r *http.Request) { r.Header.Del("Signature") }, "Signature headers"},
		"digest of another": {good, func(r *http.Request) { r.Header.Set("Digest", digest(nil)) }, "Digest"},
		"changed date":      {good, func(r *http.Request) { r.Header.Set("Date", httpDate(time.Now().Add(-time.Second))) }, "does not verify"},
		"old date":          {good, func(r *http.Request) { r.Header.Set("Date", httpDate(time.Now().Add(-time.Hour))) }, "Date"},
		"wrong type":        {good, func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, "Content-Type"},
		"another inbox":     {good, func(r *http.Request) { r.URL.Path = "/users/ann/inbox" }, "no such inbox"},
		"no user agent":     {good, func(r *http.Request) { r.Header.Del("User-Agent") }, "User-Agent"},
		"another actor":     {strings.ReplaceAll(good, "users/eve", "users/ann"), func(*http.Request) {}, "signed by"},
		"id elsewhere":      {strings.Replace(good, p.URL+"/1", "https://other.example.test/1", 1), func(*http.Request) {}, "another host"},
		"one id for both":   {strings.Replace(good, p.URL+"/2", p.URL+"/1", 1), func(*http.Request) {}, "one id"},
		"no context":        {strings.Replace(good, "activitystreams", "x", 1), func(*http.Request) {}, "@context"},
		"no JSON":           {"{", func(*http.Request) {}, "JSON"},
		"object of elsewhere": {fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"%[1]s/1","type":"Create","actor":"%[1]s/users/eve","object":{"id":"https://other.example.test/2","type":"Note"}}`, p.URL),
			func(*http.Request) {}, "another host"},
	} {
		t.Run(name, func(t *testing.T) {
			rec.errors = nil
			req, err := http.NewRequest("POST", bob.Inbox, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/activity+json")
			req.Header.Set("User-Agent", "test")
			if err := key.Sign(req, signature.NewBody([]byte(c.body)), signature.Cavage, time.Now()); err != nil {
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
	if got := p.Await(1, "Accept"); len(got) != 1 || got[0].Path != "/users/bob/inbox" {
		t.Errorf("recorded %+v", got)
	}
}

func TestScript(t *testing.T) {
	p := New(t)
	bob := p.Join("bob", Mastodon)
	p.Trust(p.URL+"/users/eve#main-key", p.URL+"/users/eve", &ProcessKey().PublicKey)
	hold := make(chan struct{})
	close(hold)
	p.Answer(Answer{Status: 503, RetryAfter: 120}, Answer{Reset: true}, Answer{Hold: hold}, Answer{Status: 302, Location: "/x"})
	send := func() (Reply, error) {
		body := fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"%[1]s/1","type":"Like","actor":"%[1]s/users/eve"}`, p.URL)
		req, err := http.NewRequest("POST", bob.Shared, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/activity+json")
		req.Header.Set("User-Agent", "test")
		if err := (signature.Key{ID: p.URL + "/users/eve#main-key", Private: ProcessKey()}).Sign(req, signature.NewBody([]byte(body)), signature.Cavage, time.Now()); err != nil {
			t.Fatal(err)
		}
		return do(req)
	}
	var got []string
	for range 5 {
		reply, err := send()
		got = append(got, fmt.Sprint(reply.Status, reply.Header.Get("Retry-After"), reply.Header.Get("Location"), err != nil))
	}
	p.AnswerAll(Answer{Status: 410})
	reply, err := send()
	got = append(got, fmt.Sprint(reply.Status, err))
	want := []string{"503120false", "0true", "202false", "302/xfalse", "202false", "410 <nil>"}
	if strings.ReplaceAll(strings.Join(got, " "), " ", "") != strings.ReplaceAll(strings.Join(want, " "), " ", "") {
		t.Errorf("answered %q, want %q", got, want)
	}
	var statuses []int
	for _, d := range p.Await(6) {
		statuses = append(statuses, d.Status)
	}
	if want := []int{503, 0, 202, 302, 202, 410}; !slices.Equal(statuses, want) {
		t.Errorf("recorded %v, want %v", statuses, want)
	}
}

func TestDocuments(t *testing.T) {
	p := New(t)
	reader := New(t).Join("reader", Mastodon)
	p.Trust(reader.KeyID, reader.IRI, &ProcessKey().PublicKey)
	for _, shape := range []Shape{Mastodon, GoToSocial, Misskey, Standalone} {
		a := p.Join("x"+string(shape), shape)
		key, _, _ := strings.Cut(a.KeyID, "#")
		for _, address := range []string{a.IRI, key} {
			var doc struct{ ID string }
			reply := reader.Get(address)
			if err := json.Unmarshal([]byte(reply.Body), &doc); err != nil || doc.ID == "" || strings.Contains(reply.Body, "$") {
				t.Errorf("%s is %d %s (%v)", address, reply.Status, reply.Body, err)
			}
		}
	}
	ann := p.Join("ann", Mastodon)
	resp, err := http.Get(p.URL + "/.well-known/webfinger?resource=acct:" + ann.Handle)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 || !strings.Contains(string(data), ann.IRI) {
		t.Errorf("WebFinger: %d %s", resp.StatusCode, data)
	}
	n := ann.Note("", "<p>Hello</p>")
	if reply := reader.Get(n.ID); reply.Status != 200 || !strings.Contains(reply.Body, `Hello`) {
		t.Errorf("note: %d %s", reply.Status, reply.Body)
	}
	ann.Leave(http.StatusGone)
	if reply := reader.Get(ann.IRI); reply.Status != 410 {
		t.Errorf("after it left: %d", reply.Status)
	}
	if n := p.Fetches(strings.TrimPrefix(ann.IRI, p.URL)); n != 1 {
		t.Errorf("%d fetches", n)
	}
	if reply := reader.Get(n.ID); reply.Status != 410 {
		t.Errorf("its note after it left: %d", reply.Status)
	}
}
