package main

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestTurns has two nodes want to do the same work: one does, and the other one
// when the first stops.
func TestTurns(t *testing.T) {
	o := storage.Options{Database: storagetest.Postgres(t), Media: filepath.Join(t.TempDir(), "media")}
	var dbs []*storage.DB
	for range 2 {
		db, err := storage.Serve(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		dbs = append(dbs, db)
	}
	var working, most atomic.Int64
	var rounds [2]atomic.Int64
	start := func(i int) (stop func()) {
		ctx, cancel := context.WithCancel(context.Background())
		work := job{"count", func(ctx context.Context) {
			most.Store(max(most.Load(), working.Add(1)))
			defer working.Add(-1)
			for ctx.Err() == nil {
				rounds[i].Add(1)
				select {
				case <-ctx.Done():
				case <-time.After(time.Millisecond):
				}
			}
		}}
		var running sync.WaitGroup
		running.Go(func() {
			turn{work, 5 * time.Millisecond, dbs[i].TakeLease, func(err error) { t.Log(err) }}.run(ctx)
		})
		stop = func() { cancel(); running.Wait() }
		t.Cleanup(stop)
		return stop
	}
	stop := start(0)
	await(t, "the first node at work", func() bool { return rounds[0].Load() > 0 })
	start(1)
	n := rounds[0].Load()
	await(t, "the first node going on", func() bool { return rounds[0].Load() > n+50 })
	if rounds[1].Load() != 0 {
		t.Error("the second node works too")
	}
	stop()
	if err := dbs[0].Close(); err != nil {
		t.Fatal(err)
	}
	await(t, "the second node at work", func() bool { return rounds[1].Load() > 0 })
	if most.Load() != 1 {
		t.Errorf("%d worked at the same time", most.Load())
	}
}

// TestTurnLost: who is told that the lease is another's stops, and begins again
// when it is not; a database that does not answer changes nothing.
func TestTurnLost(t *testing.T) {
	var ours, away atomic.Bool
	ours.Store(true)
	var begun, asked atomic.Int64
	var working atomic.Bool
	w := turn{job{"work", func(ctx context.Context) {
		begun.Add(1)
		working.Store(true)
		<-ctx.Done()
		working.Store(false)
	}}, time.Millisecond, func(context.Context, string) (bool, error) {
		asked.Add(1)
		if away.Load() {
			return false, errors.New("away")
		}
		return ours.Load(), nil
	}, func(error) {}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.run(ctx) }()
	await(t, "work", working.Load)
	away.Store(true)
	n := asked.Load()
	await(t, "it asked in vain", func() bool { return asked.Load() > n+5 })
	if !working.Load() || begun.Load() != 1 {
		t.Error("it stopped because the database did not answer")
	}
	away.Store(false)
	ours.Store(false)
	await(t, "rest", func() bool { return !working.Load() })
	ours.Store(true)
	await(t, "work again", func() bool { return working.Load() && begun.Load() == 2 })
	cancel()
	<-ended
}
