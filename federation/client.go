package federation

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"

	"limelight/federation/signature"
)

// ClientOptions are what a Client needs to know.
type ClientOptions struct {
	Key          signature.Key    // signs what is posted; its host is ourselves and never asked
	FetchKey     signature.Key    // signs what is fetched; the zero Key means Key
	UserAgent    string           // "limelight/1.0 (+https://blog.example.com/)"
	AllowPrivate []netip.Prefix   // networks that may be spoken to besides public ones, by http and on any port too
	Timeout      time.Duration    // for a request with its redirects and the whole answer; 0 means 30 s
	Now          func() time.Time // nil means time.Now
}

// Client speaks to other servers; nothing else in the program does. Whatever
// address it is given, by whomever, it connects only where the options allow,
// within bounds of time and size. It is safe for concurrent use.
type Client struct {
	keys        atomic.Pointer[clientKeys] // see SignBy
	userAgent   string
	self        string // host of the key, as hostName has it
	private     bool   // networks are listed that http may be spoken to
	timeout     time.Duration
	now         func() time.Time
	secure      *http.Client  // for https
	plain       *http.Client  // for http
	connections connections   // of both
	schemes     *schemes      // by which hosts take our signatures
	signing     chan struct{} // one place for each core
	fetched     fetches
}

// bounds of a connection. Tests shorten them.
type bounds struct {
	dial      time.Duration  // the name's lookup included
	handshake time.Duration  // of TLS
	header    time.Duration  // from the request sent to the answer's header
	resolver  *net.Resolver  // nil means the machine's
	roots     *x509.CertPool // nil means the machine's
}

func defaultBounds() bounds {
	return bounds{dial: 5 * time.Second, handshake: 10 * time.Second, header: 10 * time.Second}
}

// NewClient makes the one client of a node.
func NewClient(o ClientOptions) *Client { return newClient(o, defaultBounds()) }

func newClient(o ClientOptions, b bounds) *Client {
	c := &Client{
		userAgent: o.UserAgent,
		self:      hostName(o.Key.ID),
		private:   len(o.AllowPrivate) > 0,
		timeout:   o.Timeout,
		now:       o.Now,
		schemes:   newSchemes(),
		signing:   make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	c.SignBy(o.Key, o.FetchKey)
	if c.timeout == 0 {
		c.timeout = 30 * time.Second
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.secure = &http.Client{Transport: c.transport(newGuard(o.AllowPrivate, httpsOnly), b), CheckRedirect: stay}
	c.plain = &http.Client{Transport: c.transport(newGuard(o.AllowPrivate, listedOnly), b), CheckRedirect: stay}
	return c
}

// clientKeys are what requests are signed by: activities are the blog's own,
// documents are asked for by the server.
type clientKeys struct{ post, fetch signature.Key }

// SignBy has every request from now on signed by these keys, which are others of
// the same actors. The zero fetch means post.
func (c *Client) SignBy(post, fetch signature.Key) {
	if fetch == (signature.Key{}) {
		fetch = post
	}
	c.keys.Store(&clientKeys{post, fetch})
}

// stay leaves redirects to the caller, who checks and signs each step.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// transport knows no proxy from the environment: it would dial for us, and what
// it dials cannot be checked.
func (c *Client) transport(g guard, b bounds) *http.Transport {
	dialer := &net.Dialer{Timeout: b.dial, KeepAlive: 30 * time.Second, Control: g.control, Resolver: b.resolver}
	return &http.Transport{
		DialContext:            c.connections.counted(dialer.DialContext),
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: b.roots, ClientSessionCache: tls.NewLRUClientSessionCache(512)},
		TLSHandshakeTimeout:    b.handshake,
		ResponseHeaderTimeout:  b.header,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConns:           maxKept,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		WriteBufferSize:        16 << 10, // head and body of most activities leave in one write; net/http's own 4 KB make it two
	}
}

// Close drops the idle connections.
func (c *Client) Close() {
	c.secure.CloseIdleConnections()
	c.plain.CloseIdleConnections()
}
