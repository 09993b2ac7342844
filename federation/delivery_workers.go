package federation

import (
	"context"
	"errors"
	"time"
)

// workerRest is how long a worker without work waits for some before it ends.
const workerRest = 10 * time.Second

// errOusted ends an attempt that was late when too many others were.
var errOusted = errors.New("no answer, and too many other servers were as slow")

// start has a worker that waits make an attempt, or else a new one: what a
// goroutine's stack has grown to for signing serves many attempts.
func (d *dispatch) start(ctx context.Context, c claimed) {
	d.running[c.Host]++
	d.active++
	select {
	case d.work <- c:
	default:
		go d.worker(ctx, c)
	}
}

func (d *dispatch) worker(ctx context.Context, c claimed) {
	rest := time.NewTimer(workerRest)
	defer rest.Stop()
	for ok := true; ok; {
		d.outcomes <- d.watched(ctx, c)
		rest.Reset(workerRest)
		select {
		case c, ok = <-d.work:
		case <-rest.C:
			ok = false
		}
	}
}

// watched makes an attempt, and says so when it is late.
func (d *dispatch) watched(ctx context.Context, c claimed) outcome {
	ctx, oust := context.WithCancelCause(ctx)
	defer oust(nil)
	said := make(chan struct{})
	patience := time.AfterFunc(d.patience, func() {
		d.outcomes <- outcome{claimed: c, late: &lateAttempt{c.Host, time.Now(), oust}}
		close(said)
	})
	o := d.attempt(ctx, c)
	if !patience.Stop() {
		<-said
	}
	return o
}

// lateAttempt is one that takes longer than it is usual.
type lateAttempt struct {
	host  string
	since time.Time
	oust  context.CancelCauseFunc
}

// putAside has a late attempt hold up neither others' attempts nor, by what
// waits for the same host, their claims. When too many are late the one that
// was first ends: slow hosts cost their own tries, never those of the quick.
func (d *dispatch) putAside(ctx context.Context, c claimed, l *lateAttempt) {
	d.active--
	d.late[c.ID] = l
	d.letGo(ctx, c.Host)
	if len(d.late) <= d.maxLate {
		return
	}
	first := l
	for _, other := range d.late {
		if other.since.Before(first.since) {
			first = other
		}
	}
	first.oust(errOusted)
}

// lateHosts are those with an attempt that is late.
func (d *dispatch) lateHosts() []string {
	var out []string
	for _, l := range d.late {
		out = append(out, l.host)
	}
	return out
}
