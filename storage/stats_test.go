package storage_test

import (
	"context"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestStats(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		before := db.Stats()
		publish(t, db, hello())
		ok(t, db.TryWrite(t.Context()))
		s := db.Stats()
		equal(t, "writes", s.Writes-before.Writes, 2)
		equal(t, "failed", s.Failed, before.Failed)
		if s.WriteWait < before.WriteWait || s.Postgres == (s.File > 0) || s.Postgres == (s.WAL > 0) || s.Postgres != (s.Open > 0) {
			t.Errorf("%+v", s)
		}
	})
}

// TestWaiting: what is late for reasons of its server's is not overdue.
func TestWaiting(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		waiting := func(skip ...string) storage.Waiting {
			t.Helper()
			return must[storage.Waiting](t)(db.WaitingDeliveries(t.Context(), skip))
		}
		equal(t, "at first", waiting(), storage.Waiting{})
		follow(t, db, person("ann", "a.test"))
		settle(t, db)
		publish(t, db, hello())
		began := clock.Now()
		clock.Advance(time.Hour)
		w := waiting()
		equal(t, "an hour later", []any{w.Size, w.Oldest.Equal(began), w.Overdue.Equal(began)}, []any{1, true, true})
		equal(t, "with its host left alone", waiting("a.test").Overdue.IsZero(), true)
		ds := must[[]blog.Delivery](t)(db.ClaimDeliveries(t.Context(), 10, 0, time.Minute, storage.Skip{}))
		equal(t, "claimed", waiting(), storage.Waiting{Size: 1, Oldest: w.Oldest})
		ok(t, db.RecordReceipts(t.Context(), []blog.Receipt{{ID: ds[0].ID, State: blog.Pending, Status: 503, NextTry: clock.Now().Add(time.Hour)}}))
		equal(t, "put off", waiting().Overdue.IsZero(), true)
		feeds, subscriptions, err := db.WaitingFeeds(t.Context())
		ok(t, err)
		equal(t, "feeds", []any{feeds, subscriptions}, []any{storage.Waiting{}, 0})
	})
}

// TestTryWriteWaits no longer than it may for another process with the lock.
func TestTryWriteWaits(t *testing.T) {
	db, lock := storagetest.Locked(t)
	ok(t, db.TryWrite(t.Context()))
	release := lock()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	is(t, db.TryWrite(ctx), context.DeadlineExceeded)
	release()
	ok(t, db.TryWrite(t.Context()))
	if s := db.Stats(); s.Busy == 0 {
		t.Errorf("%+v", s)
	}
}
