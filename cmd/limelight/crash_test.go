package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"limelight/blog"
	"limelight/storage"
)

// sink is many servers' inboxes: several addresses of this machine, several
// inboxes on each.
type sink struct {
	mu       sync.Mutex
	received map[string][]sent // by inbox URL, in the order of arrival
	count    int
	inboxes  []string
	lose     func() bool                         // asked first, when it is set: whether what comes is lost
	hold     atomic.Pointer[func(*http.Request)] // called first, when it is set
}

type sent struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// newSink listens on hosts addresses of the loopback network with perHost
// inboxes each.
func newSink(t *testing.T, hosts, perHost int) *sink {
	t.Helper()
	s := &sink{received: map[string][]sent{}}
	s.listen(t, s, hosts, perHost)
	return s
}

func (s *sink) listen(t *testing.T, handler http.Handler, hosts, perHost int) {
	t.Helper()
	for h := range hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.1.%d:0", h+1))
		if err != nil {
			t.Skipf("this machine has no loopback addresses to spare: %v", err)
		}
		server := &httptest.Server{Listener: l, Config: &http.Server{Handler: handler}}
		server.Start()
		t.Cleanup(server.Close)
		for i := range perHost {
			s.inboxes = append(s.inboxes, fmt.Sprintf("%s/inbox/%d", server.URL, i))
		}
	}
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if hold := s.hold.Load(); hold != nil {
		if (*hold)(r); r.Context().Err() != nil {
			return
		}
	}
	if s.lose != nil && s.lose() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(r.Body)
	var a sent
	if err != nil || json.Unmarshal(body, &a) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	inbox := "http://" + r.Host + r.URL.Path
	s.mu.Lock()
	s.received[inbox] = append(s.received[inbox], a)
	s.count++
	s.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
}

func (s *sink) total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// has counts the inboxes that received an activity of the type, and the ids
// that came under it.
func (s *sink) has(typ string) (inboxes int, ids map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids = map[string]bool{}
	for _, all := range s.received {
		found := false
		for _, a := range all {
			if a.Type == typ {
				found, ids[a.ID] = true, true
			}
		}
		if found {
			inboxes++
		}
	}
	return inboxes, ids
}

// addFollowers makes one follower for each inbox of the sink in the node's
// database.
func addFollowers(t *testing.T, p *program, s *sink) {
	t.Helper()
	db := p.open()
	for i, inbox := range s.inboxes {
		a := blog.Actor{IRI: inbox + "/actor", Type: "Person", Handle: fmt.Sprintf("f%d@example.test", i), Inbox: inbox}
		f := blog.Follower{Actor: a, FollowID: inbox + "/follow"}
		if ok, err := db.Follow(t.Context(), storage.Incoming{Actor: a.IRI, ID: f.FollowID}, f); err != nil || !ok {
			t.Fatalf("follow: %v %v", ok, err)
		}
	}
}

// TestKillDuringFanOut cuts the power while a post is on its way: after the
// next start every inbox has it, under one id.
func TestKillDuringFanOut(t *testing.T) {
	s := newSink(t, 20, 6)
	p := startProgram(t)
	addFollowers(t, p, s)
	await(t, "an Accept at every follower", func() bool { n, _ := s.has("Accept"); return n == len(s.inboxes) })
	p.write("news.md", "---\ntitle: News\n---\nSomething happened.\n")
	before := s.total()
	p.run("publish", "news.md")
	await(t, "the first deliveries", func() bool { return s.total() >= before+len(s.inboxes)/10 })
	p.kill()
	if n, _ := s.has("Create"); n == len(s.inboxes) {
		t.Log("the fan-out was over before the kill; the restart proves less than it could")
	}
	p.start()
	await(t, "the post at every follower", func() bool { n, _ := s.has("Create"); return n == len(s.inboxes) })
	if _, ids := s.has("Create"); len(ids) != 1 {
		t.Errorf("one post went out under %d ids", len(ids))
	}
	await(t, "a receipt for every delivery", func() bool {
		var rows []deliveryRow
		if err := json.Unmarshal([]byte(p.run("deliveries", "-post", "news", "-json")), &rows); err != nil {
			t.Fatal(err)
		}
		delivered := 0
		for _, r := range rows {
			if r.State == blog.Sent {
				delivered++
			}
		}
		return delivered == len(s.inboxes)
	})
}
