package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// healthWithin is how long the blog may take to say that it is well.
const healthWithin = 5 * time.Second

// health asks what is served by this configuration, for containers and scripts
// that have no other program to ask with.
func health(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "health", "")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	c, err := loadConfig(e, *f.config)
	if err != nil {
		return err
	}
	address, err := c.localAddress()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	scheme := "http"
	// No proxy: this is a question to the same machine.
	transport := &http.Transport{DisableKeepAlives: true}
	if c.inTLS() {
		// Whether the world trusts the certificate is another question than whether the program is well.
		scheme, transport.TLSClientConfig = "https", &tls.Config{ServerName: c.hostname(), InsecureSkipVerify: true}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+address+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	if c.inTLS() {
		r.Host = c.hostname()
	}
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return fmt.Errorf("the blog does not answer: %w", err)
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 200)) // only to be shown
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the blog is not well: %s: %s", answer.Status, printable(string(said)))
	}
	fmt.Fprintf(e.stdout, "%s answers and is well\n", address)
	return nil
}

// localAddress is where this machine reaches what listens for visitors.
func (c *Config) localAddress() (string, error) {
	setting, listen := "server.listen", c.Server.Listen
	if c.inTLS() {
		setting, listen = "server.tls_listen", c.Server.TLSListen
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("%s: %s: %w", c.where(setting), setting, err)
	}
	if port == "0" {
		return "", fmt.Errorf("%s: %s takes a free port, which only the program that serves knows; name one", c.where(setting), setting)
	}
	// All addresses, in either family: the loopback one is among them.
	if addr, err := netip.ParseAddr(host); host == "" || err == nil && addr.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port), nil
}
