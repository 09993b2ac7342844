package federation

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// TestFetchForBringing: what an author brings comes through the guard like all else.
func TestFetchForBringing(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /old.xml", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/feed.xml", http.StatusMovedPermanently)
	})
	mux.HandleFunc("GET /feed.xml", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Signature") != "" || !strings.Contains(r.Header.Get("Accept"), "application/rss+xml") {
			t.Errorf("it was asked for with %v", r.Header)
		}
		_, _ = w.Write([]byte("<rss/>"))
	})
	mux.HandleFunc("GET /a.png", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write([]byte("picture"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	open := &Node{client: NewClient(ClientOptions{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})}
	data, at, err := open.FetchFeed(t.Context(), server.URL+"/old.xml", 100)
	if err != nil || string(data) != "<rss/>" || at != server.URL+"/feed.xml" {
		t.Errorf("%q at %s, %v", data, at, err)
	}
	if _, _, err = open.FetchFeed(t.Context(), server.URL+"/feed.xml", 3); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too much of it: %v", err)
	}
	if data, err = open.FetchPicture(t.Context(), server.URL+"/a.png"); err != nil || string(data) != "picture" {
		t.Errorf("%q, %v", data, err)
	}
	shut := &Node{client: NewClient(ClientOptions{})}
	if _, _, err = shut.FetchFeed(t.Context(), server.URL+"/feed.xml", 100); !errors.Is(err, ErrRefused) {
		t.Errorf("a private network: %v", err)
	}
	if _, err = shut.FetchPicture(t.Context(), server.URL+"/a.png"); !errors.Is(err, ErrRefused) {
		t.Errorf("a picture of a private network: %v", err)
	}
}
