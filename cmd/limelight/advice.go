package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"limelight/blog"
	"limelight/federation/doctor"
)

// reachTries and reachPause give a web server that starts with the machine time
// to come up.
const (
	reachTries = 3
	reachPause = 5 * time.Second
)

// adviser tells once, in one line with the remedy, what requests show to be
// wrong with the way to the blog.
type adviser struct {
	log     *slog.Logger
	hosts   []string // under which the blog may be asked for; empty means any
	proxies []netip.Prefix

	saidHost, saidProxy atomic.Bool
}

func newAdviser(n *node, proxies []netip.Prefix) *adviser {
	a := &adviser{log: n.log, proxies: proxies}
	if u, err := url.Parse(n.config.Server.BaseURL); err == nil && u.Host != "" {
		a.hosts = []string{u.Host}
		if n.config.Federation.HandleDomain != "" {
			a.hosts = append(a.hosts, n.config.Federation.HandleDomain)
		}
	}
	return a
}

// watch looks at requests on their way, before anything is taken off them.
func (a *adviser) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.saidHost.Load() {
			a.checkHost(r)
		}
		if !a.saidProxy.Load() {
			a.checkProxy(r)
		}
		next.ServeHTTP(w, r)
	})
}

// checkHost finds a proxy that asks under another name than the world does. Load
// balancers ask for /healthz and /readyz under any.
func (a *adviser) checkHost(r *http.Request) {
	if len(a.hosts) == 0 || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || slices.ContainsFunc(a.hosts, func(host string) bool { return strings.EqualFold(host, r.Host) }) {
		return
	}
	if a.saidHost.CompareAndSwap(false, true) {
		a.log.Warn("a request came for another host than that of server.base_url; signatures cover the host, so have the web server in front pass it on "+
			"(nginx: proxy_set_header Host $host; Caddy does). Said once", "host", short(r.Host), "base_url_host", a.hosts[0])
	}
}

// checkProxy finds a proxy that the configuration does not know. Only one on this
// machine or network is named: strangers may send such headers too.
func (a *adviser) checkProxy(r *http.Request) {
	if r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("X-Forwarded-Proto") == "" && r.Header.Get("Forwarded") == "" {
		return
	}
	if asksItself(r) {
		return
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	addr := from.Addr().Unmap()
	if err != nil || !addr.IsLoopback() && !addr.IsPrivate() || slices.ContainsFunc(a.proxies, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return
	}
	if a.saidProxy.CompareAndSwap(false, true) {
		a.log.Warn("a web server in front says whom it speaks for, and is not believed: all visitors look like one to the limits on floods. "+
			"Name it in server.trusted_proxies. Said once", "address", addr)
	}
}

// asksItself tells whether a request may be that of `limelight doctor` on this
// machine, with nobody in between who says whom it speaks for. Where the program has
// the certificate itself, there would be no proxy to name.
func asksItself(r *http.Request) bool {
	said := r.Header.Values("X-Forwarded-For")
	return len(said) == 1 && said[0] == doctor.Pretended && r.Header.Get("X-Forwarded-Proto") == "" && r.Header.Get("Forwarded") == ""
}

func short(s string) string {
	const most = 100
	return printable(s[:min(len(s), most)])
}

// advise tells what is wrong with base_url as it is written.
func (n *node) advise() {
	u, err := url.Parse(n.config.Server.BaseURL)
	if err != nil || u.Host == "" {
		return // announce says what that means
	}
	switch {
	case blog.IsLocalHost(u.Hostname()):
		n.log.Warn("server.base_url is an address of this machine or network: servers elsewhere cannot follow it. Give the blog its domain before the first follower comes",
			"base_url", n.config.Server.BaseURL)
	case n.config.Server.TLS == tlsAuto && n.config.Server.ACMEDirectory == staging:
		n.log.Warn("server.acme_directory is staging, whose certificates no browser and no server trusts: once one is given, take that line away and start again")
	case u.Scheme != "https":
		n.log.Warn("server.base_url is no https address: Mastodon and most others follow only those. Have a web server with a certificate in front, or set server.tls = \"auto\", and write https",
			"base_url", n.config.Server.BaseURL)
	}
}

// tellReach asks once, beside everything else, whether the world finds this blog
// at base_url.
func (n *node) tellReach(ctx context.Context) {
	if !n.config.Server.SelfCheck || n.config.Server.BaseURL == "" || !n.awaitCertificate(ctx) {
		return
	}
	who := "that ports 80 and 443 are open, and that the web server there has a certificate and passes everything on"
	if n.secure != nil {
		who = "that ports 80 and 443 of it are open and lead to this program, and that its certificate is one that the world trusts"
	}
	for try := 1; ; try++ {
		err := n.fed.Reach(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			n.log.Info("the blog is reached by way of server.base_url")
			return
		case try == reachTries:
			n.log.Warn("the blog is not reached by way of server.base_url, or not from here: nobody can follow it like this. See that its name leads to this machine, "+
				who+"; `limelight doctor` looks closer. If the world does reach it, server.self_check = false ends this question", "err", err)
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(reachPause):
		}
	}
}

// awaitCertificate waits for the first certificate, and tells whether it came before ctx
// ended: without one nobody reaches the blog, and who gets it says so.
func (n *node) awaitCertificate(ctx context.Context) bool {
	if n.secure == nil {
		return true
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for !n.secure.ready() {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}
