package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// flood is people who answer a post without a pause.
type flood struct {
	node     *program
	post     string // the IRI of the post they answer
	accepted atomic.Int64
	stop     chan struct{}
	talking  sync.WaitGroup
}

func startFlood(t *testing.T, p *program, slug string, people int) *flood {
	t.Helper()
	f := &flood{node: p, stop: make(chan struct{})}
	for _, row := range rows[postRow](p, "posts") {
		if row.Slug == slug {
			f.post = (&blog.Blog{BaseURL: p.url}).PostIRI(row.ID)
		}
	}
	peer := peertest.New(t)
	for i := range people {
		someone := peer.Join(fmt.Sprintf("someone%d", i), peertest.Mastodon)
		f.talking.Go(func() { f.talk(t, someone) })
	}
	t.Cleanup(f.end)
	await(t, "the flood to come", func() bool { return f.accepted.Load() > 100 })
	return f
}

func (f *flood) talk(t *testing.T, someone *peertest.Account) {
	inbox := (&blog.Blog{BaseURL: f.node.url}).InboxIRI()
	for {
		select {
		case <-f.stop:
			return
		default:
		}
		reply, err := someone.TrySend(inbox, someone.Act("Create", someone.Note(f.post, "<p>And another thing.</p>")))
		if err != nil || reply.Status != http.StatusAccepted {
			t.Errorf("a reply was answered %d %s, %v", reply.Status, reply.Body, err)
			return
		}
		f.accepted.Add(1)
	}
}

// end waits until nobody talks any more; it may be called again.
func (f *flood) end() {
	select {
	case <-f.stop:
	default:
		close(f.stop)
	}
	f.talking.Wait()
}

// TestCommandsBesideABusyServer has every command that writes succeed between
// the writes of a server that gets replies as fast as they can be signed, and
// what the server accepted meanwhile kept. Package storage has the same with a
// writer that never rests.
func TestCommandsBesideABusyServer(t *testing.T) {
	p := startProgram(t)
	f := startFlood(t, p, "rush-a-reflection", 8)
	p.write("news.md", "News.\n")
	p.write("more.md", "More.\n")
	for _, command := range []string{
		"publish news.md more.md", "comments hide 1", "block spam.example", "unblock spam.example",
		"comments delete 2", "unpublish more", "comments approve 1",
	} {
		before, start := f.accepted.Load(), time.Now()
		p.run(strings.Fields(command)...)
		t.Logf("%s: %v, %d replies meanwhile", command, time.Since(start).Round(time.Millisecond), f.accepted.Load()-before)
		if t.Failed() {
			t.FailNow()
		}
		await(t, "replies after the command", func() bool { return t.Failed() || f.accepted.Load() > before })
	}
	f.end()
	kept := rows[commentRow](p, "comments", "-post", "rush-a-reflection")
	if int64(len(kept)) != f.accepted.Load() {
		t.Errorf("%d replies were accepted, %d are there", f.accepted.Load(), len(kept))
	}
	decided := map[int64]blog.State{1: blog.Shown, 2: blog.Erased}
	for _, c := range kept {
		if want, ok := decided[c.ID]; ok && c.State != want {
			t.Errorf("the author decided otherwise on %+v", c)
		}
	}
}
