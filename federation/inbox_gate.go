package federation

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	inboxPlaces = 128             // activities worked on side by side
	inboxQueue  = 256             // activities that wait for a place
	inboxWait   = 2 * time.Second // for a place
	inboxTime   = 30 * time.Second
	tellBusy    = time.Minute
)

// errBusy is an activity that is turned away since there are too many.
var errBusy = errors.New("there is too much to do here just now; send it again later")

// gate bounds what the inbox has in hand, in number, bytes and time, so that
// whatever comes is answered: what is beyond gets a 503 with Retry-After at
// once, and its sender's own queue keeps it. Thousands of activities a second
// are stored on two cores, so that a full queue is through in a moment; one that
// stays full means that the database, or the machine, stands still.
type gate struct {
	places chan struct{}
	queue  chan struct{}
	wait   time.Duration
	bodies *bodies
	within time.Duration // for an activity from place to answer
	told   seldom
}

func newGate() *gate {
	return &gate{
		places: make(chan struct{}, inboxPlaces), queue: make(chan struct{}, inboxQueue), wait: inboxWait,
		bodies: newBodies(inboxBytes, slowBody), within: inboxTime, told: seldom{every: tellBusy},
	}
}

// enter takes a place, waiting for it when there is room to wait, or fails by
// errBusy. The caller calls leave when it is done.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-g.places }
	select {
	case g.places <- struct{}{}:
		return leave, nil
	default:
	}
	select {
	case g.queue <- struct{}{}:
		defer func() { <-g.queue }()
	default:
		return nil, errBusy
	}
	enough := time.NewTimer(g.wait)
	defer enough.Stop()
	select {
	case g.places <- struct{}{}:
		return leave, nil
	case <-enough.C:
	case <-ctx.Done():
	}
	return nil, errBusy
}

// seldom lets something be said once in a while, with how often it would have
// been said.
type seldom struct {
	every time.Duration

	mu    sync.Mutex
	last  time.Time
	times int
}

// say counts one more and tells whether to say so now, and for how many.
func (s *seldom) say(now time.Time) (times int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times++
	if !s.last.IsZero() && now.Sub(s.last).Abs() < s.every {
		return 0, false
	}
	times, s.last, s.times = s.times, now, 0
	return times, true
}
