package main

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
)

// crowd is a listener whose connections come from wherever a test says.
type crowd struct {
	mu    sync.Mutex
	from  []string
	taken int
	left  atomic.Int64
}

// stranger is a connection of the crowd.
type stranger struct {
	net.Conn
	from string
	left *atomic.Int64
}

func (s *stranger) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(s.from), 1))
}

func (s *stranger) Close() error {
	s.left.Add(1)
	return nil
}

func (c *crowd) Accept() (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken == len(c.from) {
		return nil, io.EOF
	}
	c.taken++
	return &stranger{from: c.from[c.taken-1], left: &c.left}, nil
}

func (c *crowd) Close() error   { return nil }
func (c *crowd) Addr() net.Addr { return nil }

func TestBoundOfAddress(t *testing.T) {
	c := &crowd{from: []string{"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1",
		"::ffff:192.0.2.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1"}}
	l := bound(c, bounds{all: 100, ofAddress: 2})
	var in []net.Conn
	for {
		conn, err := l.Accept()
		if errors.Is(err, io.EOF) {
			break
		}
		in = append(in, conn)
	}
	// The third of an address, of an IPv6 network, and the same in another form.
	if len(in) != len(c.from)-3 {
		t.Errorf("%d of %d came in", len(in), len(c.from))
	}
	for _, conn := range in {
		conn.Close()
		conn.Close() // as net/http may
	}
	if len(l.held) != 0 || len(l.places) != 0 {
		t.Errorf("held when all are gone: %v, %d places", l.held, len(l.places))
	}
}

func TestBoundOfAll(t *testing.T) {
	c := &crowd{from: []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"}}
	l := bound(c, bounds{all: 2})
	first, _ := l.Accept()
	l.Accept()
	third := make(chan int64, 1) // how many had left when it came in
	go func() { l.Accept(); third <- c.left.Load() }()
	first.Close()
	if left := <-third; left != 1 {
		t.Errorf("a third came in when %d had left", left)
	}
	fourth := make(chan error, 1)
	go func() { _, err := l.Accept(); fourth <- err }()
	l.Close()
	if err := <-fourth; !errors.Is(err, net.ErrClosed) {
		t.Errorf("a closed listener that is full: %v", err)
	}
}
