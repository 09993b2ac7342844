package lane

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// conn is a connection on the lane.
type conn struct {
	net.Conn
	in   *bufio.Reader // 4 KB, of net/http: longer heads go back
	ctx  context.Context
	from string
	host string // that net/http found good; another is asked for elsewhere

	head  *bytes.Reader // what is being parsed
	parse *bufio.Reader // of head
	out   answer
}

// newConn takes over the connection of a request.
func newConn(c net.Conn, in *bufio.Reader, r *http.Request) *conn {
	head := bytes.NewReader(nil)
	return &conn{Conn: c, in: in, ctx: r.Context(), from: r.RemoteAddr, host: r.Host,
		head: head, parse: bufio.NewReader(head), out: answer{to: c, head: http.Header{}}}
}

// errOver is that a lane ends.
var errOver = errors.New("the lane ends")

// read waits for the next request. It is nil when the lane is not for it: then
// everything that came is still to be read.
func (c *conn) read(l *Lane) (*http.Request, error) {
	if err := c.SetReadDeadline(time.Now().Add(l.o.Idle)); err != nil {
		return nil, err
	}
	if l.closing.Load() { // asked after the deadline was set: see Shutdown
		return nil, errOver
	}
	if _, err := c.in.Peek(4); err != nil { // as net/http waits, which says nothing to less
		return nil, err
	}
	came, _ := c.in.Peek(c.in.Buffered()) // which is there
	head := headOf(came)
	if head == nil {
		return nil, nil
	}
	c.head.Reset(head)
	c.parse.Reset(c.head)
	r, err := http.ReadRequest(c.parse)
	if err != nil || c.parse.Buffered() > 0 || c.head.Len() > 0 || !plain(r) || !wellNamed(r.Header) || r.Host != c.host || !l.o.Takes(r.URL.Path) {
		return nil, nil // net/http finds out what is wrong with it, if anything
	}
	if _, err := c.in.Discard(len(head)); err != nil {
		return nil, err
	}
	r.RemoteAddr = c.from
	return r.WithContext(c.ctx), nil
}

// rest is the connection with what came and was not answered.
func (c *conn) rest() net.Conn {
	came, _ := c.in.Peek(c.in.Buffered()) // which is there
	_ = c.SetDeadline(time.Time{})        // where that fails, reading does too
	return &replayed{Conn: c.Conn, came: bytes.Clone(came)}
}

// headOf is the head of a GET or HEAD at the beginning of what came; nil when it is not
// all there, or has a byte or a second Host that net/http would refuse.
func headOf(came []byte) []byte {
	if !bytes.HasPrefix(came, []byte("GET /")) && !bytes.HasPrefix(came, []byte("HEAD /")) {
		return nil
	}
	end := bytes.Index(came, []byte("\r\n\r\n"))
	if end < 0 {
		return nil
	}
	head := came[:end+4]
	hosts := 0
	for i, b := range head {
		switch {
		case b == '\n':
			if rest := head[i+1:]; len(rest) > 5 && bytes.EqualFold(rest[:5], []byte("host:")) {
				hosts++
			}
		case b < ' ' && b != '\r' && b != '\t' || b == 0x7f:
			return nil
		}
	}
	if hosts != 1 {
		return nil
	}
	return head
}

// wellNamed tells whether no name of a header ends in a blank, which the parser lets
// through and the server does not.
func wellNamed(h http.Header) bool {
	for name := range h {
		if strings.IndexByte(name, ' ') >= 0 {
			return false
		}
	}
	return true
}

// special are the headers by which a request says more than what it asks for.
var special = []string{"Content-Length", "Expect", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// plain tells whether a request is a GET or HEAD of HTTP/1.1 without a body, on a
// connection that goes on.
func plain(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.ProtoMajor != 1 || r.ProtoMinor != 1 || r.Close || r.ContentLength != 0 || len(r.TransferEncoding) > 0 {
		return false
	}
	for _, name := range special {
		if r.Header[name] != nil {
			return false
		}
	}
	connection := r.Header["Connection"] // some web servers in front, and browsers, say what HTTP/1.1 means anyway
	return len(connection) == 0 || len(connection) == 1 && strings.EqualFold(connection[0], "keep-alive")
}
