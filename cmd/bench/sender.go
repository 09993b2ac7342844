//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// createReply is a reply as Mastodon sends it.
//
//go:embed testdata/create-reply.json
var createReply string

// What in createReply stands for the sender's and for ours.
const (
	theirNote  = "https://mastodon.example.test/users/bob/statuses/115598765432101234"
	theirActor = "https://mastodon.example.test/users/bob"
	theirHost  = "https://mastodon.example.test"
	ourPost    = "https://blog.example.test/ap/posts/0193a5f2-7c4e-7b3a-9d21-5e8f0a1b2c3d"
	ourHost    = "https://blog.example.test"
)

// senderOrders tell the sender what to send.
type senderOrders struct {
	Inbox   string
	Blog    string // its base URL
	Post    string // IRI of what is replied to
	Count   int
	Actors  int
	Workers int
	Rounds  int      // in which they are sent; 0 for one
	Dial    []string // where to connect to, in turn; empty for the inbox's own host
}

// senderReady is its answer when everything is signed.
type senderReady struct{ Key []byte } // all actors' public one, PEM

// senderReport is how the inbox took it, from the second round on.
type senderReport struct {
	bareReport
	P50, P99 time.Duration
	Statuses map[int]int
	took     []time.Duration
}

// sender is a server with actors that all have the same key.
type sender struct {
	orders senderOrders
	key    *rsa.PrivateKey
	pem    []byte
	url    string
	client *http.Client
}

// strangers are how many actors of one host that the node does not know speak at
// once: it lets a host have half of the places of those who wait for lookups.
const strangers = 16

// senderRole serves its actors, signs all replies beforehand, and for each line
// "go" sends some: first one of each actor, then the rest in its rounds. It
// reports the first alone, and of the others all until then.
func senderRole(ctx context.Context) error {
	lines := json.NewDecoder(os.Stdin)
	s := &sender{}
	if err := lines.Decode(&s.orders); err != nil {
		return err
	}
	if err := s.open(); err != nil {
		return err
	}
	requests, err := s.prepare()
	if err != nil {
		return err
	}
	answers := json.NewEncoder(os.Stdout)
	if err := answers.Encode(senderReady{s.pem}); err != nil {
		return err
	}
	var report senderReport
	for i, batch := range s.batches(requests) {
		var line string
		if err := lines.Decode(&line); err != nil {
			return err
		}
		if i <= 1 {
			report = senderReport{Statuses: map[int]int{}}
		}
		workers := s.orders.Workers
		if i == 0 {
			workers = min(workers, strangers)
		}
		s.send(ctx, batch, workers, &report)
		if err := answers.Encode(report); err != nil {
			return err
		}
	}
	var end string
	if err := lines.Decode(&end); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// batches are the requests of each round.
func (s *sender) batches(requests []*http.Request) [][]*http.Request {
	first, rest := requests[:s.orders.Actors], requests[s.orders.Actors:]
	size := max(1, (len(rest)+max(s.orders.Rounds, 1)-1)/max(s.orders.Rounds, 1))
	return append([][]*http.Request{first}, slices.Collect(slices.Chunk(rest, size))...)
}

func (s *sender) open() (err error) {
	if s.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(&s.key.PublicKey)
	if err != nil {
		return err
	}
	s.pem = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.url = "http://" + listener.Addr().String()
	transport := &http.Transport{MaxIdleConnsPerHost: s.orders.Workers}
	if len(s.orders.Dial) > 0 {
		var turn atomic.Int64
		transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, s.orders.Dial[int(turn.Add(1))%len(s.orders.Dial)])
		}
	}
	s.client = &http.Client{Transport: transport}
	go func() { _ = http.Serve(listener, http.HandlerFunc(s.actor)) }()
	return nil
}

// actor is the document of whichever is asked for.
func (s *sender) actor(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, "/users/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	iri := s.url + r.URL.Path
	w.Header().Set("Content-Type", "application/activity+json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"@context": []string{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"},
		"id":       iri, "type": "Person", "preferredUsername": name, "name": "Reader " + name, "url": iri, "inbox": iri + "/inbox",
		"publicKey": map[string]string{"id": iri + "#main-key", "owner": iri, "publicKeyPem": string(s.pem)},
	})
}

// prepare signs all replies, on all cores.
func (s *sender) prepare() ([]*http.Request, error) {
	out := make([]*http.Request, s.orders.Count+s.orders.Actors)
	errs := make([]error, len(out))
	work := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range work {
				out[i], errs[i] = s.reply(i)
			}
		})
	}
	for i := range out {
		work <- i
	}
	close(work)
	workers.Wait()
	return out, errors.Join(errs...)
}

// reply is the i-th, by one actor after the other.
func (s *sender) reply(i int) (*http.Request, error) {
	actor := fmt.Sprintf("%s/users/u%d", s.url, i%s.orders.Actors)
	now := time.Now().UTC()
	body := []byte(strings.NewReplacer(theirNote, fmt.Sprintf("%s/statuses/%d", actor, i), theirActor, actor, theirHost, s.url,
		ourPost, s.orders.Post, ourHost, s.orders.Blog, "2026-11-23T10:15:00Z", now.Format(time.RFC3339)).Replace(createReply))
	req, err := http.NewRequest(http.MethodPost, s.orders.Inbox, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return req, sign(req, s.key, actor+"#main-key", digestOf(body))
}

// send sends the requests as fast as the workers get answers, and adds to r how
// that went.
func (s *sender) send(ctx context.Context, requests []*http.Request, sideBySide int, r *senderReport) {
	work := make(chan *http.Request)
	var mu sync.Mutex
	began, before := time.Now(), ownCPU()
	var workers sync.WaitGroup
	for range sideBySide {
		workers.Go(func() {
			for req := range work {
				at := time.Now()
				status := s.once(ctx, req)
				d := time.Since(at)
				mu.Lock()
				r.took = append(r.took, d)
				r.Statuses[status]++
				mu.Unlock()
			}
		})
	}
	for _, req := range requests {
		work <- req
	}
	close(work)
	workers.Wait()
	r.add(bareReport{Count: len(requests), Took: time.Since(began), CPU: ownCPU() - before})
	r.Failed = r.Count - r.Statuses[http.StatusAccepted]
	slices.Sort(r.took)
	r.P50, r.P99 = r.took[len(r.took)/2], r.took[len(r.took)*99/100]
}

// once is the status of the answer, 0 for none.
func (s *sender) once(ctx context.Context, req *http.Request) int {
	resp, err := s.client.Do(req.WithContext(ctx))
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
