package main

import (
	"context"
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
	log     *slog.Logger // nil means no lines
	debug   bool         // lines name the visitor, which no other level may
	meter   *routeMeter  // nil means no metrics
	writers sync.Pool
}

// observe is next with notes of each request. Without anybody to read them it is
// next itself: feeds are measured against a handler that does nothing else.
func (o *observer) observe(next http.Handler) http.Handler {
	if o.log == nil && o.meter == nil {
		return next
	}
	o.writers.New = func() any { return new(countingWriter) }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counted := o.writers.Get().(*countingWriter)
		*counted = countingWriter{ResponseWriter: w}
		began := time.Now()
		defer func() { // also when the handler breaks the connection off
			o.note(r, counted, time.Since(began))
			*counted = countingWriter{}
			o.writers.Put(counted)
		}()
		next.ServeHTTP(counted, r)
	})
}

// note is after the answer, when the mux has left the route's pattern in r.
func (o *observer) note(r *http.Request, w *countingWriter, took time.Duration) {
	status := w.status
	if status == 0 {
		status = http.StatusOK
	}
	if o.meter != nil {
		o.meter.add(r.Pattern, status, took)
	}
	if o.log == nil {
		return
	}
	attrs := [8]slog.Attr{slog.String("method", method(r.Method)), slog.String("route", routeOf(r.Pattern)), slog.Int("status", status),
		slog.Int64("bytes", w.bytes), slog.Duration("took", took.Round(time.Microsecond))}
	if !o.debug {
		o.log.LogAttrs(context.Background(), slog.LevelInfo, requestLine, attrs[:5]...)
		return
	}
	attrs[5], attrs[6], attrs[7] = slog.String("path", r.URL.Path), slog.String("from", r.RemoteAddr), slog.String("agent", r.UserAgent())
	o.log.LogAttrs(context.Background(), slog.LevelDebug, requestLine, attrs[:]...)
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
