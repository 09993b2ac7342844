package federation

import (
	"container/list"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	inboxBytes = 4 << 20     // of bodies in memory, arrived or arriving
	bodyPiece  = 4 << 10     // bytes read at a time
	slowBody   = time.Second // after which a body may lose its room to others
)

// bodies is the room for what the inbox has of activities in memory. Bytes take
// it as they come: who announces much and sends nothing holds nothing. When it
// is full, the body that has been arriving for longest gives up its own, unless it
// is quick: else a few that stop in the middle would keep all others out. Whose
// address they come from does not count, since behind a proxy it is one for all.
type bodies struct {
	slow time.Duration

	mu       sync.Mutex
	left     int64
	arriving *list.List // of *body, that of the earliest first byte first
}

func newBodies(room int64, slow time.Duration) *bodies {
	return &bodies{slow: slow, left: room, arriving: list.New()}
}

// body reads a request's body and takes room for it. Who made it calls giveBack
// when it is of no use any more. It fails by errBusy when there is no room, or
// when it lost its own.
type body struct {
	io.Reader
	room *bodies
	cut  func() error // ends a Read that waits; fails when that cannot be

	began time.Time
	size  int64
	place *list.Element // in arriving; nil before the first byte and when all is here
	lost  bool
}

// body makes the reader of a request's body, of which no more than MaxActivity
// comes.
func (b *bodies) body(w http.ResponseWriter, r *http.Request) *body {
	return &body{Reader: http.MaxBytesReader(w, r.Body, MaxActivity), room: b, cut: func() error {
		return http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
	}}
}

// Read implements io.Reader.
func (p *body) Read(to []byte) (int, error) {
	n, err := p.Reader.Read(to[:min(len(to), bodyPiece)])
	if !p.room.take(p, int64(n)) {
		return 0, errBusy
	}
	return n, err
}

// whole reads all of it.
func (p *body) whole() ([]byte, error) {
	data, err := io.ReadAll(p)
	if !p.room.arrived(p) {
		err = errBusy
	}
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge()
	case errors.Is(err, errBusy):
		return nil, err
	case err != nil:
		return nil, reject(http.StatusBadRequest, "the body did not arrive in full")
	}
	return data, nil
}

// giveBack returns the room.
func (p *body) giveBack() {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.room.settle(p)
	p.room.left += p.size
	p.size = 0
}

// take tells whether there was room for n bytes more of the body.
func (b *bodies) take(p *body, n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !p.lost && b.left < n {
		if !b.clear(p) {
			return false
		}
	}
	if p.lost {
		return false
	}
	if n > 0 && p.size == 0 {
		p.began, p.place = time.Now(), b.arriving.PushBack(p)
	}
	b.left -= n
	p.size += n
	return true
}

// arrived takes a body from those that may lose their room, and tells whether it
// did not before.
func (b *bodies) arrived(p *body) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.settle(p)
	return !p.lost
}

func (b *bodies) settle(p *body) {
	if p.place != nil {
		b.arriving.Remove(p.place)
		p.place = nil
	}
}

// clear makes room for a body, by the first slow one that is another and tells
// whether there was any. That one's reader is woken at once and lets its memory go.
func (b *bodies) clear(wants *body) bool {
	var next *list.Element
	for e := b.arriving.Front(); e != nil; e = next {
		next = e.Next()
		slow := e.Value.(*body)
		if time.Since(slow.began) < b.slow {
			return false
		}
		if slow == wants {
			continue
		}
		b.settle(slow)
		if slow.cut() != nil {
			continue
		}
		b.left += slow.size
		slow.size, slow.lost = 0, true
		return true
	}
	return false
}
