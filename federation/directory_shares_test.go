package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"limelight/federation/peertest"
)

// TestShares: whoever comes first, the next host still finds a place, and what
// was left is there again.
func TestShares(t *testing.T) {
	s := newShares(64)
	var leaves []func()
	take := func(host string) (n int) {
		for {
			leave, ok := s.enter(host)
			if !ok {
				return n
			}
			leaves, n = append(leaves, leave), n+1
		}
	}
	for i, want := range []int{32, 16, 8, 4, 2, 1} {
		if got := take(fmt.Sprint("host", i)); got != want {
			t.Errorf("host %d has %d places, want %d", i, got, want)
		}
	}
	if got := take("host0"); got != 0 {
		t.Errorf("the first has %d more", got)
	}
	for _, leave := range leaves {
		leave()
	}
	if s.free != 64 || len(s.held) != 0 {
		t.Errorf("when all have left: %d free, held %v", s.free, s.held)
	}
}

// TestFetchesNobodyWaitsFor: who asks about a slow host and goes away leaves a
// fetch behind. Those of one host do not take all that there may be.
func TestFetchesNobodyWaitsFor(t *testing.T) {
	d, _, _ := directory(t)
	d.limits.fetches = newShares(4)
	slow := peer(t)
	asked, hold := make(chan struct{}, 10), make(chan struct{})
	t.Cleanup(func() { close(hold) })
	slow.Handle("/slow", func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-hold
	})
	for i := range 4 {
		ctx, leave := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() {
			_, _, err := d.Key(ctx, fmt.Sprintf("%s/slow?%d", slow.URL, i))
			gone <- err
		}()
		if i < 2 {
			<-asked
			leave()
		}
		if err := <-gone; !errors.Is(err, ErrUnreachable) || errors.Is(err, errLimited) != (i >= 2) {
			t.Errorf("lookup %d: %v", i, err)
		}
		leave()
	}
	other := peertest.NewAt(t, "127.0.0.2")
	knows(other)
	ann := other.Join("ann", peertest.Mastodon)
	if _, _, err := d.Key(t.Context(), ann.KeyID); err != nil {
		t.Errorf("another host: %v", err)
	}
}
