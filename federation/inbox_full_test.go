package federation

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestInboxOnAFullDisk: what cannot be stored is put off with a time to come
// again, whole; and taken, once, when there is room.
func TestInboxOnAFullDisk(t *testing.T) {
	if storagetest.OnPostgres() {
		t.Skip("SQLite's")
	}
	var full atomic.Bool
	w := newInboxWorld(t, func(o *Options) {
		o.DB = storagetest.New(t, func(o *storage.Options) { o.Full = full.Load })
	})
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	w.send(bob, http.StatusAccepted, bob.Act("Follow", w.node.blog.ActorIRI()))
	full.Store(true)
	long := "<p>" + strings.Repeat("word ", 1000) + "</p>"
	var last peertest.Act
	taken := 0
	for i := range 1000 {
		last = bob.Act("Create", bob.Note(w.postIRI(), fmt.Sprint(long, i)))
		reply := bob.Send(w.inbox, last)
		if reply.Status == http.StatusServiceUnavailable && reply.Header.Get("Retry-After") != "" {
			break
		}
		if reply.Status != http.StatusAccepted {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
		taken++
	}
	if got := len(w.onPage()); got != taken || taken == 1000 {
		t.Fatalf("%d replies were taken, %d are there", taken, got)
	}
	w.send(bob, http.StatusServiceUnavailable, last)
	full.Store(false)
	w.send(bob, http.StatusAccepted, last)
	w.send(bob, http.StatusAccepted, last)
	if got := len(w.onPage()); got != taken+1 {
		t.Errorf("%d replies are there, want %d", got, taken+1)
	}
}
