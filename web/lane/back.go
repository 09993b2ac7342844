package lane

import (
	"io"
	"net"
	"sync"
)

// listener hands connections that leave the lane to the server.
type listener struct {
	at     net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newListener(at net.Addr) *listener {
	return &listener{at: at, conns: make(chan net.Conn), closed: make(chan struct{})}
}

// give waits until the server takes the connection; false when it serves no more.
func (l *listener) give(c net.Conn) bool {
	select {
	case l.conns <- c:
		return true
	case <-l.closed:
		return false
	}
}

// Accept waits for a connection that leaves the lane.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close has the connections that would come closed instead.
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is the server's address.
func (l *listener) Addr() net.Addr { return l.at }

// replayed is a connection of which something was read already.
type replayed struct {
	net.Conn
	came []byte // to be read first
}

// Read reads what came before, then the connection.
func (r *replayed) Read(p []byte) (int, error) {
	if len(r.came) == 0 {
		return r.Conn.Read(p)
	}
	n := copy(p, r.came)
	if r.came = r.came[n:]; len(r.came) == 0 {
		r.came = nil
	}
	return n, nil
}

// ReadFrom lets a file be sent by the kernel.
func (r *replayed) ReadFrom(from io.Reader) (int64, error) { return io.Copy(r.Conn, from) }

// original is the connection without the replay, once that is over.
func original(c net.Conn) net.Conn {
	if r, ok := c.(*replayed); ok && r.came == nil {
		return r.Conn
	}
	return c
}
