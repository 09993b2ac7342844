package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"limelight/blog"
)

// Values of server.tls and server.acme_directory.
const (
	tlsOff   = "off"
	tlsAuto  = "auto"
	tlsFiles = "files"

	staging = "staging"
)

// secure is what serving under TLS takes.
type secure struct {
	config *tls.Config
	answer func(http.Handler) http.Handler // what the authority asks over http, else the handler
	jobs   []job
	ready  func() bool // there is a certificate
	about  string      // who brings it, for announce
}

// inTLS tells whether the program is reached without a web server in front.
func (c *Config) inTLS() bool { return c.Server.TLS != tlsOff }

// certified are the names that are to have certificates: no others get one.
func (c *Config) certified() []string {
	hosts := []string{c.hostname()}
	for _, host := range c.Server.TLSHosts {
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// checkTLS checks what the configuration says of certificates, and names the
// setting that is wrong.
func (c *Config) checkTLS() (key string, err error) {
	s := &c.Server
	if !c.inTLS() {
		return "", nil
	}
	if _, port, err := net.SplitHostPort(s.TLSListen); err != nil || !validPort(port) {
		return "server.tls_listen", fmt.Errorf("is %q; it should look like :443", s.TLSListen)
	}
	if _, port, err := net.SplitHostPort(s.RedirectListen); s.RedirectListen != "" && (err != nil || !validPort(port)) {
		return "server.redirect_listen", fmt.Errorf("is %q; it should look like :80, or be empty", s.RedirectListen)
	}
	if !strings.HasPrefix(s.BaseURL, "https://") {
		return "server.base_url", fmt.Errorf("is %q; with server.tls = %q it has to be https and the blog's domain, such as https://blog.example.com", s.BaseURL, s.TLS)
	}
	for _, host := range s.TLSHosts {
		if !isDomain(host) {
			return "server.tls_hosts", fmt.Errorf("has %q; it should be a domain alone, in lower case and ASCII, such as www.example.com", host)
		}
	}
	if s.TLS == tlsFiles {
		for _, file := range []struct{ key, name string }{{"server.tls_cert", s.TLSCert}, {"server.tls_key", s.TLSKey}} {
			if file.name == "" {
				return file.key, errors.New("is empty; server.tls = \"files\" needs the files of a certificate and its key")
			}
		}
		return "", nil
	}
	if !isDomain(c.hostname()) {
		return "server.base_url", fmt.Errorf("is %q; no authority gives a certificate for that, only for a domain such as blog.example.com", s.BaseURL)
	}
	if u, err := url.Parse(s.ACMEDirectory); s.ACMEDirectory != "" && s.ACMEDirectory != staging && (err != nil || u.Scheme != "https" || u.Host == "") {
		return "server.acme_directory", fmt.Errorf("is %q; it should be empty, staging, or an address such as https://ca.example.com/directory", s.ACMEDirectory)
	}
	if name, host, ok := strings.Cut(s.ACMEEmail, "@"); s.ACMEEmail != "" && (!ok || name == "" || !isDomain(host)) {
		return "server.acme_email", fmt.Errorf("is %q; it should look like ann@example.com", s.ACMEEmail)
	}
	return "", nil
}

// isDomain tells whether an authority may be asked for a certificate for it.
func isDomain(host string) bool {
	return hostPattern.MatchString(host) && strings.Contains(host, ".") && !strings.Contains(host, ":") && net.ParseIP(host) == nil && !blog.IsLocalHost(host)
}

// newSecure prepares TLS; nil when it is off.
func (n *node) newSecure(ctx context.Context) (*secure, error) {
	switch n.config.Server.TLS {
	case tlsAuto:
		return n.newACME(ctx)
	case tlsFiles:
		return n.newPair()
	}
	return nil, nil
}
