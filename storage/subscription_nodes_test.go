package storage_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestSubscribersOfSeveralNodes has three processes claim side by side what is to
// be confirmed, told and sent, each thing once, and two take over from a dead one.
func TestSubscribersOfSeveralNodes(t *testing.T) {
	all := nodes(t, 3)
	ctx := t.Context()
	const n = 30
	for i := range n {
		ok(t, all[i%3].AskSubscription(ctx, asking(fmt.Sprintf("h%d.test", i), "/feed.xml")))
	}
	var mu sync.Mutex
	count := map[string]int{}
	sideBySide := func(work func(db *storage.DB, did func(string))) {
		var group sync.WaitGroup
		for _, db := range all {
			group.Go(func() {
				work(db, func(what string) {
					mu.Lock()
					defer mu.Unlock()
					count[what]++
				})
			})
		}
		group.Wait()
	}
	sideBySide(func(db *storage.DB, did func(string)) {
		for range n {
			asked, err := db.ClaimSubscriptionRequests(ctx, 3, time.Hour)
			for _, r := range asked {
				did("ask " + r.Callback)
				if err == nil {
					err = db.SettleSubscriptionRequest(ctx, r, true)
				}
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
	publish(t, all[0], hello())
	sideBySide(func(db *storage.DB, did func(string)) {
		changes, err := db.ClaimFeedChanges(ctx, 10, time.Hour)
		for _, c := range changes {
			did("change " + c.Below)
			_, err = db.SettleFeedChange(ctx, c, map[string]string{"/feed.xml": "one"})
		}
		if err != nil {
			t.Error(err)
		}
	})
	const ofTheDead = 5
	for _, s := range must[[]blog.Subscription](t)(all[2].ClaimPushes(ctx, ofTheDead, 0, time.Hour, storage.Skip{})) {
		count["push "+s.Callback]++
	}
	sideBySide(func(db *storage.DB, did func(string)) {
		for range n {
			if db == all[2] {
				return // it hangs
			}
			got, err := db.ClaimPushes(ctx, 4, 0, time.Hour, storage.Skip{})
			for _, s := range got {
				did("push " + s.Callback)
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
	equal(t, "different things", len(count), 2*n+1)
	for what, times := range count {
		if times != 1 {
			t.Errorf("%s was claimed %d times", what, times)
		}
	}
	beats(t, 3, all...)
	equal(t, "dead", beats(t, 15, all[:2]...), 1)
	equal(t, "taken over", len(must[[]blog.Subscription](t)(all[0].ClaimPushes(ctx, n, 0, time.Hour, storage.Skip{}))), ofTheDead)
}

// TestPushesAndTheClock holds that a clock which is set back does not hold up what
// is to be confirmed, told and sent.
func TestPushesAndTheClock(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		subscribe(t, db, asking("a.test", "/feed.xml"))
		ok(t, db.AskSubscription(ctx, asking("b.test", "/feed.xml")))
		_, err := db.SettleFeedChange(ctx, blog.FeedChange{}, map[string]string{"/feed.xml": "one"})
		ok(t, err)
		publish(t, db, hello())
		clock.Advance(-24 * time.Hour)
		equal(t, "while the clock is wrong", len(requests(t, db)), 0)
		ok(t, db.PushEarlier(ctx, 24*time.Hour))
		equal(t, "to be confirmed", len(requests(t, db)), 1)
		equal(t, "to be told", len(must[[]blog.FeedChange](t)(db.ClaimFeedChanges(ctx, 10, time.Minute))), 1)
		equal(t, "to be sent", len(must[[]blog.Subscription](t)(db.ClaimPushes(ctx, 10, 0, time.Minute, storage.Skip{}))), 1)
	})
}
