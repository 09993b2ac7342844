package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

// resident is the memory of the node's process as the kernel counts it.
func (p *program) resident() string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return "unknown"
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(after, "\n")
	return strings.TrimSpace(line)
}

// sendOnce tells whether the reply was taken, and not put off.
func (p *program) sendOnce(someone *peertest.Account, reply peertest.Act) bool {
	got, err := someone.TrySend((&blog.Blog{BaseURL: p.url}).InboxIRI(), reply)
	if err != nil || got.Status != http.StatusAccepted && (got.Status != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "") {
		p.t.Errorf("answered %d %s, %v", got.Status, got.Body, err)
	}
	return got.Status == http.StatusAccepted
}

// TestOverloadedProgram sends far more replies at once, of some size, than can
// be worked on, while another program keeps the database locked: the node
// answers each within its bounds, its pages at once, and takes everything in
// the end.
func TestOverloadedProgram(t *testing.T) {
	if storagetest.OnPostgres() {
		t.Skip("SQLite's")
	}
	const senders, each = 60, 12
	p := startProgram(t)
	p.page("/posts/rush-a-reflection")
	inbox := (&blog.Blog{BaseURL: p.url}).InboxIRI()
	peer := peertest.New(t)
	people := make([]*peertest.Account, senders)
	for i := range people {
		people[i] = peer.Join(fmt.Sprint("someone", i), peertest.Mastodon)
		if got := people[i].Send(inbox, people[i].Act("Follow", (&blog.Blog{BaseURL: p.url}).ActorIRI())); got.Status != http.StatusAccepted {
			t.Fatalf("a Follow was answered %d %s", got.Status, got.Body)
		}
	}
	before := p.resident()
	release := storagetest.Lock(t, p.data)
	text := "<p>" + strings.Repeat("word ", 3000) + "</p>"
	var accepted, putOff atomic.Int64
	free, again := make(chan struct{}), make(chan struct{}, 16)
	var sending sync.WaitGroup
	for _, someone := range people {
		for range each {
			reply := someone.Act("Create", someone.Note(p.url+"/posts/rush-a-reflection", text))
			sending.Go(func() {
				if p.sendOnce(someone, reply) {
					accepted.Add(1)
					return
				}
				if putOff.Add(1) == 300 { // no more than so many are in the house
					began := time.Now()
					p.page("/posts/rush-a-reflection")
					p.page("/feed.xml")
					t.Logf("a page and a feed meanwhile: %v", time.Since(began).Round(time.Millisecond))
					release()
					close(free)
				}
				<-free // as a peer waits for what Retry-After says
				again <- struct{}{}
				for !p.sendOnce(someone, reply) && !t.Failed() {
					putOff.Add(1)
				}
				accepted.Add(1)
				<-again
			})
		}
	}
	sending.Wait()
	if got := accepted.Load(); got != senders*each {
		t.Errorf("%d of %d replies were taken", got, senders*each)
	}
	if got := len(rows[commentRow](p, "comments")); got != senders*each {
		t.Errorf("%d replies are there", got)
	}
	t.Logf("%d put off; at most %s resident, %s before", putOff.Load(), p.resident(), before)
}
