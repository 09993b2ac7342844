package web

import (
	"context"
	"time"
)

// watchPeriod is how long a change by another process may stay unseen.
const watchPeriod = 250 * time.Millisecond

// Watch looks for changes by whichever process, until ctx ends. What is in
// memory from before a change is not served any more, and made anew when
// somebody asks for it.
func (s *Site) Watch(ctx context.Context) {
	tick := time.NewTicker(watchPeriod)
	defer tick.Stop()
	failed := false
	for {
		revisions, err := s.db.Revisions(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			s.see(revisions)
			failed = false
		case !failed:
			s.log.Error("changes cannot be seen", "err", err)
			failed = true
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
