//go:build linux

package main

import (
	"net"
	"syscall"
	"time"
)

// refusing is a port where nobody listens.
func refusing() (int, error) {
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		return 0, err
	}
	return port(l), l.Close()
}

// dead is a port that never answers a connection, as an address where no machine
// is: its queue is as short as Linux allows and full, and nobody takes from it.
func dead() (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{}); err != nil {
		return 0, err
	}
	if err := syscall.Listen(fd, 0); err != nil {
		return 0, err
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return 0, err
	}
	at := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: name.(*syscall.SockaddrInet4).Port}
	for range 4 {
		// Those in the queue stay open as long as the process lives.
		if _, err := net.DialTimeout("tcp4", at.String(), 200*time.Millisecond); err != nil {
			return at.Port, nil
		}
	}
	return at.Port, nil
}
