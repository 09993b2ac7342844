package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"golang.org/x/net/dns/dnsmessage"
)

// authority is an ACME server, Pebble, which looks for every name at this machine.
// Requests to it wait until it is opened, since it has to know at which ports the
// program listens, and the program where the authority is.
type authority struct {
	t      *testing.T
	server *httptest.Server
	open   chan struct{}
	pebble http.Handler
	asked  atomic.Int64 // requests of any kind
	orders atomic.Int64
	roots  *x509.CertPool // of the certificates that it gives
	root   []byte         // the one in roots, in PEM
	file   string         // with the root of its own, for SSL_CERT_FILE
}

// lasting is for how many seconds its certificates are good; 0 for the usual 90
// days.
type lasting uint64

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, open: make(chan struct{}), roots: x509.NewCertPool(), file: filepath.Join(t.TempDir(), "root.pem")}
	a.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.asked.Add(1)
		select {
		case <-a.open:
		case <-r.Context().Done():
			return
		}
		if r.Method == http.MethodPost && r.URL.Path == "/order-plz" {
			a.orders.Add(1)
		}
		a.pebble.ServeHTTP(w, r)
	}))
	t.Cleanup(a.server.Close)
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.server.Certificate().Raw})
	if err := os.WriteFile(a.file, root, 0o644); err != nil {
		t.Fatal(err)
	}
	return a
}

// answer lets the authority work, and look for challenges at these ports.
func (a *authority) answer(httpPort, tlsPort int, good lasting) {
	a.t.Helper()
	a.t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	a.t.Setenv("PEBBLE_AUTHZREUSE", "0") // every order is challenged
	quiet, store := log.New(io.Discard, "", 0), db.NewMemoryStore()
	if testing.Verbose() {
		quiet = log.New(a.t.Output(), "pebble ", 0)
	}
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: uint64(good)}})
	root := issuer.GetRootCert(0).Cert
	a.roots.AddCert(root)
	a.root = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
	front := wfe.New(quiet, store, va.New(quiet, httpPort, tlsPort, false, loopbackDNS(a.t), store), issuer, []string{"ca.test"}, true, false, 1, 1)
	a.pebble = front.Handler()
	close(a.open)
}

func (a *authority) env(more ...string) []string {
	return append([]string{
		"SSL_CERT_FILE=" + a.file,
		"LIMELIGHT_SERVER_BASE_URL=https://blog.test",
		"LIMELIGHT_SERVER_TLS=auto",
		"LIMELIGHT_SERVER_TLS_LISTEN=127.0.0.1:0",
		"LIMELIGHT_SERVER_REDIRECT_LISTEN=127.0.0.1:0",
		"LIMELIGHT_SERVER_ACME_DIRECTORY=" + a.server.URL + "/dir",
	}, more...)
}

// loopbackDNS is a name server that knows every name as 127.0.0.1.
func loopbackDNS(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for answerDNS(conn) == nil {
				}
			}()
		}
	}()
	return l.Addr().String()
}

func answerDNS(conn net.Conn) error {
	var size uint16
	if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
		return err
	}
	question := make([]byte, size)
	if _, err := io.ReadFull(conn, question); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return err
	}
	m.Response, m.Additionals = true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60},
			Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
		}}
	}
	packed, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...))
	return err
}

var announced = regexp.MustCompile(`(?m)^  (https|http) +([0-9.:]+)`)

// addresses are where a program under TLS listens.
func (p *program) addresses() (https, http string) {
	p.t.Helper()
	for _, m := range announced.FindAllStringSubmatch(p.out, -1) {
		if m[1] == "https" {
			https = m[2]
		} else {
			http = m[2]
		}
	}
	if https == "" {
		p.t.Fatalf("where does it listen?\n%s", p.out)
	}
	return https, http
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	if address == "" {
		return closedPort(t)
	}
	a, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return a.Port
}

// closedPort is one at which nobody listens.
func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// visitor is a browser for which every name leads to address. It follows no
// redirects.
func (a *authority) visitor(address string) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			TLSClientConfig:   &tls.Config{RootCAs: a.roots},
			ForceAttemptHTTP2: true,
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, address)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// shows waits until the certificate of a name is good in the visitor's eyes, and
// returns it.
func (a *authority) shows(p *program, name string) *x509.Certificate {
	a.t.Helper()
	https, _ := p.addresses()
	var leaf *x509.Certificate
	await(a.t, "a certificate for "+name, func() bool {
		conn, err := tls.Dial("tcp", https, &tls.Config{ServerName: name, RootCAs: a.roots})
		if err != nil {
			return false
		}
		leaf = conn.ConnectionState().PeerCertificates[0]
		conn.Close()
		return true
	})
	return leaf
}

func noSecrets(t *testing.T, p *program) {
	t.Helper()
	if logs := p.logs.String(); strings.Contains(logs, "PRIVATE") || strings.Contains(logs, "BEGIN ") {
		t.Errorf("a secret is in the log:\n%s", logs)
	}
}
