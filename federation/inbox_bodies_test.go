package federation

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"limelight/federation/peertest"
)

// TestBodiesArePaidFor: what many senders hold in memory together is bounded,
// and what is done with is given back.
func TestBodiesArePaidFor(t *testing.T) {
	room := newBodies(10*bodyPiece, slowBody)
	of := func(n int) *body {
		return &body{Reader: strings.NewReader(strings.Repeat("x", n)), room: room}
	}
	small, large := of(100), of(10*bodyPiece-100)
	for _, r := range []*body{small, large} {
		if _, err := r.whole(); err != nil {
			t.Fatal(err)
		}
	}
	over := of(1)
	if _, err := over.whole(); !errors.Is(err, errBusy) {
		t.Errorf("a byte too many: %v", err)
	}
	over.giveBack()
	large.giveBack()
	if data, err := of(8 * bodyPiece).whole(); err != nil || len(data) != 8*bodyPiece {
		t.Errorf("what was given back: %d bytes, %v", len(data), err)
	}
	small.giveBack()
	if room.left != 2*bodyPiece || room.arriving.Len() != 0 {
		t.Errorf("%d bytes are left, %d bodies arrive", room.left, room.arriving.Len())
	}
}

// TestSlowBodiesLoseTheirRoom: only those that are slow do, the earliest first,
// and only as much as is needed.
func TestSlowBodiesLoseTheirRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		room := newBodies(1000, time.Second)
		errs := make([]error, 4)
		begin := func(i int) *io.PipeWriter {
			from, to := io.Pipe()
			go func() {
				_, errs[i] = (&body{Reader: from, room: room, cut: func() error { return from.CloseWithError(io.ErrNoProgress) }}).whole()
			}()
			return to
		}
		write := func(to *io.PipeWriter, n int) {
			_, _ = to.Write([]byte(strings.Repeat("x", n)))
			synctest.Wait()
		}
		first := begin(0)
		write(first, 400)
		time.Sleep(time.Second)
		second := begin(1)
		write(second, 500)
		third := begin(2)
		write(third, 200) // for which the first goes
		write(third, 300)
		if !errors.Is(errs[0], errBusy) || errs[1] != nil || errs[2] != nil || room.left != 0 {
			t.Errorf("after the third: %v, %d left", errs, room.left)
		}
		write(begin(3), 1) // there is none but quick ones
		if !errors.Is(errs[3], errBusy) {
			t.Errorf("the fourth: %v", errs[3])
		}
		second.Close()
		synctest.Wait()
		time.Sleep(time.Second)
		write(third, 1) // it is the only one that could make room for itself, and the second is here
		if errs[1] != nil || !errors.Is(errs[2], errBusy) {
			t.Errorf("in the end: %v", errs)
		}
	})
}

// stopping opens n requests to the node's inbox whose bodies begin as given and
// go no further, over HTTP/1. Their statuses come in the channel.
func stopping(t *testing.T, w *inboxWorld, n int, begin string) <-chan int {
	t.Helper()
	statuses := make(chan int, n)
	var reading sync.WaitGroup
	t.Cleanup(reading.Wait) // after what ends them
	u, err := url.Parse(w.inbox)
	w.must(err)
	for range n {
		conn, err := net.Dial("tcp", u.Host)
		w.must(err)
		t.Cleanup(func() { conn.Close() })
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", u.Path, u.Host, activityType, MaxActivity, begin)
		w.must(err)
		reading.Go(func() {
			if resp, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
				statuses <- resp.StatusCode
				resp.Body.Close()
			}
		})
	}
	return statuses
}

// stoppingStreams is stopping over HTTP/2.
func stoppingStreams(t *testing.T, w *inboxWorld, n int, begin string) <-chan int {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(w.node.Inbox))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	statuses := make(chan int, n)
	var sending sync.WaitGroup
	t.Cleanup(sending.Wait) // likewise
	for range n {
		from, to := io.Pipe()
		t.Cleanup(func() { to.CloseWithError(io.ErrUnexpectedEOF) })
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/ap/inbox", from)
		w.must(err)
		r.ContentLength = MaxActivity
		r.Header.Set("Content-Type", activityType)
		sending.Go(func() {
			if resp, err := s.Client().Do(r); err == nil {
				statuses <- resp.StatusCode
				resp.Body.Close()
			}
		})
		_, err = to.Write([]byte(begin))
		w.must(err)
	}
	return statuses
}

// TestInboxBodiesThatStopEarly: bodies that stop at their beginning, or before,
// take no place, and little of the memory.
func TestInboxBodiesThatStopEarly(t *testing.T) {
	for name, begin := range map[string]string{"heads alone": "", "a byte": "{"} {
		t.Run(name, func(t *testing.T) {
			w := newInboxWorld(t)
			w.node.gate = narrowGate(1, 0, 0)
			w.node.gate.bodies = newBodies(2*bodyPiece, time.Hour)
			statuses := stopping(t, w, 30, begin)
			bob := w.peer(2).Join("bob", peertest.Mastodon)
			for i := range 10 { // by which time all of those are under way
				w.send(bob, http.StatusAccepted, bob.Act("Create", bob.Note(w.postIRI(), fmt.Sprintf("<p>%d</p>", i))))
			}
			if len(statuses) != 0 {
				t.Errorf("%d were answered %d", len(statuses), <-statuses)
			}
		})
	}
}

// TestInboxBodiesThatStop: bodies that stop when they have taken all the memory
// there is make room for those that come.
func TestInboxBodiesThatStop(t *testing.T) {
	for name, open := range map[string]func(*testing.T, *inboxWorld, int, string) <-chan int{"HTTP/1": stopping, "HTTP/2": stoppingStreams} {
		t.Run(name, func(t *testing.T) {
			w := newInboxWorld(t)
			room := newBodies(4*bodyPiece, time.Hour)
			w.node.gate.bodies = room
			statuses := open(t, w, 4, strings.Repeat(" ", bodyPiece))
			waitFor(t, "all to be taken", func() bool { room.mu.Lock(); defer room.mu.Unlock(); return room.left == 0 })
			bob := w.peer(2).Join("bob", peertest.Mastodon)
			hello := bob.Act("Create", bob.Note(w.postIRI(), "<p>Hello</p>"))
			w.send(bob, http.StatusServiceUnavailable, hello)
			room.mu.Lock()
			room.slow = 0
			room.mu.Unlock()
			w.send(bob, http.StatusAccepted, hello)
			w.want("instead of one of them", "comment bob public shown: Hello")
			if got := <-statuses; got != http.StatusServiceUnavailable {
				t.Errorf("who lost its room was answered %d", got)
			}
			if len(statuses) != 0 {
				t.Error("more than one lost its room")
			}
		})
	}
}
