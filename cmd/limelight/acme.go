package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"limelight/storage"
)

const (
	letsEncrypt        = autocert.DefaultACMEDirectory
	letsEncryptStaging = "https://acme-staging-v02.api.letsencrypt.org/directory"

	certPoll  = 2 * time.Second // between two looks whether another node has renewed
	certCheck = time.Minute     // between two looks whether the renewal is late

	renewTries = time.Hour // between two of autocert's tries to renew, at most
)

// certRetries are the pauses after orders that failed, the last one for good.
// autocert remembers a failure for a minute, and Let's Encrypt bears five an hour
// for a name.
var certRetries = []time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour}

// acmeCertificates gets certificates by ACME. autocert makes the orders, answers
// the challenges and renews; what it keeps is in the database, and from there
// each node takes the certificates that it shows. So a visitor never causes an
// order, and one node makes them for all.
type acmeCertificates struct {
	db        *storage.DB
	log       *slog.Logger
	directory string
	manager   *autocert.Manager
	witness   *witness
	hosts     []string
	served    map[string]*servedCertificate // by host; the map never changes
	loading   sync.Mutex
}

// servedCertificate is the one in use for a host.
type servedCertificate struct {
	cert   atomic.Pointer[tls.Certificate]
	from   time.Time // when it was kept in the database; under loading
	warned time.Time // that it could not be renewed
}

// directory is the address of the authority.
func (c *Config) directory() string {
	switch c.Server.ACMEDirectory {
	case "":
		return letsEncrypt
	case staging:
		return letsEncryptStaging
	}
	return c.Server.ACMEDirectory
}

// newACME takes the certificates that are there. Others are got beside the
// requests: who checks the challenges asks this very program.
func (n *node) newACME(ctx context.Context) (*secure, error) {
	c := n.config
	a := &acmeCertificates{db: n.db, log: n.log, directory: c.directory(), witness: &witness{next: http.DefaultTransport},
		hosts: c.certified(), served: map[string]*servedCertificate{}}
	for _, host := range a.hosts {
		a.served[host] = &servedCertificate{}
	}
	a.manager = &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      acmeCache{n.db, a.directory},
		HostPolicy: a.policy,
		Email:      c.Server.ACMEEmail,
		Client:     &acme.Client{DirectoryURL: a.directory, UserAgent: "limelight/" + version, HTTPClient: a.witness.client()},
	}
	if err := a.load(ctx); err != nil {
		return nil, err
	}
	s := &secure{
		config: &tls.Config{GetCertificate: a.get, NextProtos: []string{"h2", "http/1.1", acme.ALPNProto}},
		answer: func(next http.Handler) http.Handler { return next },
		ready:  a.ready,
		about:  "with certificates from " + a.directory,
		jobs: []job{
			{"take up certificates", n.every(certPoll, a.load)},
			n.alone(job{"get certificates", a.keep}),
		},
	}
	if n.redirect != nil { // else HTTP-01 is no way
		s.answer = a.manager.HTTPHandler
	}
	return s, nil
}

// policy lets the blog's own names alone have certificates.
func (a *acmeCertificates) policy(_ context.Context, host string) error {
	if a.served[hostname(host)] == nil {
		return errors.New("this program answers for no such name")
	}
	return nil
}

// get is the certificate for a visitor, or the answer to a challenge (TLS-ALPN-01,
// RFC 8737).
func (a *acmeCertificates) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	s := a.served[hostname(hello.ServerName)]
	if s == nil {
		return nil, errors.New("a visitor asked for a name that is not the blog's")
	}
	if slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) {
		return a.manager.GetCertificate(hello)
	}
	if cert := s.cert.Load(); cert != nil {
		return cert, nil
	}
	return nil, errors.New("the blog has no certificate yet")
}

// ready tells whether every name has a certificate.
func (a *acmeCertificates) ready() bool {
	for _, s := range a.served {
		if s.cert.Load() == nil {
			return false
		}
	}
	return true
}

// load takes up what this or another node has got since it was asked last.
func (a *acmeCertificates) load(ctx context.Context) error {
	a.loading.Lock()
	defer a.loading.Unlock()
	for host, s := range a.served {
		updated, err := a.db.ACMEUpdated(ctx, a.directory, host)
		if errors.Is(err, storage.ErrNotFound) || err == nil && updated.Equal(s.from) {
			continue
		}
		var data []byte
		if err == nil {
			data, updated, err = a.db.ACMEData(ctx, a.directory, host)
		}
		if err != nil {
			return fmt.Errorf("take up the certificate of %s: %w", host, err)
		}
		s.from = updated
		cert, err := tls.X509KeyPair(data, data)
		if err != nil { // never with its text: it may tell of the key
			a.log.Error("the certificate in the database cannot be used", "host", host)
			continue
		}
		s.cert.Store(&cert)
		a.log.Info("a certificate is in use", "host", host, "until", cert.Leaf.NotAfter)
	}
	return nil
}

// keep gets a certificate for every name and has each renewed, until ctx ends.
func (a *acmeCertificates) keep(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		err := a.order(ctx)
		pause := certCheck
		switch {
		case err == nil:
			failures = 0
			a.warnOfLateness(time.Now())
		case ctx.Err() == nil:
			pause = certRetries[min(failures, len(certRetries)-1)]
			failures++
			a.log.Error("no certificate was given. See that the name leads to this machine and that ports 443 and 80 of it are open to the world", "err", err, "next_try", pause)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// order asks autocert for each certificate: it has it, or orders it, and renews it
// from then on after two thirds of its time. What fails for one name is no reason
// to leave out the others.
func (a *acmeCertificates) order(ctx context.Context) error {
	var errs []error
	for _, host := range a.hosts {
		began := time.Now()
		done := make(chan error, 1)
		go func() {
			_, err := a.manager.GetCertificate(modernHello(host))
			done <- err
		}()
		select {
		case <-ctx.Done(): // autocert does not know of ctx, and goes on for five minutes at most
			return ctx.Err()
		case err := <-done:
			if err != nil {
				errs = append(errs, a.witness.explain(host, began, err))
			}
		}
	}
	return errors.Join(append(errs, a.load(ctx))...)
}

// modernHello is what a client says that takes ECDSA, as all of today do.
func modernHello(host string) *tls.ClientHelloInfo {
	return &tls.ClientHelloInfo{ServerName: host, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}
}

// warnOfLateness says once a day that renewals fail, which autocert tries without
// a word: one is made when a third of a certificate's time is left, so that with a
// quarter it is late.
func (a *acmeCertificates) warnOfLateness(now time.Time) {
	for _, host := range a.hosts {
		s := a.served[host]
		cert := s.cert.Load()
		if cert == nil || now.Sub(s.warned) < warnPeriod {
			continue
		}
		if left := cert.Leaf.NotAfter.Sub(now); left < cert.Leaf.NotAfter.Sub(cert.Leaf.NotBefore)/4 {
			s.warned = now
			a.log.Warn("a certificate could not be renewed; this is tried every half hour", "until", cert.Leaf.NotAfter,
				"err", a.witness.explain(host, now.Add(-renewTries), errors.New("the renewal failed")))
		}
	}
}
