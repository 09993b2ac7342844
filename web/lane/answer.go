package lane

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
	"time"
)

// copied is the largest body that is copied behind its head, so that both leave in
// one piece; larger ones leave with it by writev.
const copied = 8 << 10

// answer is the http.ResponseWriter of a lane. A body of a length that the handler
// gave beforehand is sent as it is written, any other when the handler is done.
type answer struct {
	to       net.Conn
	head     http.Header
	status   int   // 0 until it is known
	length   int64 // of the body as the handler gave it; -1 when it did not
	written  int64
	headOnly bool // the request was a HEAD
	last     bool // the connection ends after it
	sent     bool // the head is
	body     bytes.Buffer
	out      bytes.Buffer // the head, and a small body
	err      error        // of the connection
}

// answer lets the handler answer a request, and tells whether another may follow.
func (c *conn) answer(l *Lane, r *http.Request) bool {
	a := &c.out
	clear(a.head)
	a.body.Reset()
	a.status, a.length, a.written, a.sent, a.headOnly = 0, -1, 0, false, r.Method == http.MethodHead
	a.last = l.closing.Load()
	if a.err = c.SetWriteDeadline(time.Now().Add(l.o.Write)); a.err != nil {
		return false
	}
	l.next.ServeHTTP(a, r)
	a.finish()
	if a.body.Cap() > copied { // a rare one
		a.body = bytes.Buffer{}
	}
	return a.err == nil && !a.last
}

// Header is that of the answer, until the first byte is written.
func (a *answer) Header() http.Header { return a.head }

// WriteHeader takes the status. Those before the final one (1xx) are left out.
func (a *answer) WriteHeader(status int) {
	if a.status != 0 || status < 200 {
		return
	}
	a.status = status
	if n, err := strconv.ParseInt(a.head.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		a.length = n
	}
}

// Write takes a part of the body; http.ErrContentLength beyond the length given.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	if bodiless(a.status) {
		return 0, http.ErrBodyNotAllowed
	}
	if a.length < 0 {
		return a.body.Write(p)
	}
	if a.written += int64(len(p)); a.written > a.length {
		a.last = !a.headOnly
		return 0, http.ErrContentLength
	}
	a.send(p)
	return len(p), a.err
}

// finish sends what was not sent yet.
func (a *answer) finish() {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	switch {
	case bodiless(a.status):
		a.send(nil)
	case a.length < 0:
		body := a.body.Bytes()
		a.length = int64(len(body))
		a.head.Set("Content-Length", strconv.Itoa(len(body)))
		a.send(body)
	default:
		if a.written != a.length && !a.headOnly {
			a.last = true // the reader sees that the rest is missing
		}
		if !a.sent {
			a.send(nil)
		}
	}
}

// send sends a part of the body, behind the head when that was not sent yet; in
// answer to a HEAD the head alone.
func (a *answer) send(p []byte) {
	if a.err != nil {
		return
	}
	first := !a.sent
	if first {
		a.sent = true
		a.begin(p)
	}
	if a.headOnly {
		p = nil
	}
	switch {
	case first && len(p) <= copied:
		a.out.Write(p)
		_, a.err = a.to.Write(a.out.Bytes())
	case first:
		_, a.err = (&net.Buffers{a.out.Bytes(), p}).WriteTo(a.to)
	case len(p) > 0:
		_, a.err = a.to.Write(p)
	}
}

// left out are headers that an answer without a body has no place for (RFC 9110
// section 8.6), as net/http leaves them out.
var (
	leftOut304 = map[string]bool{"Content-Type": true, "Content-Length": true, "Transfer-Encoding": true}
	leftOut204 = map[string]bool{"Content-Length": true, "Transfer-Encoding": true}
)

// begin puts the head into out.
func (a *answer) begin(body []byte) {
	b := &a.out
	b.Reset()
	b.WriteString("HTTP/1.1 ")
	b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(a.status), 10))
	b.WriteByte(' ')
	b.WriteString(http.StatusText(a.status))
	b.WriteString("\r\n")
	var leave map[string]bool
	switch a.status {
	case http.StatusNotModified:
		leave = leftOut304
	case http.StatusNoContent:
		leave = leftOut204
	default:
		if a.head["Content-Type"] == nil && a.head["Content-Encoding"] == nil && len(body) > 0 {
			a.head.Set("Content-Type", http.DetectContentType(body))
		}
	}
	if a.head.Get("Connection") == "close" {
		a.last = true
	} else if a.last {
		a.head.Set("Connection", "close")
	}
	_ = a.head.WriteSubset(b, leave) // a bytes.Buffer takes everything
	if a.head["Date"] == nil {
		b.WriteString("Date: ")
		b.Write(time.Now().UTC().AppendFormat(b.AvailableBuffer(), http.TimeFormat))
		b.WriteString("\r\n")
	}
	b.WriteString("\r\n")
}

func bodiless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}
