package notify

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// mailServer is a small mail server on loopback.
type mailServer struct {
	t        *testing.T
	address  string
	config   *tls.Config
	roots    *x509.CertPool
	implicit bool     // TLS from the start
	offers   []string // after EHLO, besides STARTTLS before TLS
	secure   bool     // it offers STARTTLS

	mu      sync.Mutex
	refuses string // the answer to DATA, when it is no success
	mails   []received
}

// received is a mail that came, with how its sender logged in.
type received struct {
	from   string
	to     []string
	auth   string // "PLAIN user password"
	tls    bool
	letter string
}

// newMailServer serves until the test ends. Its certificate is for 127.0.0.1.
func newMailServer(t *testing.T, change ...func(*mailServer)) *mailServer {
	t.Helper()
	s := &mailServer{t: t, secure: true, offers: []string{"AUTH PLAIN LOGIN"}}
	s.config, s.roots = certificate(t)
	for _, c := range change {
		c(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
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

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
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
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}

func (s *mailServer) got() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

func (s *mailServer) refuse(answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = answer
}

func (s *mailServer) serve(conn net.Conn) {
	defer func() { conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	var mail received
	if s.implicit {
		conn, mail.tls = tls.Server(conn, s.config), true
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
	decoded := func(text string) string {
		plain, _ := base64.StdEncoding.DecodeString(text)
		return string(plain)
	}
	say("220 mail.test ready")
	for {
		command := line()
		verb, rest, _ := strings.Cut(command, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			offers := s.offers
			if s.secure && !mail.tls {
				offers = append([]string{"STARTTLS"}, offers...)
			}
			say("250-mail.test")
			for _, offer := range offers {
				say("250-%s", offer)
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			conn, mail.tls = tls.Server(conn, s.config), true
			in = bufio.NewReader(conn)
		case "AUTH":
			if kind, first, _ := strings.Cut(rest, " "); kind == "PLAIN" {
				mail.auth = "PLAIN" + strings.ReplaceAll(decoded(first), "\x00", " ")
			} else {
				say("334 %s", base64.StdEncoding.EncodeToString([]byte("Username:")))
				mail.auth = "LOGIN " + decoded(line())
				say("334 %s", base64.StdEncoding.EncodeToString([]byte("Password:")))
				mail.auth += " " + decoded(line())
			}
			if !strings.HasSuffix(mail.auth, "sesame") {
				say("535 wrong")
				continue
			}
			say("235 welcome")
		case "MAIL":
			mail.from = rest
			say("250 ok")
		case "RCPT":
			mail.to = append(mail.to, rest)
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
			mail.letter = letter.String()
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
