package lane_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/web/lane"
)

// posts is a handler whose answers tell what was asked, in every way that a
// handler may write them.
func posts(w http.ResponseWriter, r *http.Request) {
	var names []string
	for name, values := range r.Header {
		names = append(names, fmt.Sprintf("%s: %q", name, values))
	}
	slices.Sort(names)
	read, _ := io.ReadAll(io.LimitReader(r.Body, 1<<10))
	body := fmt.Sprintf("%s %q host %q of %d with %q\n%s\n", r.Method, r.RequestURI, r.Host, r.ContentLength, read, strings.Join(names, "\n"))
	h := w.Header()
	h.Set("X-Method", r.Method) // for who reads the answer
	h.Set("Etag", `"1"`)
	whole := func() {
		h.Set("Content-Type", "text/plain")
		h.Set("Content-Length", fmt.Sprint(len(body)))
		io.WriteString(w, body)
	}
	switch r.URL.Path {
	case "/posts/large":
		body += strings.Repeat("large ", 20_000)
		whole()
	case "/posts/parts":
		for part := range strings.SplitAfterSeq(body, "\n") {
			io.WriteString(w, part)
		}
	case "/posts/nothing":
		w.WriteHeader(http.StatusNoContent)
		if _, err := io.WriteString(w, body); err == nil {
			panic("a body was taken with a 204")
		}
	case "/posts/same":
		h.Set("Content-Length", "7")
		w.WriteHeader(http.StatusNotModified)
	case "/posts/empty":
	case "/posts/early":
		h.Set("Link", "</a>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		whole()
	case "/posts/twice":
		w.WriteHeader(http.StatusNotFound)
		w.WriteHeader(http.StatusOK)
	case "/posts/close":
		h.Set("Connection", "close")
		whole()
	case "/posts/lines":
		h["X-Lines"] = []string{"a\r\nInjected: b"}
		whole()
	case "/posts/short":
		h.Set("Content-Length", "100000")
		io.WriteString(w, body)
	case "/posts/long":
		h.Set("Content-Length", "3")
		io.WriteString(w, "abc")
		if _, err := io.WriteString(w, "def"); err != http.ErrContentLength {
			panic("more was taken than the length given")
		}
	case "/posts/abort":
		panic(http.ErrAbortHandler)
	default:
		whole()
	}
}

// serve starts a server, with a lane before the handler when after is not 0.
func serve(t testing.TB, after int, handler http.HandlerFunc) (address string, l *lane.Lane, s *http.Server) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s = &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	t.Cleanup(func() { s.Close() })
	if after > 0 {
		l = lane.New(handler, listener.Addr(), lane.Options{Takes: func(path string) bool { return strings.HasPrefix(path, "/posts/") },
			After: after, Idle: time.Minute, Write: time.Minute})
		s.Handler, s.ConnContext = l, l.ConnContext
		go s.Serve(l.Listener())
		t.Cleanup(func() {
			ended, cancel := context.WithCancel(context.Background())
			cancel()
			_ = l.Shutdown(ended) // closes at once what a test left open
		})
	}
	go s.Serve(listener)
	return listener.Addr().String(), l, s
}

// dial connects to a server until the test ends.
func dial(t testing.TB, address string) (*net.TCPConn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	return c.(*net.TCPConn), bufio.NewReader(c)
}

// told is an answer as one server and another should give it.
type told struct {
	status int
	header string
	body   string
	broken string // why the body ended too early
}

// exchange sends raw bytes, and is what was answered until the server closed.
func exchange(t testing.TB, address, raw string) (all []told) {
	t.Helper()
	c, in := dial(t, address)
	go func() { // beside reading, or both sides could wait for the other
		_, _ = io.WriteString(c, raw)
		_ = c.CloseWrite()
	}()
	out, _ := io.ReadAll(in) // a reset ends it too
	c.Close()
	for len(out) > 0 {
		head, rest, found := bytes.Cut(out, []byte("\r\n\r\n"))
		if !found {
			return append(all, told{broken: "no end of the head: " + string(out)})
		}
		method := http.MethodGet
		if bytes.Contains(head, []byte("X-Method: HEAD")) {
			method = http.MethodHead
		}
		left := bytes.NewReader(rest)
		reader := bufio.NewReader(io.MultiReader(bytes.NewReader(append(bytes.Clone(head), "\r\n\r\n"...)), left))
		resp, err := http.ReadResponse(reader, httptest.NewRequest(method, "/", nil))
		if err != nil {
			return append(all, told{broken: err.Error()})
		}
		body, err := io.ReadAll(resp.Body)
		a := told{status: resp.StatusCode, body: string(body)}
		if err != nil {
			a.broken = err.Error()
		}
		if resp.Header.Get("Date") == "" && resp.StatusCode != http.StatusBadRequest {
			a.broken += "no date"
		}
		resp.Header.Del("Date")
		resp.Header.Del("Content-Length") // or chunks, as it pleases the server
		resp.Header.Del("Connection")
		var b strings.Builder
		_ = resp.Header.Write(&b)
		a.header = b.String()
		if resp.StatusCode >= 200 { // hints before it may be left out
			all = append(all, a)
		}
		buffered, _ := io.ReadAll(reader)
		out = buffered
	}
	return all
}
