package web

import (
	"context"
	"net/http"
	"sync"
	"time"
)

const (
	readyTime  = 2 * time.Second // for each look at the database
	readyKept  = time.Second     // whoever asks, it is looked at once a second
	writeFault = time.Minute     // after a write that failed, for which the node is not ready
)

// ReadyOptions tell when the node is ready.
type ReadyOptions struct {
	MaxQueueAge time.Duration   // of a delivery that waits for nobody but us; 0 means that its age does not matter
	Passed      func() []string // hosts whose deliveries are late for reasons of their own; nil means none
}

// readiness is how the node was found last, so that nobody makes it look more
// often than it is good for.
type readiness struct {
	o ReadyOptions

	mu     sync.Mutex
	at     time.Time
	status int
	text   string
}

// Ready answers /readyz, for whoever decides where requests go: 200 when the
// database can be read and written and deliveries leave in time, else 503 with
// what is wrong in a few words, which name nothing of this machine.
func (s *Site) Ready(w http.ResponseWriter, r *http.Request) {
	status, text := s.readyNow(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

func (s *Site) readyNow(ctx context.Context) (status int, text string) {
	s.ready.mu.Lock()
	defer s.ready.mu.Unlock()
	if s.ready.status != 0 && s.now().Sub(s.ready.at).Abs() < readyKept {
		return s.ready.status, s.ready.text
	}
	status, text = http.StatusOK, "ready"
	// The first who asks may go away; the others get what was found.
	if fault := s.unready(context.WithoutCancel(ctx)); fault != "" {
		status, text = http.StatusServiceUnavailable, fault
		if s.ready.text != fault { // once, and not whenever somebody asks
			s.log.Warn("not ready", "why", fault)
		}
	}
	s.ready.at, s.ready.status, s.ready.text = s.now(), status, text
	return s.ready.status, s.ready.text
}

// unready is what keeps the node from being ready, empty for nothing.
func (s *Site) unready(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if _, err := s.db.Revisions(ctx); err != nil {
		return "the database does not answer"
	}
	if err := s.db.TryWrite(ctx); err != nil {
		return "the database cannot be written to"
	}
	// A full disk shows in what has something to write.
	if failed := s.db.Stats().FailedAt; !failed.IsZero() && time.Since(failed).Abs() < writeFault {
		return "something could not be written to the database"
	}
	if s.ready.o.MaxQueueAge == 0 {
		return ""
	}
	var skip []string
	if s.ready.o.Passed != nil {
		skip = s.ready.o.Passed()
	}
	since, err := s.db.OverdueDeliveries(ctx, skip)
	switch {
	case err != nil:
		return "the database does not answer"
	case !since.IsZero() && s.now().Sub(since) > s.ready.o.MaxQueueAge:
		return "deliveries are overdue"
	}
	return ""
}

// CacheStat is how the cache of pages and feeds does.
type CacheStat struct {
	Hits, Misses int64
	Bytes        uint64
}

// CacheStat tells how the cache of pages and feeds did since the site was made.
func (s *Site) CacheStat() CacheStat {
	return CacheStat{s.hits.Load(), s.misses.Load(), s.cache.WeightedSize()}
}
