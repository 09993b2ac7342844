package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

const (
	lookUpWithin = 5 * time.Second
	configMode   = 0o640 // a database's password may come into it
)

// question is one thing that init wants to know, by a flag or by asking.
type question struct {
	flag, usage string
	ask         string
	usual       func(c *Config) string // what an empty answer means
	take        func(c *Config, answer string) error
	value       *string
}

// initQuestions are in the order in which they are asked.
func initQuestions(e *env) []question {
	return []question{
		{flag: "domain", usage: "the blog's `DOMAIN`: blog.example.com",
			ask:   "The domain of the blog, such as blog.example.com; empty to try it on this machine first",
			usual: func(*Config) string { return "" }, take: takeDomain},
		{flag: "handle", usage: "the `NAME` before the @ of its handle", ask: "The name before the @ of its handle",
			usual: func(c *Config) string { return c.Blog.Handle },
			take:  func(c *Config, s string) error { c.Blog.Handle = strings.TrimPrefix(s, "@"); return nil }},
		{flag: "title", usage: "the blog's `TITLE`", ask: "Its title",
			usual: func(c *Config) string { return c.Blog.Title },
			take:  func(c *Config, s string) error { c.Blog.Title = s; return nil }},
		{flag: "author", usage: "`WHO` writes it", ask: "Who writes it; empty means the title",
			usual: func(c *Config) string { return c.Blog.Author },
			take:  func(c *Config, s string) error { c.Blog.Author = s; return nil }},
		{flag: "language", usage: "the `LANGUAGE` it is written in: en, de, pt-BR", ask: "The language it is written in",
			usual: func(c *Config) string { return usualLanguage(e.getenv, c.Blog.Language) },
			take:  func(c *Config, s string) error { c.Blog.Language = s; return nil }},
		{flag: "timezone", usage: "the time `ZONE` of its dates: Europe/Berlin", ask: "The time zone of its dates",
			usual: func(c *Config) string { return usualZone(e.getenv, c.Blog.Timezone) },
			take:  func(c *Config, s string) error { c.Blog.Timezone = s; return nil }},
	}
}

// initialize makes a configuration file.
func initialize(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "init", "")
	yes := f.Bool("yes", false, "ask nothing: what no flag says is as usual")
	own := f.Bool("tls", false, "have limelight get the certificate for https itself, where nothing else has the ports 80 and 443")
	offline := f.Bool("offline", false, "do not look up whether the domain leads anywhere")
	questions := initQuestions(e)
	for i, q := range questions {
		questions[i].value = f.String(q.flag, "", q.usage)
	}
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	file, err := newConfigFile(e, *f.config)
	if err != nil {
		return err
	}
	given := f.given()
	c := defaults()
	if err := c.locate(file); err != nil {
		return err
	}
	asked := asker{e: e, given: given, quiet: *yes}
	for _, q := range questions {
		if err := asked.settle(ctx, c, q); err != nil {
			return err
		}
	}
	if *own {
		if err := takeTLS(c); err != nil {
			return err
		}
	}
	if err := writeNewConfig(file, c); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "wrote %s\n", file)
	leads := true
	if !*offline && c.Server.BaseURL != "" {
		leads = looksUp(ctx, net.DefaultResolver.LookupHost, c.host())
	}
	c.tellNext(e.stdout, leads)
	return nil
}

// newConfigFile is where the configuration will be; nothing may be there yet.
func newConfigFile(e *env, named string) (string, error) {
	file, err := findConfig(e, named)
	if err != nil {
		return "", err
	}
	if file == "" {
		return configName, nil
	}
	switch _, err := os.Lstat(file); {
	case errors.Is(err, fs.ErrNotExist):
		return file, nil
	case err != nil:
		return "", err
	}
	return "", fmt.Errorf("%s is there already and stays as it is; edit it, or name another file with -config", file)
}

// takeDomain takes a domain as people write it: with a scheme, in their letters.
func takeDomain(c *Config, answer string) error {
	c.Server.BaseURL, c.Server.TrustedProxies = "", nil
	if answer == "" {
		return nil
	}
	domain := strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(answer), "https://"), "/")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	if !hostPattern.MatchString(domain) || !strings.Contains(domain, ".") || net.ParseIP(domain) != nil {
		return fmt.Errorf("%q is no domain; it should look like blog.example.com, without a path", answer)
	}
	c.Server.BaseURL = "https://" + domain
	// Of the web server on this machine that has the certificate.
	c.Server.TrustedProxies = []string{"127.0.0.1/32", "::1/128"}
	c.Blog.Title = domain
	return nil
}

// takeTLS has the program serve https itself, with nothing in front.
func takeTLS(c *Config) error {
	c.Server.TLS, c.Server.TrustedProxies = tlsAuto, nil
	if key, err := c.checkTLS(); err != nil {
		return usagef("-tls: %s %v", key, err)
	}
	return nil
}

// writeNewConfig writes the file durably, unless something is there by now.
func writeNewConfig(file string, c *Config) error {
	var text bytes.Buffer
	fmt.Fprintln(&text, "# limelight's configuration, begun by `limelight init`.")
	writeSettings(&text, c)
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, configMode)
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// host is that of server.base_url.
func (c *Config) host() string { return strings.TrimPrefix(c.Server.BaseURL, "https://") }

// looksUp tells whether the domain leads to any machine.
func looksUp(ctx context.Context, lookUp func(context.Context, string) ([]string, error), domain string) bool {
	host, _, _ := strings.Cut(domain, ":")
	ctx, cancel := context.WithTimeout(ctx, lookUpWithin)
	defer cancel()
	found, err := lookUp(ctx, host)
	return err == nil && len(found) > 0
}

// tellNext says what there is to do now.
func (c *Config) tellNext(w io.Writer, leads bool) {
	serve := "limelight serve"
	if c.file != configName {
		serve += " -config " + c.file
	}
	if c.Server.BaseURL == "" {
		fmt.Fprintf(w, "Next: %s, and look at http://%s.\nNobody can follow it there; for that set server.base_url before the first follower comes.\n", serve, c.Server.Listen)
		return
	}
	if !leads {
		fmt.Fprintf(w, "\n%s leads nowhere yet: point it (a DNS record of type A or AAAA) at this machine.\n", c.host())
	}
	if c.inTLS() {
		fmt.Fprintf(w, `
Next:
1. Let ports 80 and 443 of this machine be reached from outside (firewall, router), and nothing else listen there.
2. As root, once: setcap cap_net_bind_service=+ep limelight
   (or AmbientCapabilities=CAP_NET_BIND_SERVICE in its systemd unit), so that it may use them.
3. %s; within a minute it says that a certificate is in use.
   Let's Encrypt gives it; whoever uses that agrees to its terms (letsencrypt.org/repository).
4. Follow @%s@%s from your Mastodon.
`, serve, c.Blog.Handle, c.host())
		return
	}
	fmt.Fprintf(w, `
Next:
1. Have a web server with a certificate in front of it (or begin with init -tls, and limelight is its own). Caddy gets one by itself; this is its whole Caddyfile:

       %[1]s {
       	reverse_proxy %[2]s
       }

   nginx, inside the server block of %[1]s that has the certificate:

       location / {
           proxy_pass http://%[2]s;
           proxy_set_header Host $host;
           proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
           proxy_set_header X-Forwarded-Proto $scheme;
           client_max_body_size 1m;
       }

2. %[3]s
3. Follow @%[4]s@%[1]s from your Mastodon.
`, c.host(), c.Server.Listen, serve, c.Blog.Handle)
}

// usualLanguage is that of the terminal.
func usualLanguage(getenv func(string) string, otherwise string) string {
	language, _, _ := strings.Cut(getenv("LANG"), ".")
	language = strings.ReplaceAll(language, "_", "-")
	if languagePattern.MatchString(language) {
		language, _, _ = strings.Cut(language, "-") // de-DE is German as most write it
		return language
	}
	return otherwise
}

// usualZone is that of the machine.
func usualZone(getenv func(string) string, otherwise string) string {
	zone := getenv("TZ")
	if zone == "" {
		target, _ := filepath.EvalSymlinks("/etc/localtime") // not everywhere a link
		_, zone, _ = strings.Cut(target, "zoneinfo/")
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || strings.HasPrefix(zone, "Etc/") {
		return otherwise
	}
	return zone
}
