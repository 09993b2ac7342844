package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// job is one piece of work that runs beside the requests, from start to stop.
// Where several nodes serve one database, each does what claims its work row by
// row or keeps its own memory true; the rest is alone: one node at a time does it.
type job struct {
	what string
	run  func(ctx context.Context)
}

// jobs is all background work of the node but its beat, which goes on for longer.
func (n *node) jobs() []job {
	jobs := []job{
		{"watch for changes", n.site.Watch},
		{"watch the account", n.fed.WatchAccount},
		n.alone(job{"follow relays", n.fed.FollowRelays}),
		{"deliver activities", n.fed.Deliver},
		{"verify subscriptions to feeds", n.hub.Verify},
		{"tell of feeds that changed", n.hub.Tell},
		{"send feeds to subscribers", n.hub.Deliver},
		n.alone(job{"check followers whose inbox fails", n.fed.CheckFollowers}),
		n.alone(job{"fetch avatars", n.fed.FetchAvatars}),
		n.alone(job{"check handles", n.fed.CheckHandles}),
		n.alone(job{"fetch pictures of comments", n.fed.FetchPictures}),
		{"look up threads", n.fed.LookUpThreads},
		{"walk threads", n.fed.WalkThreads},
		{"find whom posts mention", n.fed.FindMentions},
		n.alone(job{"publish scheduled posts", n.every(time.Second, n.publishDue)}),
		n.alone(job{"forget what has served its time", n.every(time.Hour, n.prune)}),
		n.alone(job{"remove media that nothing needs", n.every(time.Hour, n.sweepMedia)}),
		n.alone(job{"back up", n.backUpRegularly}),
		{"ask whether the world reaches it", n.tellReach},
		{"give memory back", n.every(memoryPeriod, newMemory().look)},
	}
	for _, j := range n.notifiers {
		jobs = append(jobs, n.alone(j))
	}
	if n.config.Content.Dir != "" {
		jobs = append(jobs, n.alone(job{"take posts from the content folder", n.followContent}))
	}
	if n.secure != nil {
		jobs = append(jobs, n.secure.jobs...)
	}
	return jobs
}

func (n *node) publishDue(ctx context.Context) error {
	count, err := n.db.PublishDue(ctx, time.Now())
	if err != nil {
		return fmt.Errorf("publish scheduled posts: %w", err)
	}
	if count > 0 {
		n.log.Info("scheduled posts published", "posts", count)
		n.fed.Wake()
	}
	return nil
}

func (n *node) prune(ctx context.Context) error {
	if err := n.db.Prune(ctx, time.Now()); err != nil {
		return fmt.Errorf("prune: %w", err)
	}
	return n.dropUnclaimed(ctx)
}

func (n *node) sweepMedia(ctx context.Context) error {
	if n.config.Storage.UnusedDays == 0 {
		return nil
	}
	removed, err := n.db.SweepMedia(ctx, time.Now(), days(n.config.Storage.UnusedDays))
	if len(removed) > 0 {
		n.log.Info("media were removed that no post shows any more", "files", len(removed), "first", removed[0])
	}
	return err
}

// every makes a job of work that is done at once and then once a period. A
// failure is logged and the work tried again at its next time.
func (n *node) every(period time.Duration, work func(context.Context) error) func(context.Context) {
	return func(ctx context.Context) {
		tick := time.NewTicker(period)
		defer tick.Stop()
		for {
			if err := work(ctx); err != nil && ctx.Err() == nil {
				n.log.Error("background work failed", "err", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}

// supervise runs the job until ctx ends. A panic is our bug and must not take
// the site down: it is logged, and the job starts again after a pause.
func (j job) supervise(ctx context.Context, log *slog.Logger) {
	const pause = 5 * time.Second
	for ctx.Err() == nil {
		if !j.panics(ctx, log) {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (j job) panics(ctx context.Context, log *slog.Logger) (panicked bool) {
	defer func() {
		if v := recover(); v != nil {
			log.Error("background work panicked", "work", j.what, "panic", v, "stack", string(debug.Stack()))
			panicked = true
		}
	}()
	j.run(ctx)
	return false
}
