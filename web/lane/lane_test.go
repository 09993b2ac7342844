package lane_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const get = "GET /posts/a HTTP/1.1\r\nHost: blog.test\r\n\r\n"

// exchanges are what readers send, usual and unusual.
func exchanges() []string {
	one := func(line, more string) string { return line + " HTTP/1.1\r\nHost: blog.test\r\n" + more + "\r\n" }
	all := []string{get, get + get + get, get + one("HEAD /posts/a", "") + get, one("HEAD /posts/large", "") + get}
	for _, path := range []string{"large", "parts", "nothing", "same", "empty", "early", "twice", "close", "lines", "short", "long", "abort", "a%20b?c=d&e", "../x", "%zz"} {
		all = append(all, get+one("GET /posts/"+path, "")+get, get+one("HEAD /posts/"+path, "")+get)
	}
	for _, more := range []string{"Accept: a/b\r\nAccept: c/d\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: Keep-Alive\r\n", "Connection: keep-alive, close\r\n", "Connection: keep-alive\r\nConnection: close\r\n", "Connection: upgrade\r\nUpgrade: websocket\r\n",
		"Content-Length: 0\r\n", "Content-Length: +1\r\n", "Transfer-Encoding: gzip\r\n", "Expect: 100-continue\r\n", "Expect: else\r\n", "Host: other.test\r\n", "hOst: other.test\r\n",
		"Te: trailers\r\n", "X-Bad\x01: a\r\n", "X: \x01\r\n", "X: \x00\r\n", "X: \x7f\r\n", "X : a\r\n", ": a\r\n", "X: a\r\n b\r\n", "X\r\n", "Pragma: no-cache\r\n",
		"X-Long: " + strings.Repeat("x", 5000) + "\r\n", "X-Umlaut: \xfc\r\n", "Cookie: a=b\r\n"} {
		all = append(all, get+one("GET /posts/a", more)+get)
	}
	return append(all,
		get+one("GET /other", "")+get+get,
		get+one("GET http://other.test/posts/a", "")+get,
		get+one("POST /posts/a", "Content-Length: 5\r\n")+"12345"+get,
		get+one("GET /posts/a", "Content-Length: 5\r\n")+"12345"+get,
		get+one("GET /posts/a", "Transfer-Encoding: chunked\r\n")+"3\r\nabc\r\n0\r\n\r\n"+get,
		get+"GET /posts/a HTTP/1.0\r\nHost: blog.test\r\n\r\n"+get,
		get+"GET /posts/a HTTP/1.1\r\n\r\n"+get,
		get+"GET /posts/a HTTP/1.1\nHost: blog.test\n\n"+get,
		get+"GET /posts/a HTTP/1.1\nHost: blog.test\n\n"+"GET /posts/b HTTP/1.1\nHost: blog.test\r\n\r\n"+get,
		get+"GET /posts/a HTTP/1.1\r\nHost: blog.test\r\n\nGET /posts/b HTTP/1.1\r\nHost: blog.test\r\n\r\n"+get,
		get+"GET /posts/a HTTP/2.0\r\nHost: blog.test\r\n\r\n",
		get+"GET /posts/a\r\n\r\n",
		get+"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		get+"OPTIONS * HTTP/1.1\r\nHost: blog.test\r\n\r\n"+get,
		get+"\r\n\r\n"+get,
		get+"\x16\x03\x01\x02\x00",
		get+"GET /posts/a HTTP/1.1\r\nHost: blog.test",
		get+"G",
	)
}

// TestSameAsNetHTTP: nobody can tell who answers.
func TestSameAsNetHTTP(t *testing.T) {
	plain, _, _ := serve(t, 0, posts)
	for _, after := range []int{1, 2} {
		taken, _, _ := serve(t, after, posts)
		for _, raw := range exchanges() {
			if want, got := exchange(t, plain, raw), exchange(t, taken, raw); !slices.Equal(want, got) {
				t.Errorf("after %d, %q: net/http answers\n%+v\nthe lane\n%+v", after, raw, want, got)
			}
		}
	}
}

// FuzzSameAsNetHTTP is the same with what nobody thought of.
func FuzzSameAsNetHTTP(f *testing.F) {
	for _, raw := range exchanges() {
		f.Add(raw)
	}
	plain, _, _ := serve(f, 0, posts)
	taken, _, _ := serve(f, 1, posts)
	f.Fuzz(func(t *testing.T, raw string) {
		if want, got := exchange(t, plain, get+raw), exchange(t, taken, get+raw); !slices.Equal(want, got) {
			t.Errorf("%q: net/http answers\n%+v\nthe lane\n%+v", raw, want, got)
		}
	})
}

// TestTakenOverAndGivenBack follows one connection there, back and there again.
func TestTakenOverAndGivenBack(t *testing.T) {
	var onLane atomic.Int64
	address, _, _ := serve(t, 3, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(fmt.Sprintf("%T", w), "*http.") {
			onLane.Add(1)
		}
		io.WriteString(w, r.URL.Path+" "+r.RemoteAddr)
	})
	c, in := dial(t, address)
	for i, want := range []struct {
		path string
		lane bool
	}{{"/posts/1", false}, {"/posts/2", false}, {"/other", false}, {"/posts/1", false}, {"/posts/2", false}, {"/posts/3", true}, {"/posts/4", true},
		{"/other", false}, {"/posts/1", false}, {"/posts/2", false}, {"/posts/3", true}, {"/posts/4", true}} {
		before := onLane.Load()
		said := []string{"", "Connection: Keep-Alive\r\n"}[i%2]
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: blog.test\r\n%s\r\n", want.path, said)
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(i, err)
		}
		body, _ := io.ReadAll(resp.Body)
		if got := onLane.Load() > before; string(body) != want.path+" "+c.LocalAddr().String() || got != want.lane {
			t.Errorf("request %d: %q, on the lane: %t", i, body, got)
		}
	}
}

// TestShutdown: who waits is sent away, who is being answered gets the answer.
func TestShutdown(t *testing.T) {
	slow, goOn := make(chan struct{}), make(chan struct{})
	address, l, s := serve(t, 1, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/posts/slow" {
			close(slow)
			<-goOn
		}
		io.WriteString(w, "whole")
	})
	ask := func(path string) (func() (*http.Response, error), io.Writer) {
		c, in := dial(t, address)
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: blog.test\r\n\r\n", path)
		return func() (*http.Response, error) { return http.ReadResponse(in, nil) }, c
	}
	idle, _ := ask("/posts/a")
	if _, err := idle(); err != nil {
		t.Fatal(err)
	}
	busy, _ := ask("/posts/slow")
	<-slow
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- l.Shutdown(t.Context()) }()
	if resp, err := idle(); err == nil {
		t.Errorf("a connection that waited got %v", resp)
	}
	select {
	case err := <-ended:
		t.Errorf("ended beside an answer that was not given: %v", err)
	default:
	}
	close(goOn)
	resp, err := busy()
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(resp.Body); string(body) != "whole" || err != nil {
		t.Errorf("the answer under way: %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestShutdownHasItsTime: a reader that takes nothing holds nobody up.
func TestShutdownHasItsTime(t *testing.T) {
	asked, released := make(chan struct{}), make(chan struct{})
	address, l, _ := serve(t, 1, func(http.ResponseWriter, *http.Request) { close(asked); <-released })
	defer close(released)
	c, _ := dial(t, address)
	io.WriteString(c, get)
	<-asked
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := l.Shutdown(ctx); err == nil {
		t.Error("a connection in use ended by itself")
	}
}

// TestIdleConnectionsEnd, on the lane too.
func TestIdleConnectionsEnd(t *testing.T) {
	address, l, _ := serve(t, 1, posts)
	l.SetIdle(10 * time.Millisecond)
	c, in := dial(t, address)
	io.WriteString(c, get)
	if _, err := http.ReadResponse(in, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		t.Errorf("a connection nobody uses: %v", err)
	}
}
