package federation

import (
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"limelight/federation/peertest"
	"limelight/federation/signature"
)

func TestGetFromPeers(t *testing.T) {
	p := peertest.New(t)
	knows(p)
	c := testClient(t, clientOptions(), defaultBounds())
	for _, shape := range []peertest.Shape{peertest.Mastodon, peertest.GoToSocial, peertest.Misskey} {
		a := p.Join("ann"+string(shape), shape)
		doc, err := c.Get(t.Context(), a.IRI+"#fragment")
		if err != nil || doc.URL != a.IRI || string(doc.Body) != a.Document() {
			t.Errorf("%s: %s %s %v", shape, doc.URL, doc.Body, err)
		}
	}
}

func TestGetFollowsRedirects(t *testing.T) {
	var pages map[string]http.HandlerFunc
	other := serve(t, map[string]http.HandlerFunc{"/end": object(`{"id":1}`)})
	pages = map[string]http.HandlerFunc{
		"/1":       moved("/2"),
		"/2":       moved("3?x=%2F"),
		"/3":       moved(other.URL + "/end#me"),
		"/0":       moved("/1"),
		"/circle":  moved("/circle2"),
		"/circle2": moved("/circle"),
		"/self":    moved("/self"),
		"/nowhere": answers(http.StatusFound),
		"/inside":  moved("http://10.0.0.1/"),
		"/file":    moved("file:///etc/passwd"),
		"/user":    moved("http://user@127.0.0.1/"),
		"/us":      moved("https://blog.example.test/ap/actor"),
		"/304":     answers(http.StatusNotModified),
	}
	server := serve(t, pages)
	c := testClient(t, clientOptions(), defaultBounds())
	doc, err := c.Get(t.Context(), server.URL+"/1")
	if err != nil || doc.URL != other.URL+"/end" || string(doc.Body) != `{"id":1}` {
		t.Errorf("%+v %v", doc, err)
	}
	for path, want := range map[string]error{
		"/0": ErrRedirected, "/circle": ErrRedirected, "/self": ErrRedirected, "/nowhere": ErrRedirected,
		"/inside": ErrRefused, "/file": ErrRefused, "/user": ErrRefused, "/us": ErrRefused,
	} {
		if _, err := c.Get(t.Context(), server.URL+path); !errors.Is(err, want) || Temporary(err) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	var status *StatusError
	if _, err := c.Get(t.Context(), server.URL+"/304"); !errors.As(err, &status) || status.Status != 304 {
		t.Errorf("304: %v", err)
	}
}

// A redirect is held against the list again, at the address it leads to.
func TestGetDoesNotFollowOutOfTheList(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skipf("no second loopback address here: %v", err)
	}
	secret := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("connected") })}}
	secret.Start()
	t.Cleanup(secret.Close)
	server := serve(t, map[string]http.HandlerFunc{"/x": moved(secret.URL + "/secret")})
	o := clientOptions()
	o.AllowPrivate = []netip.Prefix{oneOnly}
	c := testClient(t, o, defaultBounds())
	if _, err := c.Get(t.Context(), server.URL+"/x"); !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
	if _, err := c.GetImage(t.Context(), secret.URL+"/secret", 100); !errors.Is(err, ErrRefused) {
		t.Errorf("image: got %v", err)
	}
	if _, err := c.Post(t.Context(), secret.URL+"/secret", nil); !errors.Is(err, ErrRefused) {
		t.Errorf("post: got %v", err)
	}
}

func TestGetStatuses(t *testing.T) {
	server := serve(t, map[string]http.HandlerFunc{
		"/401": answers(401), "/403": answers(403), "/404": answers(404), "/408": answers(408), "/410": answers(410),
		"/429": answers(429), "/500": answers(500), "/501": answers(501), "/503": answers(503),
	})
	c := testClient(t, clientOptions(), defaultBounds())
	for path, want := range map[string]struct {
		status          int
		gone, temporary bool
	}{
		"/401": {401, false, false}, "/403": {403, false, false}, "/404": {404, true, false}, "/408": {408, false, true},
		"/410": {410, true, false}, "/429": {429, false, true}, "/500": {500, false, true}, "/501": {501, false, false}, "/503": {503, false, true},
	} {
		_, err := c.Get(t.Context(), server.URL+path)
		var got *StatusError
		if !errors.As(err, &got) || got.Status != want.status || got.Gone() != want.gone || Temporary(err) != want.temporary {
			t.Errorf("%s: %v, temporary %t", path, err, Temporary(err))
		}
	}
}

func TestGetBounds(t *testing.T) {
	endless := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", activityType)
		for r.Context().Err() == nil {
			if _, err := w.Write(bytes.Repeat([]byte(" "), 1<<16)); err != nil {
				return
			}
		}
	}
	// Hangs with what was written, until the client gives up.
	hang := func(first string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if first != "" {
				object(first)(w, r)
				w.(http.Flusher).Flush()
			}
			<-r.Context().Done()
		}
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, 64<<20))
	z.Close()
	server := serve(t, map[string]http.HandlerFunc{
		"/full":     object(strings.Repeat(" ", maxDocument)),
		"/over":     object(strings.Repeat(" ", maxDocument+1)),
		"/endless":  endless,
		"/noheader": hang(""),
		"/nobody":   hang("{"),
		"/cut": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			object("{}")(w, r)
		},
		"/bomb": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			object(bomb.String())(w, r)
		},
		"/header": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Padding", strings.Repeat("x", 128<<10))
			object("{}")(w, r)
		},
	})
	b := defaultBounds()
	b.header = 100 * time.Millisecond
	quick := testClient(t, clientOptions(), b)
	o := clientOptions()
	o.Timeout = 200 * time.Millisecond
	brief := testClient(t, o, defaultBounds())
	usual := testClient(t, clientOptions(), defaultBounds())
	for name, c := range map[string]struct {
		client    *Client
		path      string
		is        error
		temporary bool
	}{
		"1 MB":           {usual, "/full", nil, false},
		"a byte more":    {usual, "/over", ErrTooLarge, false},
		"endless":        {usual, "/endless", ErrTooLarge, false},
		"gzip bomb":      {usual, "/bomb", ErrTooLarge, false},
		"no header":      {quick, "/noheader", errBroken, true},
		"no end in time": {brief, "/nobody", errBroken, true},
		"cut off":        {usual, "/cut", errBroken, true},
		"huge header":    {usual, "/header", errBroken, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.client.Get(t.Context(), server.URL+c.path)
			if !errors.Is(err, c.is) || Temporary(err) != c.temporary {
				t.Errorf("got %v, temporary %t", err, Temporary(err))
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		server.CloseClientConnections()
		gone := httptest.NewServer(nil)
		gone.Close()
		if _, err := usual.Get(t.Context(), gone.URL); !Temporary(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestActivityTypes(t *testing.T) {
	for contentType, want := range map[string]bool{
		`application/activity+json`:                                                                         true,
		`Application/Activity+JSON; charset=UTF-8`:                                                          true,
		`application/activity+json;charset="utf-8"`:                                                         true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`:                              true,
		`application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams"`:               true,
		`application/ld+json; profile="http://www.w3.org/ns/json-ld https://www.w3.org/ns/activitystreams"`: true,
		`application/ld+json`: false,
		`application/ld+json; profile="https://example.test/"`: false,
		`application/json`:                     false,
		`text/html`:                            false,
		`application/octet-stream`:             false,
		`application/activity+json, text/html`: false,
		`application/activity+jsonx`:           false,
		``:                                     false,
		`;`:                                    false,
	} {
		if got := isActivityJSON(contentType); got != want {
			t.Errorf("%q: %t", contentType, got)
		}
	}
	server := serve(t, map[string]http.HandlerFunc{"/upload": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, `{"type":"Person"}`)
	}})
	if _, err := testClient(t, clientOptions(), defaultBounds()).Get(t.Context(), server.URL+"/upload"); !errors.Is(err, ErrWrongType) || Temporary(err) {
		t.Errorf("an upload: %v", err)
	}
}

func TestGetOverTLS(t *testing.T) {
	var proto string
	server := httptest.NewUnstartedServer(signedOnly(t, map[string]http.HandlerFunc{"/x": func(w http.ResponseWriter, r *http.Request) {
		proto = r.Proto
		object("{}")(w, r)
	}}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	b := defaultBounds()
	b.roots = x509.NewCertPool()
	b.roots.AddCert(server.Certificate())
	if _, err := testClient(t, clientOptions(), b).Get(t.Context(), server.URL+"/x"); err != nil || proto != "HTTP/2.0" {
		t.Errorf("by %s: %v", proto, err)
	}
	if _, err := testClient(t, clientOptions(), defaultBounds()).Get(t.Context(), server.URL+"/x"); !Temporary(err) {
		t.Errorf("a certificate of nobody: %v", err)
	}
	strict := clientOptions()
	strict.AllowPrivate = nil
	if _, err := testClient(t, strict, b).Get(t.Context(), server.URL+"/x"); !errors.Is(err, ErrRefused) {
		t.Errorf("with nothing listed: %v", err)
	}
}

func TestGetImage(t *testing.T) {
	picture := func(kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Signature") != "" {
				t.Error("signed")
			}
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, "0123456789")
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/png", picture("image/png"))
	mux.Handle("/bytes", picture("application/octet-stream"))
	mux.Handle("/html", picture("text/html"))
	mux.Handle("/moved", moved("/png"))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	c := testClient(t, clientOptions(), defaultBounds())
	for path, want := range map[string]error{"/png": nil, "/bytes": nil, "/moved": nil, "/html": ErrWrongType} {
		data, err := c.GetImage(t.Context(), server.URL+path, 10)
		if !errors.Is(err, want) || want == nil && string(data) != "0123456789" {
			t.Errorf("%s: %q %v", path, data, err)
		}
	}
	if _, err := c.GetImage(t.Context(), server.URL+"/png", 9); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
}

func TestNoProxyFromTheEnvironment(t *testing.T) {
	c := testClient(t, clientOptions(), defaultBounds())
	for _, client := range []*http.Client{c.plain, c.secure} {
		if client.Transport.(*http.Transport).Proxy != nil || client.Jar != nil {
			t.Error("a proxy or cookies")
		}
	}
}

func TestSignedWithTheClock(t *testing.T) {
	now := time.Now().Add(-50 * time.Minute)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s, err := signature.Parse(r); err != nil || s.KeyID != ourKeyID || r.Header.Get("Date") != now.UTC().Format(http.TimeFormat) {
			t.Errorf("%v %v", r.Header, err)
		}
		object("{}")(w, r)
	}))
	t.Cleanup(server.Close)
	o := clientOptions()
	o.Now = func() time.Time { return now }
	if _, err := testClient(t, o, defaultBounds()).Get(t.Context(), server.URL); err != nil {
		t.Error(err)
	}
}
