package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"strings"
	"time"
	"unicode"
)

// The words of notify.smtp_tls.
const (
	StartTLS    = "starttls" // the connection must become encrypted before anything is said
	ImplicitTLS = "implicit" // it is from the start
	NoTLS       = "none"     // for a mail server on this machine
)

const dialWithin = 15 * time.Second

// Mailbox is how to send mail to the author.
type Mailbox struct {
	Server   string // host:port of the mail server
	TLS      string // StartTLS, ImplicitTLS or NoTLS
	User     string // empty means that the server asks for none
	Password string
	From     mail.Address
	To       []mail.Address
	Roots    *x509.CertPool // nil means the machine's
}

// Mail tells by mail. It takes net/smtp and not a library: one message of plain
// text needs little, and what is needed is here.
func Mail(b Mailbox) Channel { return Channel{Name: "mail", Send: b.send} }

func (b Mailbox) send(ctx context.Context, m Message) error {
	host, _, err := net.SplitHostPort(b.Server)
	if err != nil {
		return fmt.Errorf("the mail server %s: %w", b.Server, err)
	}
	client, end, err := b.connect(ctx, host)
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	defer end()
	if err := b.introduce(client, host); err != nil {
		return err
	}
	if err := b.deliver(client, b.letter(m)); err != nil {
		return fmt.Errorf("send by the mail server: %w", err)
	}
	_ = client.Quit() // it has the message already
	return nil
}

// connect returns a client whose connection ends with ctx.
func (b Mailbox) connect(ctx context.Context, host string) (*smtp.Client, func(), error) {
	dialer := net.Dialer{Timeout: dialWithin}
	conn, err := dialer.DialContext(ctx, "tcp", b.Server)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	if b.TLS == ImplicitTLS {
		conn = tls.Client(conn, b.config(host))
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		stop()
		conn.Close()
		return nil, nil, err
	}
	return client, func() { stop(); client.Close() }, nil
}

func (b Mailbox) config(host string) *tls.Config {
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: b.Roots}
}

// introduce greets the server, has the connection encrypted, and says who we are.
func (b Mailbox) introduce(client *smtp.Client, host string) error {
	if err := client.Hello(domainOf(b.From.Address)); err != nil {
		return fmt.Errorf("greet the mail server: %w", err)
	}
	if b.TLS == StartTLS {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return fmt.Errorf("the mail server %s does not offer STARTTLS; notify.smtp_tls may be implicit (port 465), or none on this machine", b.Server)
		}
		if err := client.StartTLS(b.config(host)); err != nil {
			return fmt.Errorf("encrypt the connection to the mail server: %w", err)
		}
	}
	if b.User == "" {
		return nil
	}
	ok, kinds := client.Extension("AUTH")
	if !ok {
		return fmt.Errorf("the mail server %s takes no user and password", b.Server)
	}
	if err := client.Auth(b.auth(kinds, host)); err != nil {
		return fmt.Errorf("log in to the mail server: %w", err)
	}
	return nil
}

func (b Mailbox) auth(kinds, host string) smtp.Auth {
	offered := strings.Fields(strings.ToUpper(kinds))
	for _, kind := range offered {
		if kind == "PLAIN" {
			return smtp.PlainAuth("", b.User, b.Password, host)
		}
	}
	return &loginAuth{user: b.User, password: b.Password}
}

func (b Mailbox) deliver(client *smtp.Client, letter []byte) error {
	if err := client.Mail(b.From.Address); err != nil {
		return err
	}
	for _, to := range b.To {
		if err := client.Rcpt(to.Address); err != nil {
			return err
		}
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(letter); err != nil {
		return err
	}
	return w.Close()
}

// letter is the message as mail (RFC 5322). Whatever stands in a header is on one
// line: a stranger's words can add none.
func (b Mailbox) letter(m Message) []byte {
	var out bytes.Buffer
	header := func(name, value string) { fmt.Fprintf(&out, "%s: %s\r\n", name, oneLine(value)) }
	to := make([]string, len(b.To))
	for i, address := range b.To {
		to[i] = oneLine(address.String())
	}
	header("From", b.From.String())
	header("To", strings.Join(to, ", "))
	header("Subject", mime.QEncoding.Encode("utf-8", oneLine(m.Title)))
	header("Date", m.At.Format(time.RFC1123Z))
	header("Message-ID", "<limelight."+m.ID+"@"+domainOf(b.From.Address)+">")
	header("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers it
	header("MIME-Version", "1.0")
	header("Content-Type", "text/plain; charset=utf-8")
	header("Content-Transfer-Encoding", "quoted-printable")
	out.WriteString("\r\n")
	body := quotedprintable.NewWriter(&out)
	// A bytes.Buffer takes everything.
	_, _ = body.Write([]byte(strings.ReplaceAll(clean(m.Text), "\n", "\r\n")))
	_ = body.Close()
	return out.Bytes()
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// oneLine is a text without anything that could end a line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}

// clean is oneLine for texts of several lines.
func clean(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = oneLine(line)
	}
	return strings.Join(lines, "\n")
}
