package notify

import (
	"context"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"limelight/federation/notify/mailtest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func mailbox(s *mailtest.Server) Mailbox {
	return Mailbox{Server: s.Address, TLS: StartTLS, Roots: s.Roots, User: "ann", Password: "open sesame",
		From: mail.Address{Name: "Blög", Address: "blog@example.com"}, To: []mail.Address{{Address: "ann@example.com"}, {Address: "bea@example.com"}}}
}

func TestMail(t *testing.T) {
	for name, c := range map[string]struct {
		server func(*mailtest.Server)
		box    func(*Mailbox)
		auth   string
		tls    bool
		fails  string // part of the error
	}{
		"STARTTLS":               {auth: "PLAIN ann open sesame", tls: true},
		"AUTH LOGIN":             {server: func(s *mailtest.Server) { s.Offers = []string{"AUTH LOGIN"} }, auth: "LOGIN ann open sesame", tls: true},
		"implicit TLS":           {server: func(s *mailtest.Server) { s.Implicit = true }, box: func(b *Mailbox) { b.TLS = ImplicitTLS }, auth: "PLAIN ann open sesame", tls: true},
		"none, on this machine":  {server: func(s *mailtest.Server) { s.Offers = nil }, box: func(b *Mailbox) { b.TLS, b.User = NoTLS, "" }},
		"no STARTTLS":            {server: func(s *mailtest.Server) { s.StartTLS = false }, fails: "does not offer STARTTLS"},
		"an unknown certificate": {box: func(b *Mailbox) { b.Roots = nil }, fails: "certificate"},
		"a wrong password":       {box: func(b *Mailbox) { b.Password = "open" }, fails: "log in to the mail server: 535"},
		"no logins":              {server: func(s *mailtest.Server) { s.Offers = nil }, fails: "takes no user and password"},
		"a full mailbox":         {server: func(s *mailtest.Server) { s.Refuse("452 full") }, fails: "452"},
	} {
		t.Run(name, func(t *testing.T) {
			s := mailtest.New(t)
			if c.server != nil {
				s = mailtest.New(t, c.server)
			}
			b := mailbox(s)
			if c.box != nil {
				c.box(&b)
			}
			err := Mail(b).Send(t.Context(), Message{ID: "7", At: noon, Title: "1 new reply", Text: "Hello\n.dot\n"})
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("error %v, want %q", err, c.fails)
				}
				if len(s.Mails()) > 0 {
					t.Error("it was sent nevertheless")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := s.Mails()
			if len(got) != 1 || got[0].Auth != c.auth || got[0].TLS != c.tls || len(got[0].To) != 2 || !strings.HasPrefix(got[0].From, "FROM:<blog@example.com>") {
				t.Fatalf("%+v", got)
			}
			title, text := readLetter(t, got[0].Letter)
			if title != "1 new reply" || text != "Hello\r\n.dot\r\n" {
				t.Errorf("%q %q", title, text)
			}
		})
	}
}

// readLetter reads a mail as a mail program does.
func readLetter(t *testing.T, letter string) (title, text string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	if title, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return title, string(body)
}

// TestMailCannotBeInjected: whatever a stranger says is in the subject or the
// text, and no header.
func TestMailCannotBeInjected(t *testing.T) {
	b := Mailbox{From: mail.Address{Address: "blog@example.com"}, To: []mail.Address{{Address: "ann@example.com"}}}
	evil := "Hi\r\nBcc: eve@example.com\r\n\r\n\x00\x1b[31mred\u2028.\r\n"
	letter := string(b.letter(Message{ID: "1", At: noon, Title: evil, Text: "x\n" + evil}))
	m, err := mail.ReadMessage(strings.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Header) != 9 || m.Header.Get("Bcc") != "" || strings.Contains(letter, "\x1b") || strings.Contains(letter, "\x00") {
		t.Errorf("headers %v in\n%s", m.Header, letter)
	}
	for line := range strings.Lines(letter) {
		if !strings.HasSuffix(line, "\r\n") {
			t.Errorf("a line ends otherwise: %q", line)
		}
	}
}

// TestMailGivesUp with its context, on a server that says nothing.
func TestMailGivesUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	b := Mailbox{Server: l.Addr().String(), TLS: StartTLS, From: mail.Address{Address: "a@example.com"}, To: []mail.Address{{Address: "b@example.com"}}}
	if err := Mail(b).Send(ctx, Message{ID: "1", At: noon}); err == nil {
		t.Error("a silent server took it")
	}
}
