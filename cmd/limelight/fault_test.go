package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"limelight/blog"
)

// faultRounds is how often a test of faults goes round: $LIMELIGHT_FAULT_ROUNDS,
// which `make fault` sets to 100, else few.
func faultRounds(t *testing.T, few int) int {
	t.Helper()
	text := os.Getenv("LIMELIGHT_FAULT_ROUNDS")
	if text == "" {
		return few
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("LIMELIGHT_FAULT_ROUNDS is %q", text)
	}
	return n
}

// faultDice are random, and the same again for the seed that the log tells, in
// $LIMELIGHT_FAULT_SEED.
func faultDice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("LIMELIGHT_FAULT_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("LIMELIGHT_FAULT_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// ledger is many servers' inboxes that write down what arrives, and tell when
// that is much.
type ledger struct {
	mu      sync.Mutex
	arrived map[string][]arrival // by inbox and object
	alarms  []alarm
	count   int
}

// arrival is an activity about a post.
type arrival struct {
	id, kind string
	version  int // of the post, as its title says; 0 in a Delete
}

// alarm is rung by the count-th arrival, which stays without an answer when it
// is mute.
type alarm struct {
	count int
	mute  bool
	rung  chan struct{}
}

// ServeHTTP takes an activity.
func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var a struct {
		ID, Type string
		Object   struct{ ID, Name string }
	}
	if err != nil || json.Unmarshal(body, &a) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	version, _ := strconv.Atoi(strings.TrimPrefix(a.Object.Name, "Version "))
	at := "http://" + r.Host + r.URL.Path + " " + a.Object.ID
	l.mu.Lock()
	l.arrived[at] = append(l.arrived[at], arrival{a.ID, a.Type, version})
	l.count++
	mute := false
	l.alarms = slices.DeleteFunc(l.alarms, func(a alarm) bool {
		if l.count < a.count {
			return false
		}
		close(a.rung)
		mute = mute || a.mute
		return true
	})
	l.mu.Unlock()
	if mute {
		<-r.Context().Done() // the sender's end
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// ring closes the channel when n more have arrived.
func (l *ledger) ring(n int, mute bool) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := alarm{l.count + n, mute, make(chan struct{})}
	l.alarms = append(l.alarms, a)
	return a.rung
}

// answer has every arrival answered from now on.
func (l *ledger) answer() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.alarms {
		l.alarms[i].mute = false
	}
}

// at is what arrived at an inbox about an object.
func (l *ledger) at(inbox, object string) []arrival {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.arrived[inbox+" "+object])
}

// check holds what an inbox received about a post against the receipts: all
// that was sent arrived, in the order of the post's life, and who takes each id
// once, as servers do, knows the post as it is, or that it was deleted.
func (l *ledger) check(inbox, object string, receipts []deliveryRow, version int) error {
	came := l.at(inbox, object)
	first := map[string]arrival{}
	var known []arrival
	for _, a := range came {
		if _, ok := first[a.id]; !ok {
			first[a.id] = a
			known = append(known, a)
		}
	}
	sent, got := map[string]int{}, map[string]int{}
	for _, d := range receipts {
		if d.State != blog.Sent && d.State != blog.Replaced {
			return fmt.Errorf("the %s is %s", d.Type, d.State)
		}
		if d.State == blog.Sent {
			sent[d.Type]++
		}
	}
	for _, a := range first {
		got[a.kind]++
	}
	rank := map[string]int{"Create": 0, "Update": 1, "Delete": 2}
	ordered := slices.IsSortedFunc(came, func(a, b arrival) int {
		return cmp.Or(rank[a.kind]-rank[b.kind], cmp.Compare(a.version, b.version))
	})
	switch {
	case got["Create"] > 1 || got["Delete"] > 1:
		return fmt.Errorf("one thing came under several ids: %v", came)
	case got["Create"] < sent["Create"] || got["Update"] < sent["Update"] || got["Delete"] < sent["Delete"]:
		return fmt.Errorf("receipts for %v, arrived: %v", sent, came)
	case !ordered:
		return fmt.Errorf("out of order: %v", came)
	case len(known) == 0 || known[len(known)-1].version != version:
		return fmt.Errorf("it should end with version %d: %v", version, came)
	}
	return nil
}
