package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	beatPeriod  = time.Second
	leasePeriod = 2 * time.Second // between two looks whether a lease is ours
)

// alone is the job done by one node at a time: the one that holds its lease.
func (n *node) alone(j job) job {
	if !n.db.Shared() {
		return j
	}
	return job{j.what, func(ctx context.Context) { newTurn(n, j, leasePeriod).run(ctx) }}
}

// turn is a job that waits for the lease of its name, works, and waits again
// when the lease is another's.
type turn struct {
	job
	period time.Duration
	holds  func(ctx context.Context, name string) (bool, error)
	failed func(error)
}

func newTurn(n *node, j job, period time.Duration) turn {
	return turn{j, period, n.db.TakeLease, func(err error) { n.log.Error("background work has to wait", "work", j.what, "err", err) }}
}

// run returns when ctx ends, or when the job itself ended with the lease ours.
func (t turn) run(ctx context.Context) {
	for ctx.Err() == nil {
		ours, err := t.holds(ctx, t.what)
		switch {
		case err != nil && ctx.Err() == nil:
			t.failed(err)
		case ours && t.work(ctx):
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(t.period):
		}
	}
}

// work does the job for as long as the lease is ours, and tells whether it came
// to its end. A database that does not answer takes nothing from us: without it
// nobody else gets the lease.
func (t turn) work(ctx context.Context) (ended bool) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(t.period)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if ours, err := t.holds(ctx, t.what); err == nil && !ours {
				stop()
			}
		}
	})
	t.job.run(ctx)
	ended = ctx.Err() == nil
	stop()
	watch.Wait()
	return ended
}

// startBeating has this node beat until stop is called, when nothing runs any more:
// it may take longer to finish what it began than others wait for a beat, and they
// would send once more what it is sending.
func (n *node) startBeating(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var beating sync.WaitGroup
	j := job{"tell other nodes that it is alive", n.every(beatPeriod, n.beat)}
	beating.Go(func() { j.supervise(ctx, n.log) })
	return func() {
		cancel()
		beating.Wait()
	}
}

// beat tells the other nodes on the database that this one is alive, and takes
// over from those that are not.
func (n *node) beat(ctx context.Context) error {
	dead, err := n.db.Beat(ctx)
	if err != nil {
		return fmt.Errorf("beat: %w", err)
	}
	if dead > 0 {
		n.log.Warn("another node is dead; what it was doing is taken up here", "nodes", dead)
		n.fed.Wake()
	}
	return nil
}
