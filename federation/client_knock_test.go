package federation

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/federation/peertest"
	"limelight/federation/signature"
)

// doorman answers knock after knock by script, checks each signature, and keeps
// the schemes.
type doorman struct {
	*httptest.Server
	t       *testing.T
	mu      sync.Mutex
	script  []int // 0 breaks the connection off
	schemes []signature.Scheme
}

func newDoorman(t *testing.T, script ...int) *doorman {
	t.Helper()
	d := &doorman{t: t, script: script}
	d.Server = httptest.NewServer(d)
	t.Cleanup(d.Close)
	return d
}

func (d *doorman) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s, err := signature.Parse(r)
	if err == nil {
		err = s.Verify(r, body, baseOf(r), time.Now(), &peertest.ProcessKey().PublicKey)
	}
	if err != nil {
		d.t.Errorf("%s: %v", r.Method, err)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.schemes = append(d.schemes, s.Scheme)
	if len(d.script) == 0 {
		d.t.Errorf("%s: one knock more than there are answers", r.Method)
		return
	}
	status := d.script[0]
	d.script = d.script[1:]
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Retry-After", fmt.Sprint(len(d.script)+1))
	w.Header().Set("Location", "/elsewhere")
	w.Header().Set("Content-Type", activityType)
	w.WriteHeader(status)
}

// seen are the schemes of the knocks so far.
func (d *doorman) seen() []signature.Scheme {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.schemes)
}

// next sets the answers from now on, and forgets what was seen.
func (d *doorman) next(script ...int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.script, d.schemes = script, nil
}

func TestClientSecondKnock(t *testing.T) {
	for name, c := range map[string]struct {
		script  []int
		status  int // 0 for an error
		waits   time.Duration
		learned bool
	}{
		"taken at once":              {[]int{202}, 202, 1, false},
		"forbidden":                  {[]int{403}, 403, 1, false},
		"not found":                  {[]int{404}, 404, 1, false},
		"gone":                       {[]int{410}, 410, 1, false},
		"cannot be processed":        {[]int{422}, 422, 1, false},
		"moved":                      {[]int{302}, 302, 1, false},
		"server error":               {[]int{500}, 500, 1, false},
		"too many requests":          {[]int{429}, 429, 1, false},
		"401, then taken":            {[]int{401, 202}, 202, 1, true},
		"400, then taken":            {[]int{400, 200}, 200, 1, true},
		"401 twice":                  {[]int{401, 401}, 401, 2, false},
		"400 twice":                  {[]int{400, 400}, 400, 2, false},
		"401, then it cannot read":   {[]int{401, 400}, 401, 2, false},
		"400, then 401":              {[]int{400, 401}, 400, 2, false},
		"401, then forbidden":        {[]int{401, 403}, 401, 2, false},
		"401, then another 4xx":      {[]int{401, 422}, 401, 2, false},
		"401, then not implemented":  {[]int{401, 501}, 401, 2, false},
		"401, then gone":             {[]int{401, 410}, 410, 1, false},
		"401, then not found":        {[]int{401, 404}, 404, 1, false},
		"401, then too large":        {[]int{401, 413}, 413, 1, false},
		"401, then too many":         {[]int{401, 429}, 429, 1, false},
		"400, then a server error":   {[]int{400, 503}, 503, 1, false},
		"401, then moved":            {[]int{401, 302}, 302, 1, false},
		"401, then broken off":       {[]int{401, 0}, 0, 0, false},
		"broken off is no bad knock": {[]int{0}, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoorman(t, c.script...)
			client := testClient(t, clientOptions(), defaultBounds())
			answer, err := client.Post(t.Context(), d.URL+"/inbox", []byte(ourLike))
			if c.status == 0 {
				if !Temporary(err) {
					t.Errorf("got %+v %v", answer, err)
				}
			} else if want := (Answer{c.status, c.waits * time.Second}); err != nil || answer != want {
				t.Errorf("got %+v %v, want %+v", answer, err, want)
			}
			host := strings.TrimPrefix(d.URL, "http://")
			if got := client.schemes.of("POST", host) == signature.RFC9421; got != c.learned {
				t.Errorf("learned %t, want %t", got, c.learned)
			}
			if want := []signature.Scheme{signature.Cavage, signature.RFC9421}[:len(c.script)]; !slices.Equal(d.seen(), want) {
				t.Errorf("knocked by %v, want %v", d.seen(), want)
			}
		})
	}
}

func TestClientRemembersWhatWorked(t *testing.T) {
	const draft, message = signature.Cavage, signature.RFC9421
	client := testClient(t, clientOptions(), defaultBounds())
	d := newDoorman(t)
	for i, c := range []struct {
		script  []int
		schemes []signature.Scheme
	}{
		{[]int{401, 202}, []signature.Scheme{draft, message}},
		{[]int{202}, []signature.Scheme{message}},
		{[]int{503}, []signature.Scheme{message}},
		{[]int{403}, []signature.Scheme{message}},
		{[]int{401, 401}, []signature.Scheme{message, draft}},
		{[]int{400, 503}, []signature.Scheme{message, draft}},
		{[]int{202}, []signature.Scheme{message}},
		{[]int{401, 202}, []signature.Scheme{message, draft}},
		{[]int{202}, []signature.Scheme{draft}},
	} {
		d.next(c.script...)
		if _, err := client.Post(t.Context(), d.URL+"/inbox", []byte(ourLike)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.seen(), c.schemes) {
			t.Errorf("%d: knocked by %v, want %v", i, d.seen(), c.schemes)
		}
	}
}

// A host that gives documents to everybody says nothing about its inbox.
func TestClientTellsGetFromPost(t *testing.T) {
	client := testClient(t, clientOptions(), defaultBounds())
	d := newDoorman(t, 401, 200, 200, 202)
	for range 2 {
		if _, err := client.Get(t.Context(), d.URL+"/users/bob"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.Post(t.Context(), d.URL+"/inbox", []byte(ourLike)); err != nil {
		t.Fatal(err)
	}
	if want := []signature.Scheme{signature.Cavage, signature.RFC9421, signature.RFC9421, signature.Cavage}; !slices.Equal(d.seen(), want) {
		t.Errorf("knocked by %v, want %v", d.seen(), want)
	}
}

func TestClientWithPeersOfEitherScheme(t *testing.T) {
	client := testClient(t, clientOptions(), defaultBounds())
	p := peertest.New(t)
	knows(p)
	bob := p.Join("bob", peertest.GoToSocial)
	for i, c := range []struct {
		tongue peertest.Tongue
		scheme peertest.Scheme
		turned int // requests turned away so far
	}{
		{peertest.Both, peertest.ByDraft, 0},
		{peertest.RFC9421Only, peertest.ByRFC9421, 2},
		{peertest.RFC9421Only, peertest.ByRFC9421, 2},
		{peertest.Both, peertest.ByRFC9421, 2},
		{peertest.DraftOnly, peertest.ByDraft, 4},
		{peertest.DraftOnly, peertest.ByDraft, 4},
	} {
		p.Speak(c.tongue)
		if answer, err := client.Post(t.Context(), bob.Inbox, []byte(ourLike)); err != nil || answer.Status != 202 {
			t.Errorf("%d: %+v %v", i, answer, err)
		}
		if doc, err := client.Get(t.Context(), bob.IRI); err != nil || string(doc.Body) != bob.Document() {
			t.Errorf("%d: %s %v", i, doc.Body, err)
		}
		all := p.Deliveries()
		if last := all[len(all)-1]; len(all) != i+1 || last.Scheme != c.scheme || p.TurnedAway() != c.turned {
			t.Errorf("%d: %d deliveries, the last by %s, %d turned away; want %+v", i, len(all), last.Scheme, p.TurnedAway(), c)
		}
	}
}

// Each step of a redirect is signed in the scheme of its own host.
func TestClientRedirectsBetweenSchemes(t *testing.T) {
	client := testClient(t, clientOptions(), defaultBounds())
	p := peertest.New(t)
	knows(p)
	p.Speak(peertest.RFC9421Only)
	bob := p.Join("bob", peertest.Mastodon)
	var schemes []signature.Scheme
	old := serve(t, map[string]http.HandlerFunc{"/bob": func(w http.ResponseWriter, r *http.Request) {
		s, _ := signature.Parse(r)
		schemes = append(schemes, s.Scheme)
		moved(bob.IRI)(w, r)
	}})
	for range 3 {
		doc, err := client.Get(t.Context(), old.URL+"/bob")
		if err != nil || doc.URL != bob.IRI {
			t.Errorf("%+v %v", doc, err)
		}
	}
	if n := p.TurnedAway(); n != 1 {
		t.Errorf("knocked in vain %d times", n)
	}
	if want := []signature.Scheme{signature.Cavage, signature.Cavage, signature.Cavage}; !slices.Equal(schemes, want) {
		t.Errorf("the first host was asked by %v", schemes)
	}
}

// A second knock may be what a redirect is an answer to.
func TestClientFollowsASecondKnock(t *testing.T) {
	client := testClient(t, clientOptions(), defaultBounds())
	d := newDoorman(t, 401, 302, 401, 200)
	doc, err := client.Get(t.Context(), d.URL+"/bob")
	if err != nil || doc.URL != d.URL+"/elsewhere" {
		t.Errorf("%+v %v", doc, err)
	}
}

func TestClientDoesNotKnockForImages(t *testing.T) {
	knocks := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		knocks++
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	if _, err := testClient(t, clientOptions(), defaultBounds()).GetImage(t.Context(), server.URL+"/x.png", 10); err == nil || knocks != 1 {
		t.Errorf("%d knocks, %v", knocks, err)
	}
}

func TestClientKnocksConcurrently(t *testing.T) {
	client := testClient(t, clientOptions(), defaultBounds())
	var wg sync.WaitGroup
	for i, tongue := range []peertest.Tongue{peertest.Both, peertest.DraftOnly, peertest.RFC9421Only, peertest.RFC9421Only} {
		p := peertest.New(t)
		knows(p)
		p.Speak(tongue)
		bob := p.Join("bob", peertest.Mastodon)
		for range 8 {
			wg.Go(func() {
				for range 5 {
					if answer, err := client.Post(t.Context(), bob.Shared, []byte(ourLike)); err != nil || answer.Status != 202 {
						t.Errorf("%d: %+v %v", i, answer, err)
					}
				}
			})
		}
	}
	wg.Wait()
}

func TestSchemesAreBounded(t *testing.T) {
	s := newSchemes()
	for i := range 3 * maxSchemes {
		s.learn("POST", fmt.Sprintf("h%d.example.test", i), signature.RFC9421)
	}
	s.byHost.CleanUp()
	if n := s.byHost.EstimatedSize(); n > maxSchemes || n < maxSchemes/2 {
		t.Errorf("%d hosts are remembered", n)
	}
	s = newSchemes()
	s.learn("POST", "a.example.test", signature.Cavage)
	if n := s.byHost.EstimatedSize(); n != 0 {
		t.Errorf("the usual takes room: %d", n)
	}
}
