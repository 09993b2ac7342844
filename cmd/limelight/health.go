package main

import (
	"context"
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
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	// No proxy: this is a question to the same machine.
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
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

// localAddress is where this machine reaches server.listen.
func (c *Config) localAddress() (string, error) {
	host, port, err := net.SplitHostPort(c.Server.Listen)
	if err != nil {
		return "", fmt.Errorf("%s: server.listen: %w", c.where("server.listen"), err)
	}
	if port == "0" {
		return "", fmt.Errorf("%s: server.listen takes a free port, which only the program that serves knows; name one", c.where("server.listen"))
	}
	// All addresses, in either family: the loopback one is among them.
	if addr, err := netip.ParseAddr(host); host == "" || err == nil && addr.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port), nil
}
