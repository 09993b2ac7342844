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

// idleLook is how often work for the talk looks when the talk stays as it is.
const idleLook = time.Minute

// forTheTalk is work that the talk makes, and that is looked for by walking past
// everyone who follows: with a hundred thousand of them that takes a second. It looks
// when something was said since it found nothing, and then for no more than a
// twentieth of the time; in between what time alone makes due waits for idleLook.
func (n *Node) forTheTalk(work func(context.Context, *troubled) (found int, err error)) func(context.Context, *troubled) error {
	var nothing bool // was found at the last look
	var talk int64   // the revision then
	var ended time.Time
	var took time.Duration
	return func(ctx context.Context, hosts *troubled) error {
		now, err := n.db.Revisions(ctx)
		if err != nil {
			return err
		}
		passed := time.Since(ended)
		if nothing && (now.Comments.N == talk && passed < idleLook || passed < lookShare*took) {
			return nil
		}
		began := time.Now()
		found, err := work(ctx, hosts)
		ended = time.Now()
		nothing, talk, took = err == nil && found == 0, now.Comments.N, ended.Sub(began)
		return err
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
