package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"limelight/storage"
)

// fault is an error that has an HTTP status and nothing to log: the reader's
// page says it all.
type fault int

func (f fault) Error() string { return http.StatusText(int(f)) }

// moved is the path of the one address that a page has, when it was asked for
// by another. It is on this site, and escaped.
type moved string

func (m moved) Error() string { return "moved to " + string(m) }

// errGone marks an answer that could not be written to the end. The reader is
// gone, and nobody is there to be told.
var errGone = errors.New("the reader is gone")

// gone is the error of a handler whose last act was a write.
func gone(err error) error {
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	return nil
}

// handle runs the handler and turns what it returns, or panics with, into a
// page: the one place that does.
func (s *Site) handle(w http.ResponseWriter, r *http.Request, handler func(http.ResponseWriter, *http.Request) error) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler {
			panic(v)
		}
		s.log.Error("a page panicked", "method", r.Method, "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
		s.sendProblem(w, r, http.StatusInternalServerError)
	}()
	err := handler(w, r)
	if err == nil || errors.Is(err, errGone) {
		return
	}
	var to moved
	if errors.As(err, &to) {
		s.pageHeaders(w.Header())
		share(w.Header(), r)
		w.Header()["Cache-Control"] = []string{"public, max-age=3600"}
		http.Redirect(w, r, string(to), http.StatusMovedPermanently)
		return
	}
	status := statusOf(err)
	if status >= http.StatusInternalServerError && r.Context().Err() == nil {
		s.log.Error("a page failed", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	s.sendProblem(w, r, status)
}

// statusOf is the HTTP status that an error means.
func statusOf(err error) int {
	var f fault
	switch {
	case errors.As(err, &f):
		return int(f)
	case errors.Is(err, storage.ErrDeleted):
		return http.StatusGone
	case errors.Is(err, storage.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, context.DeadlineExceeded), storage.Unavailable(err):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
