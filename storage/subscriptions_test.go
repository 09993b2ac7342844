package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// asking is a request for a subscription of somebody at a host.
func asking(host, topic string) blog.SubscriptionRequest {
	return blog.SubscriptionRequest{Mode: blog.Subscribe, Callback: "https://" + host + "/hook", Topic: topic, Secret: "s", Lease: 24 * time.Hour}
}

// subscribe asks and verifies.
func subscribe(t *testing.T, db *storage.DB, r blog.SubscriptionRequest) {
	t.Helper()
	ok(t, db.AskSubscription(t.Context(), r))
	for _, r := range requests(t, db) {
		ok(t, db.SettleSubscriptionRequest(t.Context(), r, true))
	}
}

func requests(t *testing.T, db *storage.DB) []blog.SubscriptionRequest {
	t.Helper()
	return must[[]blog.SubscriptionRequest](t)(db.ClaimSubscriptionRequests(t.Context(), 100, time.Minute))
}

func subscriptions(t *testing.T, db *storage.DB) []blog.Subscription {
	t.Helper()
	return must[[]blog.Subscription](t)(db.Subscriptions(t.Context(), 0, 0))
}

func TestSubscriptionRequests(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		ask := asking("a.test", "/feed.xml")
		ok(t, db.AskSubscription(ctx, ask))
		equal(t, "before it is verified", len(subscriptions(t, db)), 0)
		first := requests(t, db)
		equal(t, "claimed", len(first), 1)
		equal(t, "claimed once", len(requests(t, db)), 0)
		clock.Advance(time.Minute)
		again := requests(t, db)
		equal(t, "after the lease", []any{len(again), again[0].Tries}, []any{1, 1})

		ask.Secret = "other"
		ok(t, db.AskSubscription(ctx, ask))
		ok(t, db.SettleSubscriptionRequest(ctx, first[0], true))
		equal(t, "a request that was replaced", len(subscriptions(t, db)), 0)
		latest := requests(t, db)
		ok(t, db.SettleSubscriptionRequest(ctx, latest[0], true))
		got := subscriptions(t, db)
		equal(t, "verified", []any{len(got), got[0].Secret, got[0].Host, got[0].Topic, got[0].Expires}, []any{1, "other", "a.test", "/feed.xml", clock.Now().Add(24 * time.Hour)})

		clock.Advance(time.Hour)
		ask.Lease = 48 * time.Hour
		ok(t, db.AskSubscription(ctx, ask))
		ok(t, db.SettleSubscriptionRequest(ctx, requests(t, db)[0], false))
		equal(t, "a renewal that is not meant", subscriptions(t, db), got)
		subscribe(t, db, ask)
		renewed := subscriptions(t, db)
		equal(t, "renewed", []any{len(renewed), renewed[0].ID, renewed[0].Expires}, []any{1, got[0].ID, clock.Now().Add(48 * time.Hour)})

		ask.Mode = blog.Unsubscribe
		ok(t, db.AskSubscription(ctx, ask))
		equal(t, "before that is verified", len(subscriptions(t, db)), 1)
		subscribe(t, db, ask)
		equal(t, "ended", len(subscriptions(t, db)), 0)
		is(t, db.AskSubscription(ctx, ask), storage.ErrNotFound)
	})
}

func TestSubscriptionsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		var err error
		taken := 0
		for i := 0; i < 200 && err == nil; i++ {
			r := asking("a.test", "/feed.xml")
			r.Callback += fmt.Sprint(i)
			if err = db.AskSubscription(ctx, r); err == nil {
				taken++
			}
		}
		is(t, err, storage.ErrTooMany)
		equal(t, "taken of one host", taken, 50)
		ok(t, db.AskSubscription(ctx, asking("b.test", "/feed.xml")))
		r := asking("a.test", "/feed.xml")
		r.Callback += "7"
		ok(t, db.AskSubscription(ctx, r)) // the same again takes no more room
	})
}

func TestLeasesEnd(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		subscribe(t, db, asking("a.test", "/feed.xml"))
		long := asking("b.test", "/feed.xml")
		long.Lease = 72 * time.Hour
		subscribe(t, db, long)
		publish(t, db, hello())
		changes := must[[]blog.FeedChange](t)(db.ClaimFeedChanges(ctx, 10, time.Minute))
		equal(t, "sends", must[int](t)(db.SettleFeedChange(ctx, changes[0], map[string]string{"/feed.xml": "d1"})), 2)
		clock.Advance(24*time.Hour + time.Second)
		equal(t, "listed", len(subscriptions(t, db)), 1)
		got := must[[]blog.Subscription](t)(db.ClaimPushes(ctx, 10, 0, time.Minute, storage.Skip{}))
		equal(t, "sent to", []any{len(got), got[0].Host}, []any{1, "b.test"})
		clock.Advance(72 * time.Hour)
		ok(t, db.Prune(ctx, clock.Now()))
		ok(t, db.AskSubscription(ctx, blog.SubscriptionRequest{Mode: blog.Subscribe, Callback: long.Callback, Topic: "/feed.xml", Lease: time.Hour}))
		long.Mode = blog.Unsubscribe
		ok(t, db.SettleSubscriptionRequest(ctx, requests(t, db)[0], false))
		is(t, db.AskSubscription(ctx, long), storage.ErrNotFound) // the row is gone
	})
}
