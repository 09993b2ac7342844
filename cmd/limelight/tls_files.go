package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

const (
	pairPeriod  = 5 * time.Second // between two looks at the files
	maxPairFile = 1 << 20         // bytes of either

	expiryWarning = 7 * 24 * time.Hour
	warnPeriod    = 24 * time.Hour
)

// pair is a certificate and its key in two files, which somebody else renews.
type pair struct {
	cert, key string
	hosts     []string
	log       *slog.Logger
	used      atomic.Pointer[tls.Certificate]
	inUse     [sha256.Size]byte // digest of the files that are used
	refused   [sha256.Size]byte // of those that were found bad last
	suspect   [sha256.Size]byte // of those that were bad when they were looked at last
	warned    time.Time
}

// newPair takes the pair that is there: without a good one there is nothing to
// start with.
func (n *node) newPair() (*secure, error) {
	c := n.config
	p := &pair{cert: c.path(c.Server.TLSCert), key: c.path(c.Server.TLSKey), hosts: c.certified(), log: n.log}
	cert, digest, err := p.read()
	if err != nil {
		return nil, fmt.Errorf("%s: server.tls_cert, server.tls_key: %w", c.where("server.tls_cert"), err)
	}
	p.take(cert, digest)
	return &secure{
		config: &tls.Config{GetCertificate: p.get, NextProtos: []string{"h2", "http/1.1"}},
		answer: func(next http.Handler) http.Handler { return next },
		jobs:   []job{{"watch the certificate's files", n.every(pairPeriod, func(context.Context) error { p.look(time.Now()); return nil })}},
		ready:  func() bool { return true },
		about:  "with the certificate in " + p.cert,
	}, nil
}

func (p *pair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) { return p.used.Load(), nil }

// read reads both files and checks that they belong together.
func (p *pair) read() (*tls.Certificate, [sha256.Size]byte, error) {
	cert, err := readBounded(p.cert)
	var key []byte
	if err == nil {
		key, err = readBounded(p.key)
	}
	if err != nil {
		return nil, sha256.Sum256([]byte(err.Error())), err
	}
	digest := sha256.Sum256(bytes.Join([][]byte{cert, key}, []byte{0}))
	loaded, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, digest, fmt.Errorf("%s and %s are no certificate with its key: %w", p.cert, p.key, err)
	}
	return &loaded, digest, nil
}

func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPairFile+1))
	if err == nil && len(data) > maxPairFile {
		err = fmt.Errorf("%s is too large for a certificate", name)
	}
	return data, err
}

// look takes up a new pair. A bad one is not: it is named once, and only when it
// was bad twice in a row, as one file is written after the other.
func (p *pair) look(now time.Time) {
	cert, digest, err := p.read()
	switch {
	case err != nil && digest == p.suspect && digest != p.refused:
		p.refused = digest
		p.log.Error("the new certificate is not taken up, the old one stays in use", "err", err, "until", p.used.Load().Leaf.NotAfter)
	case err != nil:
		p.suspect = digest
	case digest != p.inUse:
		p.take(cert, digest)
		p.log.Info("a new certificate is in use", "until", cert.Leaf.NotAfter)
	}
	if left := p.used.Load().Leaf.NotAfter.Sub(now); left < expiryWarning && now.Sub(p.warned) >= warnPeriod {
		p.warned = now
		p.log.Warn("the certificate ends soon or has ended; whoever renews it has not", "file", p.cert, "until", p.used.Load().Leaf.NotAfter)
	}
}

func (p *pair) take(cert *tls.Certificate, digest [sha256.Size]byte) {
	p.used.Store(cert)
	p.inUse, p.refused, p.suspect, p.warned = digest, [sha256.Size]byte{}, [sha256.Size]byte{}, time.Time{}
	p.complain(cert.Leaf)
}

// complain says which of the blog's names the certificate is not for. It is taken
// all the same: what the owner put there is what the owner wants.
func (p *pair) complain(leaf *x509.Certificate) {
	for _, host := range p.hosts {
		if err := leaf.VerifyHostname(host); err != nil {
			p.log.Warn("the certificate is not for this name; browsers and servers will refuse it", "host", host, "file", p.cert)
		}
	}
}
