package federation

import "sync"

// shares are places that other hosts' slowness may hold, each host no more than
// are left free beside it: one alone half of them, two a third each. So a server
// that answers nobody leaves room for the others, and one that answers well is
// not held back while nobody else needs the room.
type shares struct {
	mu   sync.Mutex
	free int
	held map[string]int // by host; no more of them than places
}

func newShares(places int) *shares { return &shares{free: places, held: map[string]int{}} }

// enter takes a place for the host and tells whether there was one. The caller
// calls leave once, when it needs the place no more.
func (s *shares) enter(host string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[host] >= s.free {
		return nil, false
	}
	s.free--
	s.held[host]++
	return func() { s.leave(host) }, true
}

func (s *shares) leave(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free++
	if s.held[host]--; s.held[host] == 0 {
		delete(s.held, host)
	}
}
