package federation

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

// TestReach: what stands at the blog's own address, as another server meets it.
func TestReach(t *testing.T) {
	db := storagetest.New(t)
	for name, c := range map[string]struct {
		answer http.HandlerFunc // nil for the node's own
		want   string           // in the error; empty for none
	}{
		"the blog":      {},
		"a redirect":    {http.RedirectHandler("https://www.example.test/", http.StatusFound).ServeHTTP, `a redirect to "https://www.example.test/"`},
		"a proxy alone": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "answers 502"},
		"a blog that left": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusGone)
		}, ""},
		"a welcome page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "Welcome to nginx!")
		}, "something else is served there"},
		"another account": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", activityType)
			io.WriteString(w, `{"id": "https://example.test/users/ann"}`)
		}, `is another account there: "https://example.test/users/ann"`},
		"far too much": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", activityType)
			io.WriteString(w, strings.Repeat(" ", maxDocument+1))
		}, ErrTooLarge.Error()},
	} {
		var node *Node
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c.answer != nil {
				c.answer(w, r)
				return
			}
			node.Actor(w, r)
		}))
		defer server.Close()
		for _, networks := range [][]netip.Prefix{{netip.MustParsePrefix("127.0.0.0/8")}, nil} {
			var err error
			node, err = New(Options{Blog: &blog.Blog{BaseURL: server.URL, Handle: "blog"}, DB: db, Key: peertest.ProcessKey(), AllowPrivate: networks})
			if err != nil {
				t.Fatal(err)
			}
			want := c.want
			if networks == nil { // a private address is none that others could ask
				want = ErrRefused.Error()
			}
			err = node.Reach(t.Context())
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s, private networks %v: %v", name, networks, err)
			}
		}
	}
}
