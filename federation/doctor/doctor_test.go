package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation"
	"limelight/storage"
)

// examOf is a run against nobody, of which one step is made.
func examOf(t *testing.T, base string) *exam {
	t.Helper()
	x := newExam(Options{Blog: &blog.Blog{BaseURL: base, Handle: "blog"}})
	t.Cleanup(x.visitor.close)
	return x
}

// only makes the checks of a step and returns them.
func (x *exam) only(run func()) []Check {
	for _, s := range steps() {
		x.open = append(x.open, s.ids...)
	}
	run()
	return x.checks
}

func TestIDs(t *testing.T) {
	var ids []string
	for _, s := range steps() {
		for _, a := range s.ids {
			if !regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9]+)?$`).MatchString(a.id) || a.what == "" || slices.Contains(ids, a.id) {
				t.Errorf("%q, %q", a.id, a.what)
			}
			ids = append(ids, a.id)
		}
	}
	// A run that ends before it begins has all of them, in their order.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var done []int
	checks := Run(ctx, Options{Blog: &blog.Blog{BaseURL: "https://blog.test"}}, func(s Step) { done = append(done, s.Done) })
	for i, c := range checks {
		if c.ID != ids[i] || c.State != Skipped || c.Found == "" {
			t.Errorf("%d: %+v", i, c)
		}
	}
	if len(checks) != len(ids) || !slices.IsSorted(done) || done[len(done)-1] != len(steps()) {
		t.Errorf("%d checks of %d, steps %v", len(checks), len(ids), done)
	}
}

func TestVisitorGoesToPrivateAddressesThatWereNamedAlone(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "http://localhost:"+r.URL.Query().Get("port")+"/inside?"+r.URL.RawQuery, http.StatusFound)
	}))
	defer server.Close()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	x := examOf(t, server.URL)
	_, hops, err := x.visitor.follow(t.Context(), server.URL+"/?port="+u.Port())
	if err == nil || asked != 1 || len(hops) != 1 || !strings.Contains(err.Error(), "prohibited") {
		t.Errorf("%d requests, %v, %v", asked, hops, err)
	}
	x.visitor.named["localhost"] = true
	if _, _, err := x.visitor.follow(t.Context(), server.URL+"/?port="+u.Port()); !errors.Is(err, errCircle) || asked < 2 {
		t.Errorf("%d requests, %v", asked, err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			<-release
			return
		}
		for piece := make([]byte, 1<<20); r.Context().Err() == nil; {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	defer close(release)
	x := examOf(t, server.URL)
	a, err := x.visitor.get(t.Context(), server.URL+"/endless")
	if err != nil || len(a.body) != maxAnswer {
		t.Errorf("%d bytes, %v", len(a.body), err)
	}
	if _, err := x.visitor.do(t.Context(), ask{method: "GET", url: server.URL + "/slow", patience: 50 * time.Millisecond}); err == nil || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("slow: %v", err)
	}
}

func TestWritten(t *testing.T) {
	for base, want := range map[string]State{
		"https://blog.example.com": OK, "http://blog.example.com": Failure, "https://localhost:8443": Failure, "https://10.1.2.3": Failure,
		"https://[::1]": Failure, "https://blog.example.com:8443": Warning,
	} {
		x := examOf(t, base)
		if c := x.only(x.written)[0]; c.State != want {
			t.Errorf("%s: %+v", base, c)
		}
	}
	x := examOf(t, "https://blog.example.com")
	x.o.Local = &Local{NotFirst: true}
	if c := x.only(x.written)[0]; c.State != Failure || !strings.Contains(c.Found, "another address") {
		t.Errorf("%+v", c)
	}
}

func TestIsPrivate(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1": true, "10.0.0.1": true, "192.168.1.1": true, "169.254.1.1": true, "100.64.0.1": true, "::1": true, "fd00::1": true, "fe80::1": true,
		"93.184.215.14": false, "2606:4700::1111": false,
	} {
		if got := isPrivate(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
}

func TestInHosts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(file, []byte("# blog.test\n127.0.0.1 localhost # blog.test\n127.0.1.1\tpi Pi.Example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{"pi.example.com": true, "pi": true, "localhost": true, "blog.test": false, "127.0.1.1": false, "": false} {
		if got := inHosts(file, host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
	if inHosts(file+"2", "pi") {
		t.Error("a file that is not there knows a host")
	}
}

func TestVisitorSeen(t *testing.T) {
	for name, c := range map[string]struct {
		arrival federation.Arrival
		direct  bool
		state   State
		found   string
	}{
		"nobody in front":   {federation.Arrival{Peer: "127.0.0.1:5", From: "127.0.0.1:5", ForwardedFor: Pretended}, true, OK, "no web server"},
		"from outside":      {federation.Arrival{Peer: "203.0.113.7:5", From: "203.0.113.7:5"}, false, OK, "203.0.113.7"},
		"believed":          {federation.Arrival{Peer: "10.0.0.2:5", From: "203.0.113.7:0", Trusted: true, ForwardedFor: Pretended + ", 203.0.113.7"}, false, OK, "203.0.113.7"},
		"not believed":      {federation.Arrival{Peer: "[::ffff:172.17.0.1]:5", From: "172.17.0.1:5", ForwardedFor: "203.0.113.7"}, false, Warning, "172.17.0.1 says whom"},
		"silent":            {federation.Arrival{Peer: "127.0.0.1:5", From: "127.0.0.1:5"}, false, Warning, "does not say"},
		"passes on a claim": {federation.Arrival{Peer: "127.0.0.1:5", From: Pretended + ":0", Trusted: true, ForwardedFor: Pretended}, false, Warning, "pretends"},
	} {
		x := examOf(t, "https://blog.example.com")
		x.arrival, x.direct = &c.arrival, c.direct
		if got := x.only(x.visitorSeen)[0]; got.State != c.state || !strings.Contains(got.Found, c.found) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestClock(t *testing.T) {
	now := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		date, node time.Duration // off; the node's is unknown when it is 0
		state      State
		found      string
	}{
		"right":                {time.Second, 0, OK, ""},
		"a proxy's clock":      {-2 * time.Minute, time.Second, Warning, "the Date of answers is 2m0s off"},
		"behind by hours":      {-3 * time.Hour, 0, Failure, "3h0m0s"},
		"ahead by hours":       {2 * time.Hour, 0, Failure, "2h0m0s"},
		"the node's, hidden":   {0, 25 * time.Hour, Failure, "where limelight runs is 25h"},
		"the node's, a little": {0, 90 * time.Second, Warning, "where limelight runs"},
	} {
		x := examOf(t, "https://blog.example.com")
		x.now = func() time.Time { return now }
		x.date = dated{now.Add(c.date), now}
		if c.node != 0 {
			x.arrival = &federation.Arrival{Now: now.Add(c.node)}
		}
		if got := x.only(func() { x.clock(t.Context()) })[0]; got.State != c.state || !strings.Contains(got.Found, c.found) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestFreshFor(t *testing.T) {
	now := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"ours":            {http.Header{"Cache-Control": {"public, max-age=0, must-revalidate"}}, 0},
		"none":            {http.Header{}, 0},
		"two of them":     {http.Header{"Cache-Control": {"public, max-age=0", "Max-Age=86400"}}, 24 * time.Hour},
		"of shared ones":  {http.Header{"Cache-Control": {`max-age=1, s-maxage="7200"`}}, 2 * time.Hour},
		"for ever":        {http.Header{"Cache-Control": {"max-age=99999999999999"}}, 100 * 365 * 24 * time.Hour},
		"by a date":       {http.Header{"Expires": {"Fri, 02 Jan 2026 17:04:05 GMT"}}, 2 * time.Hour},
		"a date besides":  {http.Header{"Expires": {"Fri, 02 Jan 2026 17:04:05 GMT"}, "Cache-Control": {"max-age=0"}}, 0},
		"no number":       {http.Header{"Cache-Control": {"max-age=long"}}, 0},
		"less than none":  {http.Header{"Cache-Control": {"max-age=-5"}}, 0},
		"a passed date":   {http.Header{"Expires": {"Fri, 02 Jan 2026 10:04:05 GMT"}}, 0},
		"something else":  {http.Header{"Expires": {"0"}}, 0},
		"quite as it may": {http.Header{"Cache-Control": {"s-maxage=3600"}}, time.Hour},
	} {
		if got, _ := freshFor(c.header, now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestSilence: who takes connections and says nothing is asked twice and no more.
func TestSilence(t *testing.T) {
	asked := atomic.Int32{}
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked.Add(1)
		<-release
	}))
	defer server.Close()
	defer close(release)
	checks := Run(t.Context(), Options{Blog: &blog.Blog{BaseURL: server.URL}, Patience: 50 * time.Millisecond}, nil)
	by := map[string]Check{}
	for _, c := range checks {
		by[c.ID] = c
	}
	if c := by["redirect.home"]; c.State != Failure || !strings.Contains(c.Found, "no answer in time") {
		t.Errorf("%+v", c)
	}
	if c := by["inbox.size"]; c.State != Skipped || !strings.Contains(c.Found, "no answer in time, like the front page") {
		t.Errorf("%+v", c)
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestHub(t *testing.T) {
	status := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ParseForm() != nil || r.PostForm.Get("hub.mode") != "doctor" || r.PostForm.Get("hub.callback") != "" {
			t.Errorf("the hub is sent %v", r.PostForm)
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	for code, want := range map[int]State{400: OK, 202: OK, 404: Warning, 500: Warning} {
		status = code
		x := examOf(t, "https://blog.example.com")
		u, _ := url.Parse(server.URL)
		x.visitor.named[u.Hostname()] = true
		if got := x.only(func() { x.hub(t.Context(), server.URL) })[0]; got.State != want {
			t.Errorf("%d: %+v", code, got)
		}
	}
}

func TestLocalWithoutADatabase(t *testing.T) {
	o := storage.Options{Database: t.TempDir() + "/limelight.db", Media: t.TempDir()}
	x := examOf(t, "https://blog.example.com")
	_, err := storage.Open(t.Context(), o)
	x.o.Local = &Local{Err: err, Storage: o}
	checks := x.only(func() { x.local(t.Context()) })
	at := slices.IndexFunc(checks, func(c Check) bool { return c.ID == "database" })
	if at < 0 || checks[at].State != Failure || !strings.Contains(checks[at].Found, "limelight serve") {
		t.Errorf("%+v", checks)
	}
}

func TestIsIssued(t *testing.T) {
	leaf, between, other := &x509.Certificate{RawIssuer: []byte("b")}, &x509.Certificate{RawSubject: []byte("b")}, &x509.Certificate{RawSubject: []byte("c")}
	if !isIssued([]*x509.Certificate{leaf, other, between}) || isIssued([]*x509.Certificate{leaf, other}) || isIssued([]*x509.Certificate{leaf}) {
		t.Error("the issuer is not found, or one that is not there")
	}
}

func TestSpoil(t *testing.T) {
	for before, after := range map[string]string{`a="b",signature="xyz"`: `a="b",signature="Ayz"`, `signature="Ayz"`: `signature="Byz"`, `none`: `none`, `signature="`: `signature="`} {
		if got := spoil(before); got != after {
			t.Errorf("%s becomes %s", before, got)
		}
	}
}
