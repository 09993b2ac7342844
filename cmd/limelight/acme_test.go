package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/storage/storagetest"
)

// TestCertificatesByACME has a real ACME server look at the program in each of the
// two ways, and sees the blog under HTTP/2 with what it gave.
func TestCertificatesByACME(t *testing.T) {
	for _, way := range []string{"TLS-ALPN-01", "HTTP-01"} {
		t.Run(way, func(t *testing.T) {
			a := newAuthority(t)
			p := newProgram(t, a.env("LIMELIGHT_LOG_LEVEL=debug")...)
			if way == "TLS-ALPN-01" { // nothing is answered over http
				p.write("limelight.toml", "[server]\nredirect_listen = \"\"\n")
				p.env = without(p.env, "LIMELIGHT_SERVER_REDIRECT_LISTEN=127.0.0.1:0")
			}
			p.start()
			https, redirect := p.addresses()
			if (redirect == "") != (way == "TLS-ALPN-01") {
				t.Fatalf("http is answered at %q", redirect)
			}
			if _, err := tls.Dial("tcp", https, &tls.Config{ServerName: "blog.test", InsecureSkipVerify: true}); err == nil {
				t.Error("there is a certificate before one was given")
			}
			if way == "TLS-ALPN-01" {
				a.answer(closedPort(t), portOf(t, https), 0)
			} else {
				a.answer(portOf(t, redirect), closedPort(t), 0)
			}
			a.shows(p, "blog.test")
			resp, err := a.visitor(https).Get("https://blog.test/")
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 || !strings.Contains(string(body), "Limelight") || resp.Header.Get("Strict-Transport-Security") != hsts {
				t.Errorf("%s %s %v", resp.Proto, resp.Status, resp.Header)
			}
			ordered := a.orders.Load()
			p.stop()
			noSecrets(t, p)
			p.start() // and takes what is in the database
			a.shows(p, "blog.test")
			if n := a.orders.Load(); n != ordered || n == 0 {
				t.Errorf("%d orders before the restart, %d after", ordered, n)
			}
		})
	}
}

// TestRenewal: certificates that last some seconds are renewed while everybody is
// served.
func TestRenewal(t *testing.T) {
	a := newAuthority(t)
	p := newProgram(t, a.env()...)
	p.start()
	https, redirect := p.addresses()
	a.answer(portOf(t, redirect), portOf(t, https), 12)
	first := a.shows(p, "blog.test")
	await(t, "another certificate", func() bool { return a.shows(p, "blog.test").SerialNumber.Cmp(first.SerialNumber) != 0 })
	if n := a.orders.Load(); n < 2 {
		t.Errorf("%d orders", n)
	}
	noSecrets(t, p)
}

// TestStrangersOrderNothing: whatever name is asked for, orders are made for the
// blog's own alone.
func TestStrangersOrderNothing(t *testing.T) {
	a := newAuthority(t)
	p := newProgram(t, a.env("LIMELIGHT_SERVER_TLS_HOSTS=www.blog.test,example.test", "LIMELIGHT_FEDERATION_HANDLE_DOMAIN=example.test")...)
	p.start()
	https, redirect := p.addresses()
	a.answer(portOf(t, redirect), portOf(t, https), 0)
	for _, name := range []string{"blog.test", "www.blog.test", "example.test"} {
		a.shows(p, name)
	}
	ordered := a.orders.Load()
	for _, c := range []*tls.Config{{ServerName: "other.test"}, {ServerName: ""}, {ServerName: "mail.blog.test"},
		{ServerName: "other.test", NextProtos: []string{"acme-tls/1"}}, {ServerName: "blog.test", NextProtos: []string{"acme-tls/1"}}} {
		c.InsecureSkipVerify = true
		if _, err := tls.Dial("tcp", https, c); err == nil {
			t.Errorf("%q %v has a certificate", c.ServerName, c.NextProtos)
		}
	}
	resp, err := a.visitor(redirect).Get("http://blog.test/.well-known/acme-challenge/a-guess")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound || a.orders.Load() != ordered {
		t.Errorf("a guessed challenge: %s; %d orders, %d before", resp.Status, a.orders.Load(), ordered)
	}
	visitor := a.visitor(https)
	for from, to := range map[string]string{
		"https://www.blog.test/posts/x?y=1": "https://blog.test/posts/x?y=1",
		"https://example.test/":             "https://blog.test/",
		"https://example.test/.well-known/webfinger?resource=acct%3Ablog%40example.test":  "",
		"https://blog.test/.well-known/webfinger?resource=acct%3Ablog%40example.test":     "",
		"https://www.blog.test/.well-known/webfinger?resource=acct%3Ablog%40example.test": "https://blog.test/.well-known/webfinger?resource=acct%3Ablog%40example.test",
	} {
		resp, err := visitor.Get(from)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if to == "" && resp.StatusCode != http.StatusOK || to != "" && resp.StatusCode != http.StatusMovedPermanently || resp.Header.Get("Location") != to {
			t.Errorf("%s: %s, to %q", from, resp.Status, resp.Header.Get("Location"))
		}
		if hosted := resp.Header.Get("Strict-Transport-Security") != ""; hosted != strings.HasPrefix(from, "https://blog.test/") {
			t.Errorf("%s: HSTS %v", from, hosted)
		}
	}
}

// TestNodesShareCertificates: the authority looks at another node than the one
// that ordered, finds the answer there, and both show what it gave.
func TestNodesShareCertificates(t *testing.T) {
	for _, way := range []string{"TLS-ALPN-01", "HTTP-01"} {
		t.Run(way, func(t *testing.T) {
			a, c := newAuthority(t), newCluster(t, storagetest.Postgres(t))
			var nodes [2]*program
			for i := range nodes {
				nodes[i] = c.prepare(a.env()...)
				nodes[i].start()
				if i == 0 {
					await(t, "the first one's question", func() bool { return a.asked.Load() > 0 })
				}
			}
			https, redirect := nodes[1].addresses()
			if way == "HTTP-01" {
				https = ""
			} else {
				redirect = ""
			}
			a.answer(portOf(t, redirect), portOf(t, https), 0)
			first, second := a.shows(nodes[0], "blog.test"), a.shows(nodes[1], "blog.test")
			if first.SerialNumber.Cmp(second.SerialNumber) != 0 {
				t.Error("the nodes have different certificates")
			}
			ordered := a.orders.Load()
			third := c.prepare(a.env()...)
			third.start()
			if a.shows(third, "blog.test").SerialNumber.Cmp(first.SerialNumber) != 0 || a.orders.Load() != ordered {
				t.Errorf("a node that came later: %d orders, %d before", a.orders.Load(), ordered)
			}
		})
	}
}

// TestRefusedCertificate: what the authority says is wrong is in the log, and
// nobody is served meanwhile.
func TestRefusedCertificate(t *testing.T) {
	a := newAuthority(t)
	p := newProgram(t, a.env("LIMELIGHT_SERVER_TLS_HOSTS=www.blog.test")...)
	p.start()
	a.answer(closedPort(t), closedPort(t), 0)
	await(t, "the reason in the log", func() bool {
		logs := p.logs.String()
		return strings.Contains(logs, "no certificate was given") && strings.Contains(logs, "tls-alpn-01: Failed to connect") && strings.Contains(logs, "connection refused")
	})
	if _, second, found := strings.Cut(p.logs.String(), "certificate for www.blog.test:"); !found || strings.Contains(second, "http://blog.test") {
		t.Errorf("of the second name it says %s", second)
	}
	if n := strings.Count(p.logs.String(), "no certificate was given"); n != 1 {
		t.Errorf("it says so %d times", n)
	}
	p.stop()
}

// TestLateRenewal: renewals that fail are told of once a day, and only when they
// are late.
func TestLateRenewal(t *testing.T) {
	var log strings.Builder
	from := time.Now().Add(-61 * 24 * time.Hour) // so that the first warning is about now
	until := from.Add(80 * 24 * time.Hour)
	s := &servedCertificate{}
	s.cert.Store(&tls.Certificate{Leaf: &x509.Certificate{NotBefore: from, NotAfter: until}})
	a := &acmeCertificates{log: slog.New(slog.NewTextHandler(&log, nil)), hosts: []string{"blog.test", "www.blog.test"}, witness: &witness{},
		served: map[string]*servedCertificate{"blog.test": s, "www.blog.test": {}}}
	a.witness.note("blog.test", "the authority is closed today")
	a.witness.note("www.blog.test", "another name's affair")
	for _, c := range []struct {
		before time.Duration // the end
		lines  int
	}{{60 * 24 * time.Hour, 0}, {21 * 24 * time.Hour, 0}, {19 * 24 * time.Hour, 1}, {18*24*time.Hour + time.Hour, 1}, {17 * 24 * time.Hour, 2}} {
		a.warnOfLateness(until.Add(-c.before))
		if n := strings.Count(log.String(), "could not be renewed"); n != c.lines {
			t.Errorf("%v before the end there are %d lines\n%s", c.before, n, &log)
		}
	}
	if !strings.Contains(log.String(), "the authority is closed today") || strings.Contains(log.String(), "another") {
		t.Errorf("the reason is missing, or not alone:\n%s", &log)
	}
}

// without is env without one of its entries.
func without(env []string, entry string) []string {
	var left []string
	for _, e := range env {
		if e != entry {
			left = append(left, e)
		}
	}
	return left
}
