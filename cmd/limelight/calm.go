package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"limelight/storage"
)

// calmPeriod is how often the log repeats that the database is away.
const calmPeriod = time.Minute

// calm is a log in which a database that is away is not told of by every job
// and request, ten times a second, but once a minute by each kind of them.
type calm struct {
	slog.Handler
	said *said
}

// said is when each message about that was written last, and how many were not
// written since.
type said struct {
	mu   sync.Mutex
	now  func() time.Time
	last map[string]time.Time // by message, of which the program has a few dozen
	left map[string]int
}

func newCalm(h slog.Handler) *calm {
	return &calm{h, &said{now: time.Now, last: map[string]time.Time{}, left: map[string]int{}}}
}

// Handle implements slog.Handler.
func (c *calm) Handle(ctx context.Context, r slog.Record) error {
	if !isAway(r) {
		return c.Handler.Handle(ctx, r)
	}
	write, left := c.said.again(r.Message)
	if !write {
		return nil
	}
	if left > 0 {
		r = r.Clone()
		r.AddAttrs(slog.Int("repeated", left))
	}
	return c.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (c *calm) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &calm{c.Handler.WithAttrs(attrs), c.said}
}

// WithGroup implements slog.Handler.
func (c *calm) WithGroup(name string) slog.Handler {
	return &calm{c.Handler.WithGroup(name), c.said}
}

// isAway tells whether a record is about the database being away. Other servers
// that cannot be reached are no error of ours, and logged below that level.
func isAway(r slog.Record) (away bool) {
	if r.Level < slog.LevelError {
		return false
	}
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok && storage.Unavailable(err) {
			away = true
		}
		return !away
	})
	return away
}

// again tells whether the message is to be written, and how many like it were not.
func (s *said) again(message string) (write bool, left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if last, ok := s.last[message]; ok && now.Sub(last) < calmPeriod {
		s.left[message]++
		return false, 0
	}
	s.last[message], left = now, s.left[message]
	delete(s.left, message)
	return true, left
}
