package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// observed is a mux behind an observer.
func observed(o *observer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /posts/{slug}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })
	mux.HandleFunc("GET /broken", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	return o.observe(mux)
}

func TestObserver(t *testing.T) {
	for _, debug := range []bool{false, true} {
		t.Run(fmt.Sprint("debug ", debug), func(t *testing.T) {
			var out bytes.Buffer
			meter := newRouteMeter([]route{{pattern: "GET /posts/{slug}"}})
			o := &observer{lines: &lineWriter{to: &out}, meter: meter}
			if debug {
				o.debug = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
			}
			h := observed(o)
			ask := func(method, path string) {
				r := httptest.NewRequest(method, path, nil)
				r.RemoteAddr = "203.0.113.9:4711"
				r.Header.Set("User-Agent", "Reader/1 (ann@a.test)")
				r.Header.Set("Referer", "https://mail.example/inbox/ann")
				defer func() { _ = recover() }()
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
			ask("GET", "/posts/a-secret?token=1")
			ask("HEAD", "/posts/a-secret")
			ask("BREW", "/nowhere")
			ask("GET", "/broken")
			o.lines.Flush()
			text := out.String()
			for _, want := range []string{"method=GET route=/posts/{slug} status=200 bytes=5 took=", "method=HEAD route=/posts/{slug}", "method=other route=other status=404", "method=GET route=/broken"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			for _, private := range []string{"203.0.113.9", "ann", "secret", "token", "nowhere"} {
				if strings.Contains(text, private) != (debug && private != "token") {
					t.Errorf("%q in the log:\n%s", private, text)
				}
			}
			if strings.Contains(text, "mail.example") {
				t.Error("the log has where visitors come from")
			}
			if (strings.Count(text, "level=INFO") == 0) != debug {
				t.Errorf("the levels in\n%s", text)
			}
			if got := fmt.Sprint(meter.requests()); got != "[{ [method GET route /posts/{slug} status 200] 2} { [method other route other status 200] 1} { [method other route other status 404] 1}]" {
				t.Error(got)
			}
			if got := meter.seconds(); len(got) != 2*(len(latencies)+3) {
				t.Errorf("%d samples of seconds", len(got))
			}
		})
	}
}

// TestObserverSendsFiles as the kernel does: the writer in front hides nothing.
func TestObserverSendsFiles(t *testing.T) {
	sent := false
	o := &observer{meter: newRouteMeter(nil)}
	h := o.observe(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, sent = w.(io.ReaderFrom)
		_, _ = io.Copy(w, strings.NewReader("hello"))
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if !sent || w.Body.String() != "hello" {
		t.Errorf("%v %s", sent, w.Body)
	}
}

// TestMetersCostNothing: what is counted on the way of a request takes no memory.
func TestMetersCostNothing(t *testing.T) {
	m := newRouteMeter([]route{{pattern: "GET /feed.xml"}})
	if n := testing.AllocsPerRun(100, func() { m.add("GET /feed.xml", 200, 12) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// nothing is a ResponseWriter that costs nothing.
type nothing struct{ h http.Header }

func (n nothing) Header() http.Header             { return n.h }
func (nothing) Write(p []byte) (int, error)       { return len(p), nil }
func (nothing) WriteHeader(int)                   {}
func (nothing) ReadFrom(io.Reader) (int64, error) { return 0, nil }

// BenchmarkObserver is what a request costs more when it is counted, and when it
// is a line of the log as well, written to a file.
func BenchmarkObserver(b *testing.B) {
	c := defaults()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	_, lines, err := c.newLog(null)
	if err != nil {
		b.Fatal(err)
	}
	defer lines.Flush()
	for name, o := range map[string]*observer{"bare": {}, "counted": {meter: newRouteMeter([]route{{pattern: "GET /posts/{slug}"}})}, "logged": {lines: lines}} {
		b.Run(name, func(b *testing.B) {
			h, r := observed(o), httptest.NewRequest("GET", "/posts/hello", nil)
			w := nothing{http.Header{}}
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}
