package doctor

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

const (
	day       = 24 * time.Hour
	renewedBy = 14 * day // before the end, by whatever renews: certbot and Caddy do so 30 days before
)

// certificate looks at what https shows before the first request.
func (x *exam) certificate(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, x.o.Patience)
	defer cancel()
	raw, err := x.visitor.dial(ctx, "tcp", x.hostPort())
	if err != nil {
		x.dead = "there is no connection"
		x.fail("tls.handshake", plain(err).Error(), "Nobody reaches the blog.", x.tlsRemedy())
		return
	}
	defer raw.Close()
	// Each fault of the certificate is told apart below.
	conn := tls.Client(raw, &tls.Config{ServerName: x.base.Hostname(), InsecureSkipVerify: true, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}})
	if err := conn.HandshakeContext(ctx); err != nil {
		x.dead = "there is no https"
		found := "https cannot be spoken there: " + plain(err).Error()
		var record tls.RecordHeaderError
		if errors.As(err, &record) && bytes.HasPrefix(record.RecordHeader[:], []byte("HTTP")) {
			found = "plain http is spoken on the port of https"
		}
		x.fail("tls.handshake", found, "Neither browsers nor other servers get further.", x.tlsRemedy())
		return
	}
	state := conn.ConnectionState()
	x.ok("tls.handshake", "%s", tls.VersionName(state.Version))
	leaf := state.PeerCertificates[0]
	if err := leaf.VerifyHostname(x.base.Hostname()); err != nil {
		x.fail("tls.name", fmt.Sprintf("the certificate is for %s", short(strings.Join(namesOf(leaf), ", "))),
			"Browsers warn, and other servers refuse to speak to the blog: no follow, no delivery of replies.", x.tlsRemedy())
	} else {
		x.ok("tls.name", "%s", short(strings.Join(namesOf(leaf), ", ")))
	}
	x.chain(state.PeerCertificates)
	x.days(leaf)
}

func namesOf(c *x509.Certificate) []string {
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		names = []string{c.Subject.CommonName}
	}
	return names
}

// chain looks at who vouches for the certificate, whatever day it is.
func (x *exam) chain(sent []*x509.Certificate) {
	leaf := sent[0]
	between := x509.NewCertPool()
	for _, c := range sent[1:] {
		between.AddCert(c)
	}
	at := x.now()
	if at.After(leaf.NotAfter) {
		at = leaf.NotAfter.Add(-time.Second)
	}
	if at.Before(leaf.NotBefore) {
		at = leaf.NotBefore.Add(time.Second)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: x.o.Roots, Intermediates: between, CurrentTime: at})
	effect := "Browsers may get along; other servers do not: Mastodon refuses to speak to the blog."
	switch {
	case err == nil:
		x.ok("tls.chain", "%s", short(leaf.Issuer.String()))
	case x.o.Roots == nil && !hasRoots():
		x.fail("tls.chain", "this machine knows no authority at all, so it cannot be told who vouches",
			"From here nobody can be spoken to: a limelight on this machine delivers to no follower.", Remedy{"machine", "apt install ca-certificates"})
	case bytes.Equal(leaf.RawIssuer, leaf.RawSubject):
		x.fail("tls.chain", "the certificate is signed by itself", "Browsers warn, and other servers refuse to speak to the blog.", x.tlsRemedy())
	case !isIssued(sent):
		x.fail("tls.chain", fmt.Sprintf("the chain is incomplete: the certificate of %s is not sent along", short(leaf.Issuer.String())), effect,
			x.chainRemedies()...)
	default:
		x.fail("tls.chain", fmt.Sprintf("nobody knows who vouches for it: %s", plain(err)), effect, x.authorityRemedy())
	}
}

// hasRoots tells whether this machine has certificates of authorities.
func hasRoots() bool {
	pool, err := x509.SystemCertPool()
	return err == nil && !pool.Equal(x509.NewCertPool())
}

// isIssued tells whether the issuer of the certificate, and of what was sent with
// it, is there as well, up to one that is a root or is vouched for by one.
func isIssued(sent []*x509.Certificate) bool {
	for _, c := range sent {
		if bytes.Equal(c.RawSubject, sent[0].RawIssuer) {
			return true
		}
	}
	return false
}

func (x *exam) days(leaf *x509.Certificate) {
	left := leaf.NotAfter.Sub(x.now())
	until := leaf.NotAfter.UTC().Format("2006-01-02 15:04 UTC")
	soon := min(renewedBy, leaf.NotAfter.Sub(leaf.NotBefore)/4)
	renew := x.renewRemedies()
	switch {
	case x.now().Before(leaf.NotBefore):
		x.fail("tls.days", "it is good only from "+leaf.NotBefore.UTC().Format("2006-01-02 15:04 UTC")+"; or this machine's clock is wrong", "Browsers warn, and other servers refuse to speak to the blog.", Remedy{"machine", "timedatectl set-ntp true"})
	case left < 0:
		x.fail("tls.days", "it has expired, on "+until, "Browsers warn, and other servers refuse to speak to the blog: nothing arrives any more.", renew...)
	case left < soon:
		x.warn("tls.days", fmt.Sprintf("%s are left, until %s; it should have been renewed by now", span(left), until), "When it ends, other servers refuse to speak to the blog.", renew...)
	default:
		x.ok("tls.days", "%s are left, until %s", span(left), until)
	}
}

// span is a time in days, or in hours where those are few.
func span(d time.Duration) string {
	if d < 2*day {
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/day)
}

// port80 is where http is asked for; ok is false when that is not known.
func (x *exam) port80(host string) (ok bool) {
	if _, stated := x.o.Resolve[net.JoinHostPort(host, "80")]; stated {
		return true
	}
	_, other := x.o.Resolve[x.hostPort()]
	return !other
}
