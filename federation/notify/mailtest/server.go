// Package mailtest is a small mail server on loopback for tests: it speaks STARTTLS
// or TLS from the start, takes the password "open sesame", and keeps what it got.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is a mail server that runs until its test ends.
type Server struct {
	Address  string         // host:port
	Roots    *x509.CertPool // that its certificate is known by
	PEM      []byte         // the certificate
	Implicit bool           // TLS from the start
	Offers   []string       // after EHLO, besides STARTTLS before TLS
	StartTLS bool           // it offers that

	config *tls.Config

	mu      sync.Mutex
	refuses string // the answer to DATA, when it is no success
	mails   []Mail
}

// Mail is a mail that came, with how its sender logged in.
type Mail struct {
	From   string
	To     []string
	Auth   string // "PLAIN user password"
	TLS    bool
	Letter string
}

// New serves until the test ends, by STARTTLS unless change says otherwise. Its
// certificate is for 127.0.0.1.
func New(t *testing.T, change ...func(*Server)) *Server {
	t.Helper()
	s := &Server{StartTLS: true, Offers: []string{"AUTH PLAIN LOGIN"}}
	s.certify(t)
	for _, c := range change {
		c(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	var open sync.WaitGroup
	t.Cleanup(func() { l.Close(); open.Wait() })
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { s.serve(conn) })
		}
	})
	return s
}

func (s *Server) certify(t *testing.T) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(cert)
	s.PEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// Mails are those that came.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Refuse has mails answered so from now on: "452 full"; empty takes them again.
func (s *Server) Refuse(answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = answer
}

func (s *Server) serve(conn net.Conn) {
	defer func() { conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	var mail Mail
	if s.Implicit {
		conn, mail.TLS = tls.Server(conn, s.config), true
	}
	in := bufio.NewReader(conn)
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	line := func() string {
		text, err := in.ReadString('\n')
		if err != nil {
			return "QUIT"
		}
		return strings.TrimRight(text, "\r\n")
	}
	say("220 mail.test ready")
	for {
		command := line()
		verb, rest, _ := strings.Cut(command, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			offers := s.Offers
			if s.StartTLS && !mail.TLS {
				offers = append([]string{"STARTTLS"}, offers...)
			}
			say("250-mail.test")
			for _, offer := range offers {
				say("250-%s", offer)
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			conn, mail.TLS = tls.Server(conn, s.config), true
			in = bufio.NewReader(conn)
		case "AUTH":
			mail.Auth = login(rest, say, line)
			if !strings.HasSuffix(mail.Auth, "sesame") {
				say("535 wrong")
				continue
			}
			say("235 welcome")
		case "MAIL":
			mail.From = rest
			say("250 ok")
		case "RCPT":
			mail.To = append(mail.To, rest)
			say("250 ok")
		case "DATA":
			say("354 go on")
			var letter strings.Builder
			for text := line(); text != "."; text = line() {
				letter.WriteString(strings.TrimPrefix(text, ".") + "\r\n")
				if text == "QUIT" {
					return
				}
			}
			mail.Letter = letter.String()
			s.mu.Lock()
			answer := s.refuses
			if answer == "" {
				s.mails = append(s.mails, mail)
				answer = "250 taken"
			}
			s.mu.Unlock()
			say("%s", answer)
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// login is AUTH PLAIN or LOGIN: its kind, the user and the password.
func login(rest string, say func(string, ...any), line func() string) string {
	decoded := func(text string) string {
		plain, _ := base64.StdEncoding.DecodeString(text)
		return string(plain)
	}
	kind, first, _ := strings.Cut(rest, " ")
	if kind == "PLAIN" {
		return "PLAIN" + strings.ReplaceAll(decoded(first), "\x00", " ")
	}
	said := "LOGIN"
	for _, question := range []string{"Username:", "Password:"} {
		say("334 %s", base64.StdEncoding.EncodeToString([]byte(question)))
		said += " " + decoded(line())
	}
	return said
}
