package federation

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	inboxPlaces = 128             // activities worked on side by side
	inboxQueue  = 256             // activities that wait for a place
	inboxWait   = 2 * time.Second // for a place
	inboxBytes  = 4 << 20         // of bodies in memory, arrived or arriving
	inboxTime   = 30 * time.Second
	bodyPiece   = 4 << 10 // bytes that a body takes of inboxBytes at a time
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
	bytes  *semaphore.Weighted
	within time.Duration // for an activity from place to answer
	told   seldom
}

func newGate() *gate {
	return &gate{
		places: make(chan struct{}, inboxPlaces), queue: make(chan struct{}, inboxQueue), wait: inboxWait,
		bytes: semaphore.NewWeighted(inboxBytes), within: inboxTime, told: seldom{every: tellBusy},
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

// paidReader reads a body and takes its bytes from the gate's as they come:
// who announces much and sends little takes little. It fails by errBusy when
// none are left.
type paidReader struct {
	io.Reader
	gate       *gate
	paid, read int64
}

// Read implements io.Reader.
func (p *paidReader) Read(to []byte) (int, error) {
	if p.read == p.paid {
		if !p.gate.bytes.TryAcquire(bodyPiece) {
			return 0, errBusy
		}
		p.paid += bodyPiece
	}
	n, err := p.Reader.Read(to[:min(int64(len(to)), p.paid-p.read)])
	p.read += int64(n)
	return n, err
}

// giveBack returns the bytes when the body is of no use any more.
func (p *paidReader) giveBack() { p.gate.bytes.Release(p.paid) }

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
