package main

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// requestLine is the message of the log's lines about requests.
const requestLine = "request"

// observer takes note of each request when it was answered: in the log, and for
// the metrics.
type observer struct {
	lines   *lineWriter  // nil means no lines at level info
	debug   *slog.Logger // not nil means lines that name the visitor, which no other level may
	meter   *routeMeter  // nil means no metrics
	writers sync.Pool
}

// observe is next with notes of each request. Without anybody to read them it is
// next itself: feeds are measured against a handler that does nothing else.
func (o *observer) observe(next http.Handler) http.Handler {
	if o.lines == nil && o.debug == nil && o.meter == nil {
		return next
	}
	o.writers.New = func() any { return new(countingWriter) }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counted := o.writers.Get().(*countingWriter)
		*counted = countingWriter{ResponseWriter: w}
		began := time.Now()
		defer func() { // also when the handler breaks the connection off
			o.note(r, counted, began, time.Since(began))
			*counted = countingWriter{}
			o.writers.Put(counted)
		}()
		next.ServeHTTP(counted, r)
	})
}

// note is after the answer, when the mux has left the route's pattern in r.
func (o *observer) note(r *http.Request, w *countingWriter, began time.Time, took time.Duration) {
	status := w.status
	if status == 0 {
		status = http.StatusOK
	}
	if o.meter != nil {
		o.meter.add(r.Pattern, status, took)
	}
	took = took.Round(time.Microsecond)
	switch {
	case o.debug != nil:
		o.debug.Debug(requestLine, "method", method(r.Method), "route", routeOf(r.Pattern), "status", status, "bytes", w.bytes, "took", took,
			"path", r.URL.Path, "from", r.RemoteAddr, "agent", r.UserAgent())
	case o.lines != nil:
		o.lines.request(method(r.Method), routeOf(r.Pattern), status, w.bytes, began.Add(took), took)
	}
}

// otherRoute is what is answered before any route: what a blog that has left says,
// or a method that is not taken.
const otherRoute = "other"

// routeOf is a pattern without its method.
func routeOf(pattern string) string {
	if pattern == "" {
		return otherRoute
	}
	return pattern[strings.IndexByte(pattern, ' ')+1:]
}

// method is the request's, unless it is one that its sender made up.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return otherRoute
}
