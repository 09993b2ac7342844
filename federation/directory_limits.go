package federation

import (
	"errors"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
)

const (
	goneAge        = time.Hour       // for which a 404 or 410 is believed
	refusedAge     = 5 * time.Minute // for which a bad document is
	unreachableAge = time.Minute     // for which a failed connection is

	maxFailures = 4096 // remembered
	maxHosts    = 4096 // whose fetches are counted

	hostBurst   = 100 // fetches from one host at once
	hostPerSec  = 10  // and then a second
	fetchesOnce = 64  // side by side, from all hosts; see shares
	waitersOnce = 64  // who wait for them, likewise; half of inboxPlaces, so that slow hosts hold up no more
)

// failures remembers what could not be had, so that asking for it again and
// again by signed nonsense does not make us ask its server again and again.
type failures struct{ byID *otter.Cache[string, failure] }

type failure struct {
	err   error
	until time.Time
}

func newFailures() *failures {
	return &failures{otter.Must(&otter.Options[string, failure]{MaximumSize: maxFailures})}
}

// of is how the last try for id failed, when that was lately.
func (f *failures) of(id string, now time.Time) error {
	if last, ok := f.byID.GetIfPresent(id); ok && now.Before(last.until) {
		return last.err
	}
	return nil
}

// add remembers a verdict. That we asked for too much says nothing about id.
func (f *failures) add(id string, err error, now time.Time) {
	age := refusedAge
	switch {
	case errors.Is(err, errUnasked):
		return
	case errors.Is(err, ErrGone):
		age = goneAge
	case errors.Is(err, ErrUnreachable):
		age = unreachableAge
	}
	f.byID.Set(id, failure{err, now.Add(age)})
}

// errUnasked is a lookup that came to nothing because of us: it says nothing about
// who was to be asked.
var errUnasked = fmt.Errorf("%w: it was not asked", ErrUnreachable)

// errLimited is a fetch not made because there were many to its host just now,
// or are under way.
var errLimited = fmt.Errorf("%w: too much was fetched from its host just now", errUnasked)

// limits keep strangers from making us fetch without end: from a third party
// that they name in signatures, and in all. Their tables are bounded, since
// strangers choose the hosts.
type limits struct {
	hosts     *otter.Cache[string, bucket]
	refetched *otter.Cache[string, time.Time]
	fetches   *shares
	waiters   *shares
}

// bucket holds what may be fetched from a host, and since when it holds it.
type bucket struct {
	tokens float64
	at     time.Time
}

func newLimits() *limits {
	return &limits{
		hosts:     otter.Must(&otter.Options[string, bucket]{MaximumSize: maxHosts}),
		refetched: otter.Must(&otter.Options[string, time.Time]{MaximumSize: maxFailures}),
		fetches:   newShares(fetchesOnce),
		waiters:   newShares(waitersOnce),
	}
}

// errCrowded is a lookup not made because many wait for theirs.
var errCrowded = fmt.Errorf("%w: too many wait for other servers just now", errUnasked)

// wait counts who is about to wait for another server, or fails by errCrowded:
// a server that answers slowly must not hold up what needs none, or another. The
// caller calls done when it waits no more.
func (l *limits) wait(host string) (done func(), err error) {
	done, ok := l.waiters.enter(host)
	if !ok {
		return nil, errCrowded
	}
	return done, nil
}

// begin takes part in the fetches, or fails by errLimited. They have shares of
// their own, since a fetch goes on when who waited for it went away. The caller
// calls done at the end of its fetch.
func (l *limits) begin(host string, now time.Time) (done func(), err error) {
	done, ok := l.fetches.enter(host)
	if !ok {
		return nil, errLimited
	}
	if !l.take(host, now) {
		done()
		return nil, errLimited
	}
	return done, nil
}

// take takes a token of the host's, which come back at hostPerSec.
func (l *limits) take(host string, now time.Time) bool {
	var ok bool
	l.hosts.Compute(host, func(b bucket, found bool) (bucket, otter.ComputeOp) {
		if !found {
			b = bucket{hostBurst, now}
		}
		if passed := now.Sub(b.at).Seconds(); passed > 0 {
			b.tokens, b.at = min(hostBurst, b.tokens+passed*hostPerSec), now
		}
		if ok = b.tokens >= 1; ok {
			b.tokens--
		}
		return b, otter.WriteOp
	})
	return ok
}

// refetch tells whether id may be fetched past what is known of it, once in
// refetchAge.
func (l *limits) refetch(id string, now time.Time) bool {
	var ok bool
	l.refetched.Compute(id, func(last time.Time, found bool) (time.Time, otter.ComputeOp) {
		if ok = !found || now.Sub(last) >= refetchAge; !ok {
			return last, otter.CancelOp
		}
		return now, otter.WriteOp
	})
	return ok
}
