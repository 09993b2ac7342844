package federation

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
)

// maxKept is how many connections may be open before those that nothing more
// waits for are closed after their answer. net/http bounds idle connections of
// HTTP/1 alone: those of HTTP/2 stay until their time is over, and a post to
// 10,000 servers held 660 MB that way.
const maxKept = 256

// connections counts what is open.
type connections struct{ open atomic.Int64 }

// many tells whether connections should be closed rather than kept.
func (c *connections) many() bool { return c.open.Load() > maxKept }

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// counted is dial with what it opens counted until it is closed.
func (c *connections) counted(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.open.Add(1)
		return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { c.open.Add(-1) })}, nil
	}
}

type countedConn struct {
	net.Conn
	closed func()
}

func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}
