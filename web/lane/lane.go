package lane

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what a lane is for.
type Options struct {
	Takes func(path string) bool // whether a GET or HEAD of it is answered at once, with little
	After int                    // so many in a row that a connection goes over to the lane; at least 1
	Idle  time.Duration          // how long a connection may wait for the next request
	Write time.Duration          // how long an answer may take to be sent
}

// Lane is a handler that takes over connections from the http.Server that it
// belongs to, which needs its ConnContext and has to serve its Listener too.
type Lane struct {
	next http.Handler
	o    Options
	back *listener

	closing atomic.Bool
	mu      sync.Mutex
	open    map[*conn]struct{}
	running sync.WaitGroup
}

// New makes a lane before next, for a server that listens at an address.
func New(next http.Handler, at net.Addr, o Options) *Lane {
	return &Lane{next: next, o: o, back: newListener(at), open: map[*conn]struct{}{}}
}

// Listener gives connections back to the server.
func (l *Lane) Listener() net.Listener { return l.back }

// row counts on a connection the requests in a row that a lane is for.
type row struct{ n int }

type rowKey struct{}

// ConnContext is the server's.
func (l *Lane) ConnContext(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, rowKey{}, new(row))
}

// ServeHTTP answers one request as next does or, once enough came in a row, all that
// follow on its connection too.
func (l *Lane) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c := l.takeOver(w, r); c != nil {
		l.run(c, r)
		return
	}
	l.next.ServeHTTP(w, r)
}

// takeOver is the request's connection, or nil when net/http keeps it.
func (l *Lane) takeOver(w http.ResponseWriter, r *http.Request) *conn {
	row, ok := r.Context().Value(rowKey{}).(*row)
	if !ok {
		return nil
	}
	if r.ProtoMajor != 1 || r.TLS != nil || !plain(r) || !l.o.Takes(r.URL.Path) {
		row.n = 0
		return nil
	}
	if row.n++; row.n < l.o.After || l.closing.Load() {
		return nil
	}
	hijacked, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil
	}
	return newConn(original(hijacked), buffered.Reader, r)
}

// run answers the request and those that follow it.
func (l *Lane) run(c *conn, r *http.Request) {
	l.enter(c)
	kept := false
	defer func() { // also when a handler panics, which net/http logs
		l.leave(c)
		if !kept {
			c.Close()
		}
	}()
	for r != nil {
		if !c.answer(l, r) {
			return
		}
		var err error
		if r, err = c.read(l); err != nil {
			return
		}
	}
	kept = l.back.give(c.rest())
}

func (l *Lane) enter(c *conn) {
	l.running.Add(1)
	l.mu.Lock()
	l.open[c] = struct{}{}
	l.mu.Unlock()
}

func (l *Lane) leave(c *conn) {
	l.mu.Lock()
	delete(l.open, c)
	l.mu.Unlock()
	l.running.Done()
}

// Shutdown ends the connections that wait and lets answers that are being sent
// reach their readers, as long as ctx lasts. The server is shut down before.
func (l *Lane) Shutdown(ctx context.Context) error {
	l.closing.Store(true)
	l.each(func(c *conn) { _ = c.SetReadDeadline(time.Unix(1, 0)) })
	done := make(chan struct{})
	go func() {
		l.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		l.each(func(c *conn) { c.Close() })
		return fmt.Errorf("end the connections that ask for one thing after another: %w", ctx.Err())
	}
}

func (l *Lane) each(do func(*conn)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		do(c)
	}
}
