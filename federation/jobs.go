package federation

import (
	"context"
	"sync"
	"time"
)

// jobRest is the pause after our own storage failed: what was fetched for
// nothing must not be fetched again at once.
const jobRest = time.Minute

// repeat does work that fetches from others every so often until ctx ends. The
// work is shown which hosts are in trouble; its errors are storage's.
func (n *Node) repeat(ctx context.Context, what string, pause time.Duration, work func(context.Context, *troubled) error) {
	hosts := newTroubled()
	for {
		rest := pause
		if err := work(ctx, hosts); err != nil && ctx.Err() == nil {
			n.log.Error(what+" cannot be kept", "err", err)
			rest = jobRest
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(rest):
		}
	}
}

// drain does work every so often until ctx ends, and again at once as long as
// there is more of it.
func drain(ctx context.Context, pause time.Duration, work func(context.Context) (more bool)) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		for work(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sideBySide does the items, a few at a time.
func sideBySide[T any](items []T, atOnce int, do func(T)) {
	var group sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for _, item := range items {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			do(item)
		})
	}
	group.Wait()
}
