package main

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// trustProxies takes the visitor's address from X-Forwarded-For where the
// request comes from one of the networks: the last address in it that is not a
// proxy itself. From anybody else the header is removed unread.
func trustProxies(networks []netip.Prefix, next http.Handler) http.Handler {
	trusted := func(addr netip.Addr) bool {
		return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !trusted(from.Addr().Unmap()) {
			for name := range r.Header {
				if name == "Forwarded" || strings.HasPrefix(name, "X-Forwarded-") {
					delete(r.Header, name)
				}
			}
			next.ServeHTTP(w, r)
			return
		}
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, hop := range slices.Backward(hops) {
			addr, err := netip.ParseAddr(strings.TrimSpace(hop))
			if err != nil {
				break
			}
			r.RemoteAddr = net.JoinHostPort(addr.Unmap().String(), "0")
			if !trusted(addr.Unmap()) {
				break
			}
		}
		next.ServeHTTP(w, r)
	})
}

// countingWriter notes the status and size of an answer.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// ReadFrom lets a file be sent by the kernel, as it is without the countingWriter.
func (w *countingWriter) ReadFrom(r io.Reader) (int64, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := io.Copy(w.ResponseWriter, r) // which asks for its ReadFrom
	w.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
