package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"limelight/federation"
	"limelight/web/lane"
)

// maxStreams is how many requests one HTTP/2 connection may have under way.
const maxStreams = 100

// listen takes every port that serve needs.
func (n *node) listen() (err error) {
	c := n.config
	if !c.inTLS() {
		n.listener, err = c.take("server.listen", c.Server.Listen)
		return err
	}
	if n.listener, err = c.take("server.tls_listen", c.Server.TLSListen); err != nil {
		return err
	}
	n.listener = bound(n.listener, usualBounds)
	if c.Server.RedirectListen == "" {
		return nil
	}
	if n.redirect, err = c.take("server.redirect_listen", c.Server.RedirectListen); err == nil {
		n.redirect = bound(n.redirect, usualBounds)
	}
	return err
}

// take listens at the address that a setting names.
func (c *Config) take(key, address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err == nil {
		return listener, nil
	}
	hint := "it should be an address of this machine, such as localhost:8080 or :8080"
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && c.inTLS():
		hint = "a web server runs there already? Stop it, or let it have the certificate and set server.tls = \"off\""
	case errors.Is(err, syscall.EADDRINUSE):
		hint = "is limelight or something else running there already?"
	case errors.Is(err, syscall.EACCES) && c.inTLS():
		hint = "a port below 1024 is the system's to give: `sudo setcap cap_net_bind_service=+ep` on the program (again after each new version), " +
			"or AmbientCapabilities=CAP_NET_BIND_SERVICE in its systemd unit"
	case errors.Is(err, syscall.EACCES):
		hint = "a port below 1024 is the system's to give; listen above it, behind a web server, or see server.tls"
	}
	return nil, fmt.Errorf("%s: %s: %w; %s", c.where(key), key, err, hint)
}

func (n *node) closeListeners() {
	for _, l := range []net.Listener{n.listener, n.redirect} {
		if l != nil {
			l.Close()
		}
	}
	if n.watched != nil {
		n.watched.listener.Close()
	}
}

// newServers are all servers of the node.
func (n *node) newServers() []server {
	// The networks were read once by validate.
	proxies, _ := parseNetworks(n.config.Server.TrustedProxies)
	table := routeTable(n.site, n.fed, n.hub)
	handler := n.observer(table).observe(routes(table, n.site, n.fed))
	handler = federation.NoteArrival(newAdviser(n, proxies).watch(trustProxies(proxies, handler)))
	main := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(n.log.Handler(), slog.LevelDebug),
	}
	servers := []server{{main, n.listener, n.secure != nil}}
	if n.secure == nil {
		n.lane = lane.New(handler, n.listener.Addr(), lane.Options{Takes: readOften, After: 8, Idle: main.IdleTimeout, Write: main.WriteTimeout})
		main.Handler, main.ConnContext = n.lane, n.lane.ConnContext
		return append(servers, server{main, n.lane.Listener(), false})
	}
	own := newOwnHosts(n.config)
	main.Handler = own.serve(handler)
	main.TLSConfig = n.secure.config
	main.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: maxStreams}
	if n.redirect != nil {
		servers = append(servers, server{&http.Server{
			Handler:           n.secure.answer(http.HandlerFunc(own.redirect)),
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       10 * time.Second,
			WriteTimeout:      10 * time.Second,
			IdleTimeout:       10 * time.Second,
			MaxHeaderBytes:    8 << 10,
			ErrorLog:          main.ErrorLog,
		}, n.redirect, false})
	}
	return servers
}

// serve answers until the server is shut down.
func (s server) serve() error {
	serve := s.Serve
	if s.tls {
		serve = func(l net.Listener) error { return s.ServeTLS(l, "", "") }
	}
	return fmt.Errorf("serve %s: %w", s.at.Addr(), serve(s.at))
}

// finishRequests takes no more of them, at all listeners at once, and gives those
// that run their time.
func (n *node) finishRequests(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, shutdownGrace)
	defer cancel()
	errs := make([]error, len(n.servers))
	var closing sync.WaitGroup
	for i, s := range n.servers {
		closing.Go(func() {
			if err := s.Shutdown(ctx); err != nil {
				errs[i] = errors.Join(fmt.Errorf("finish requests: %w", err), s.Close())
			}
		})
	}
	closing.Wait()
	if n.lane != nil {
		errs = append(errs, n.lane.Shutdown(ctx))
	}
	return errors.Join(errs...)
}

// closeServers ends all at once.
func (n *node) closeServers() error {
	var errs []error
	for _, s := range n.servers {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}
