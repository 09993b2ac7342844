package web

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

const healthTime = 2 * time.Second

// Health answers /healthz, for whatever watches the node: 200 when the
// database answers in time, else 503.
func (s *Site) Health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthTime)
	defer cancel()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := s.db.Revisions(ctx); err != nil {
		s.log.Error("the database does not answer", "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, "the database does not answer")
		return
	}
	fmt.Fprintln(w, "ok")
}
