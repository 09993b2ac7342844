package doctor

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

const (
	maxAnswer = 8 << 20 // bytes of one that are read, more than any of ours has
	maxHops   = 5       // redirects that are followed
	dialTime  = 5 * time.Second
)

// visitor makes requests as others do: without redirects, compression or
// cookies of its own accord, within bounds of time and size.
type visitor struct {
	named   map[string]bool // hosts that the user named: any address of theirs may be asked
	resolve map[string]netip.AddrPort
	agent   string
	base    string // host of the blog, whose certificate has checks of its own
	http    *http.Client
	count   int64
	now     func() time.Time
	time    time.Duration
}

func newVisitor(x *exam) *visitor {
	v := &visitor{
		named: map[string]bool{x.base.Hostname(): true}, resolve: x.o.Resolve, agent: x.o.UserAgent, base: x.base.Hostname(),
		now: x.now, time: x.o.Patience, count: time.Now().UnixNano(),
	}
	if host := x.blog.HandleHost; host != "" {
		v.named[hostOnly(host)] = true
	}
	if u, err := url.Parse(x.blog.MediaURL); err == nil && u.Host != "" {
		v.named[u.Hostname()] = true
	}
	roots := x.o.Roots
	v.http = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            v.dial,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true,
			TLSHandshakeTimeout:    x.o.Patience,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    2,
			TLSClientConfig: &tls.Config{
				MinVersion: tls.VersionTLS12,
				// The certificate of the blog's own host is looked at by certificate.go, and
				// what else is wrong there is to be found as well. All others are verified.
				InsecureSkipVerify: true,
				VerifyConnection:   func(c tls.ConnectionState) error { return v.verify(c, roots) },
			},
		},
	}
	return v
}

func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

func (v *visitor) verify(c tls.ConnectionState, roots *x509.CertPool) error {
	if c.ServerName == "" || c.ServerName == v.base {
		return nil
	}
	between := x509.NewCertPool()
	for _, cert := range c.PeerCertificates[1:] {
		between.AddCert(cert)
	}
	_, err := c.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: c.ServerName, Roots: roots, Intermediates: between, CurrentTime: v.now()})
	return err
}

// dial goes where -resolve says, to any address of hosts that were named, and
// for all others to the web's ports of public addresses alone.
func (v *visitor) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: dialTime}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if to, ok := v.resolve[address]; ok {
		return d.DialContext(ctx, network, to.String())
	}
	if !v.named[host] {
		d.Control = ssrf.New(ssrf.WithPorts(80, 443)).Safe
	}
	return d.DialContext(ctx, network, address)
}

// isPrivate tells whether other servers refuse to speak to the address.
func isPrivate(addr netip.Addr) bool {
	return ssrf.New(ssrf.WithPorts(443)).Safe(networkOf(addr), netip.AddrPortFrom(addr, 443).String(), nil) != nil
}

func networkOf(addr netip.Addr) string {
	if addr.Unmap().Is4() {
		return "tcp4"
	}
	return "tcp6"
}

// serial is a number that was not there before.
func (v *visitor) serial() int64 {
	v.count++
	return v.count
}

func (v *visitor) close() { v.http.CloseIdleConnections() }

// answer is what came back.
type answer struct {
	url    string
	status int
	header http.Header
	body   []byte // at most maxAnswer, cut off there
	came   time.Time
	local  string // our end of the connection
}

// kind is the media type without parameters.
func (a answer) kind() string {
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// line says in a few words what the answer is.
func (a answer) line() string {
	kind := a.kind()
	if to := a.header.Get("Location"); a.status/100 == 3 && to != "" {
		return fmt.Sprintf("%d to %s", a.status, short(to))
	}
	if kind == "" {
		return fmt.Sprintf("%d", a.status)
	}
	return fmt.Sprintf("%d, %s", a.status, short(kind))
}

// ask is a request.
type ask struct {
	method, url string
	header      http.Header
	body        []byte
	sign        func(*http.Request) error // nil for none
	patience    time.Duration             // 0 means the usual
	limit       int64                     // of the answer, in bytes; 0 means the usual
}

// get asks for an address, with headers as name and value after each other.
func (v *visitor) get(ctx context.Context, address string, headers ...string) (answer, error) {
	h := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return v.do(ctx, ask{method: http.MethodGet, url: address, header: h})
}

func (v *visitor) do(ctx context.Context, q ask) (answer, error) {
	patience := q.patience
	if patience == 0 {
		patience = v.time
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a := answer{url: q.url}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { a.local = i.Conn.LocalAddr().String() }})
	req, err := http.NewRequestWithContext(ctx, q.method, q.url, bytes.NewReader(q.body))
	if err != nil {
		return a, err
	}
	if q.header != nil {
		req.Header = q.header.Clone()
	}
	req.Header.Set("User-Agent", v.agent)
	if q.sign != nil {
		if err := q.sign(req); err != nil {
			return a, err
		}
	}
	resp, err := v.http.Do(req)
	if err != nil {
		return a, plain(err)
	}
	defer resp.Body.Close()
	a.came, a.status, a.header = v.now(), resp.StatusCode, resp.Header
	limit := q.limit
	if limit == 0 {
		limit = maxAnswer
	}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, limit))
	if err != nil {
		return a, fmt.Errorf("the answer broke off: %w", plain(err))
	}
	return a, nil
}

// plain is an error without the address, which the reader has.
func plain(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("no answer in time")
	}
	return err
}

var errCircle = errors.New("the redirects go in a circle, or on and on")

// follow is get with up to five redirects, and the addresses on the way.
func (v *visitor) follow(ctx context.Context, address string, headers ...string) (a answer, hops []string, err error) {
	for {
		a, err = v.get(ctx, address, headers...)
		if err != nil || a.status/100 != 3 || a.status == http.StatusNotModified {
			return a, hops, err
		}
		at, err := url.Parse(address)
		if err != nil {
			return a, hops, err
		}
		to, err := at.Parse(a.header.Get("Location"))
		if err != nil || a.header.Get("Location") == "" || to.Scheme != "https" && to.Scheme != "http" {
			return a, hops, fmt.Errorf("a redirect leads nowhere: %s", short(a.header.Get("Location")))
		}
		if hops = append(hops, to.String()); len(hops) > maxHops {
			return a, hops, errCircle
		}
		address = to.String()
	}
}
