//go:build linux

package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

// sinkOrders tell the sink what to be.
type sinkOrders struct {
	CA string // file to write the certificate authority to; empty for plain http
}

// sinkReady is its answer.
type sinkReady struct{ Port, Refusing, Dead int }

// sinkReport is what arrived since the last report.
type sinkReport struct {
	Requests int
	Arrivals []int64 // when each inbox that answers 202 got its first, Unix nanoseconds, in order
	CPU      time.Duration
	Unsigned int // requests without a signature, which should be none
}

// The networks tell a host's behaviour, so that each of thousands of hosts has an
// address of its own on loopback.
const (
	healthyNet = 1 // answers 202
	failingNet = 2 // answers 500
	slowNet    = 3 // answers 202 after ten seconds
)

// hostAddress is the i-th address of a network.
func hostAddress(network, i int) string {
	return fmt.Sprintf("127.%d.%d.%d", network, i/250, 1+i%250)
}

const slowness = 10 * time.Second

// sink is the followers' servers: every address of 127.0.0.0/8 on one port.
type sink struct {
	mu       sync.Mutex
	arrived  map[string]int64 // by host and path
	requests int
	unsigned int
}

// sinkRole is the sink until its standard input ends: one line "report" is
// answered by one report.
func sinkRole(context.Context) error {
	lines := json.NewDecoder(os.Stdin)
	var orders sinkOrders
	if err := lines.Decode(&orders); err != nil {
		return err
	}
	s := &sink{arrived: map[string]int64{}}
	listener, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		return err
	}
	ready := sinkReady{Port: port(listener)}
	if ready.Refusing, err = refusing(); err != nil {
		return err
	}
	if ready.Dead, err = dead(); err != nil {
		return err
	}
	server := &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
	if orders.CA != "" {
		certificates, err := newAuthority(orders.CA)
		if err != nil {
			return err
		}
		server.TLSConfig = &tls.Config{GetCertificate: certificates.of}
		go func() { _ = server.ServeTLS(listener, "", "") }()
	} else {
		go func() { _ = server.Serve(listener) }()
	}
	answers := json.NewEncoder(os.Stdout)
	if err := answers.Encode(ready); err != nil {
		return err
	}
	for {
		var line string
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := answers.Encode(s.report(line == "reset")); err != nil {
			return err
		}
	}
}

func port(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	switch local := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); local.IP.To4()[1] {
	case failingNet:
		s.arrive("", r)
		w.WriteHeader(http.StatusInternalServerError)
	case slowNet:
		s.arrive("", r)
		select {
		case <-time.After(slowness):
		case <-r.Context().Done():
		}
		w.WriteHeader(http.StatusAccepted)
	default:
		s.arrive(r.Host+r.URL.Path, r)
		w.WriteHeader(http.StatusAccepted)
	}
}

func (s *sink) arrive(inbox string, r *http.Request) {
	at := time.Now().UnixNano()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if r.Header.Get("Signature") == "" {
		s.unsigned++
	}
	if _, again := s.arrived[inbox]; !again && inbox != "" {
		s.arrived[inbox] = at
	}
}

func (s *sink) report(reset bool) sinkReport {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := sinkReport{Requests: s.requests, Unsigned: s.unsigned, CPU: ownCPU()}
	if !reset {
		for _, at := range s.arrived {
			r.Arrivals = append(r.Arrivals, at)
		}
		slices.Sort(r.Arrivals)
		return r
	}
	s.arrived, s.requests, s.unsigned = map[string]int64{}, 0, 0
	return r
}
