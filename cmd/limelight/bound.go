package main

import (
	"net"
	"net/netip"
	"sync"

	"limelight/blog"
)

// bounds are how many connections a listener that strangers reach holds: with a
// web server in front, that is the one who counts.
type bounds struct {
	all       int // beyond them a new one waits to be taken up
	ofAddress int // beyond them a new one is closed at once; 0 is no bound
}

// usualBounds leave room for the largest servers, which deliver over a few dozen
// connections from an address, and keep one visitor from taking all.
var usualBounds = bounds{all: 4096, ofAddress: 256}

// bounded is a listener with bounds.
type bounded struct {
	net.Listener
	bounds
	places chan struct{}
	closed chan struct{}
	once   sync.Once

	mu   sync.Mutex
	held map[netip.Prefix]int
}

func bound(l net.Listener, b bounds) *bounded {
	return &bounded{Listener: l, bounds: b, places: make(chan struct{}, b.all), closed: make(chan struct{}), held: map[netip.Prefix]int{}}
}

// Accept waits for a place, then for a connection from somebody who has not too
// many.
func (l *bounded) Accept() (net.Conn, error) {
	select {
	case l.places <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			<-l.places
			return nil, err
		}
		from := blog.Visitor(conn.RemoteAddr().String())
		if l.admit(from) {
			return &boundedConn{Conn: conn, leave: func() { l.leave(from) }}, nil
		}
		conn.Close()
	}
}

// Close closes the listener, whether or not there are places.
func (l *bounded) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

func (l *bounded) admit(from netip.Prefix) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ofAddress > 0 && l.held[from] >= l.ofAddress && !from.Addr().IsPrivate() && !from.Addr().IsLoopback() {
		return false // a balancer on the own network speaks for everybody
	}
	l.held[from]++
	return true
}

func (l *bounded) leave(from netip.Prefix) {
	l.mu.Lock()
	if l.held[from]--; l.held[from] <= 0 {
		delete(l.held, from)
	}
	l.mu.Unlock()
	<-l.places
}

// boundedConn gives its place back once, however often it is closed.
type boundedConn struct {
	net.Conn
	once  sync.Once
	leave func()
}

// Close closes the connection.
func (c *boundedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.leave)
	return err
}
