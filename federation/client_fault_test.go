package federation

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// rawPeer is a server that speaks for itself: answer gets each connection after
// the request's header was read. The address is http.
func rawPeer(t *testing.T, answer func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
					answer(conn)
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// pour writes the text again and again until the client has had enough, counts
// the bytes, and takes a pause after each when it is to drip.
func pour(text string, pause time.Duration, poured *atomic.Int64) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			n, err := io.WriteString(conn, text)
			if poured.Add(int64(n)); err != nil {
				return
			}
			if pause > 0 {
				<-time.After(pause)
			}
		}
	}
}

// after is a beginning and what goes on from there.
func after(begin string, then func(net.Conn)) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := io.WriteString(conn, begin); err == nil {
			then(conn)
		}
	}
}

// TestBadPeers: whatever a peer does to a connection, it ends within the bounds
// of time and memory, for a fetch and for a delivery.
func TestBadPeers(t *testing.T) {
	const (
		header = "HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\n"
		taken  = 16 << 20 // bytes that both may be made to take, kernels' buffers included
		drip   = 2 * time.Millisecond
	)
	reset := func(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0) }
	var poured atomic.Int64
	long := strings.Repeat("x", 1<<10)
	for name, c := range map[string]struct {
		answer    func(net.Conn)
		get       error // what a fetch comes to
		delivered bool  // whether the status came, which is all that counts there
		temporary bool
	}{
		"reset":                    {reset, errBroken, false, true},
		"reset in the header":      {after("HTTP/1.1 200 O", reset), errBroken, false, true},
		"reset in the body":        {after(header+"Content-Length: 100\r\n\r\n{", reset), errBroken, true, true},
		"closed without a word":    {func(net.Conn) {}, errBroken, false, true},
		"no HTTP":                  {after("SSH-2.0-example\r\n", func(net.Conn) {}), errBroken, false, true},
		"stalls":                   {func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) }, errBroken, false, true},
		"stalls in the header":     {after(header, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) }), errBroken, false, true},
		"stalls in the body":       {after(header+"\r\n{", func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) }), errBroken, true, true},
		"endless status line":      {pour(long, 0, &poured), errBroken, false, true},
		"endless header":           {after(header, pour("X-Y: "+long+"\r\n", 0, &poured)), errBroken, false, true},
		"endless header line":      {after(header+"X-Y: ", pour(long, 0, &poured)), errBroken, false, true},
		"dripping header":          {after(header, pour("X-Y: z\r\n", drip, &poured)), errBroken, false, true},
		"endless early answers":    {pour("HTTP/1.1 103 Early Hints\r\nX-Y: z\r\n\r\n", 0, &poured), errBroken, false, true},
		"dripping early answers":   {pour("HTTP/1.1 103 Early Hints\r\nX-Y: z\r\n\r\n", drip, &poured), errBroken, false, true},
		"endless body":             {after(header+"\r\n", pour(long, 0, &poured)), ErrTooLarge, true, false},
		"dripping body":            {after(header+"\r\n", pour(" ", drip, &poured)), errBroken, true, true},
		"endless chunks":           {after(header+"Transfer-Encoding: chunked\r\n\r\n", pour("400\r\n"+long+"\r\n", 0, &poured)), ErrTooLarge, true, false},
		"endless chunk extension":  {after(header+"Transfer-Encoding: chunked\r\n\r\n1;", pour(long, 0, &poured)), errBroken, true, true},
		"chunks of mostly nothing": {after(header+"Transfer-Encoding: chunked\r\n\r\n", pour("1;"+long+"\r\nx\r\n", 0, &poured)), errBroken, true, true},
		"endless trailer":          {after(header+"Transfer-Encoding: chunked\r\n\r\n0\r\n", pour("X-Y: "+long+"\r\n", 0, &poured)), errBroken, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := defaultBounds()
			b.header = 200 * time.Millisecond
			o := clientOptions()
			o.Timeout = 500 * time.Millisecond
			if c.delivered { // the header comes, though this machine may be slow
				b.header, o.Timeout = defaultBounds().header, 2*time.Second
			}
			client := testClient(t, o, b)
			address := rawPeer(t, c.answer)
			poured.Store(0)
			began := time.Now()
			_, err := client.Get(t.Context(), address)
			if !errors.Is(err, c.get) || Temporary(err) != c.temporary {
				t.Errorf("fetched: %v, temporary %t", err, Temporary(err))
			}
			answer, err := client.Post(t.Context(), address, []byte("{}"))
			if delivered := err == nil && answer.Status == http.StatusOK; delivered != c.delivered || err != nil && !Temporary(err) {
				t.Errorf("delivered: %+v, %v", answer, err)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
			t.Logf("%v, %d bytes", time.Since(began).Round(time.Millisecond), poured.Load())
			if got := poured.Load(); got > taken {
				t.Errorf("%d bytes were taken", got)
			}
		})
	}
}

// TestHandshakeThatStalls has a peer accept connections and say nothing.
func TestHandshakeThatStalls(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	b := defaultBounds()
	b.handshake = 50 * time.Millisecond
	if _, err := testClient(t, clientOptions(), b).Get(t.Context(), "https://"+listener.Addr().String()+"/"); !errors.Is(err, errBroken) || !Temporary(err) {
		t.Errorf("%v", err)
	}
}

// failingNames are resolvers that do not help.
func failingNames(t *testing.T) map[string]*net.Resolver {
	over := func(dial func(context.Context) (net.Conn, error)) *net.Resolver {
		return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}
	}
	answering := func(rcode byte) *net.Resolver {
		return over(func(context.Context) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				defer theirs.Close()
				query := make([]byte, 2+512) // over a stream, so with its length in front
				n, err := theirs.Read(query)
				if err != nil {
					return
				}
				query[4], query[5] = query[4]|0x80, query[5]&0xf0|rcode
				_, _ = theirs.Write(query[:n])
			}()
			t.Cleanup(func() { theirs.Close() })
			return ours, nil
		})
	}
	return map[string]*net.Resolver{
		"no such name": answering(3),
		"out of order": answering(2),
		"refused":      answering(5),
		"not there":    over(func(context.Context) (net.Conn, error) { return nil, fmt.Errorf("connection refused") }),
		"silent": over(func(ctx context.Context) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}),
	}
}
