package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestRetryDeliveries(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		for _, who := range []blog.Actor{ann, bob, person("cy", "c.test")} {
			follow(t, db, who)
		}
		settle(t, db)
		publish(t, db, hello())
		ds := claim(t, db, 9, 0)
		a, b, c := ds[0], ds[1], ds[2]
		ok(t, db.RecordReceipts(ctx, receipt(a, blog.Failed, time.Time{})))
		ok(t, db.RecordReceipts(ctx, receipt(b, blog.Pending, clock.Now().Add(time.Hour))))
		ok(t, db.RecordReceipts(ctx, receipt(c, blog.Sent, time.Time{})))
		retry := func(r storage.Retry) int { return must[int](t)(db.RetryDeliveries(ctx, r)) }
		_, err := db.RetryDeliveries(ctx, storage.Retry{IDs: []int64{a.ID, c.ID}})
		is(t, err, storage.ErrNoRetry)
		_, err = db.RetryDeliveries(ctx, storage.Retry{IDs: []int64{a.ID, 999}})
		is(t, err, storage.ErrNotFound)
		_, err = db.RetryDeliveries(ctx, storage.Retry{Post: "none"})
		is(t, err, storage.ErrNotFound)
		equal(t, "nothing was changed", len(claim(t, db, 9, 0)), 0)
		equal(t, "another host", retry(storage.Retry{Host: "c.test"}), 0)
		equal(t, "a host", retry(storage.Retry{Host: "a.test"}), 1)
		again := claim(t, db, 9, 0)
		equal(t, "with all its tries", []any{again[0].ID, again[0].Tries}, []any{a.ID, 0})
		equal(t, "not what is on its way", retry(storage.Retry{Host: "a.test"}), 0)
		equal(t, "an id", retry(storage.Retry{IDs: []int64{b.ID}}), 1)
		again = claim(t, db, 9, 0)
		equal(t, "keeps its count", []any{again[0].ID, again[0].Tries}, []any{b.ID, 1})
		for _, d := range []blog.Delivery{a, b} {
			ok(t, db.RecordReceipts(ctx, receipt(d, blog.Failed, time.Time{})))
		}
		equal(t, "a post", retry(storage.Retry{Post: "hello", Host: "b.test"}), 1)
		equal(t, "all", retry(storage.Retry{}), 2)
	})
}

// TestRetrySparesNoHost has what the author wants tried go to a host that the worker
// leaves alone, once, and nothing else.
func TestRetrySparesNoHost(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		for _, who := range []blog.Actor{ann, bob} {
			follow(t, db, who)
		}
		settle(t, db)
		publish(t, db, hello())
		resting := func() []string {
			return sent(must[[]blog.Delivery](t)(db.ClaimDeliveries(ctx, 9, 0, time.Minute, storage.Skip{Resting: []string{"a.test", "b.test"}})))
		}
		equal(t, "to hosts that rest", len(resting()), 0)
		equal(t, "retried", must[int](t)(db.RetryDeliveries(ctx, storage.Retry{Host: "a.test"})), 1)
		busy := must[[]blog.Delivery](t)(db.ClaimDeliveries(ctx, 9, 0, time.Minute, storage.Skip{Busy: []string{"a.test", "b.test"}}))
		equal(t, "to hosts with enough in hand", len(busy), 0)
		d := must[[]blog.Delivery](t)(db.ListDeliveries(ctx, storage.DeliveryFilter{Host: "a.test", Limit: 1}))[0]
		equal(t, "what is wanted", resting(), []string{"Create https://a.test/inbox pending"})
		ok(t, db.ReleaseDeliveries(ctx, []int64{d.ID}))
		equal(t, "still wanted, as it was not tried", resting(), []string{"Create https://a.test/inbox pending"})
		ok(t, db.RecordReceipts(ctx, receipt(d, blog.Pending, clock.Now().Add(time.Hour))))
		clock.Advance(time.Hour)
		equal(t, "after that try", len(resting()), 0)
		equal(t, "elsewhere", len(claim(t, db, 9, 0)), 2)
	})
}

func TestRetryKeepsTheOrder(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, ann)
		settle(t, db)
		publish(t, db, hello())
		create := claim(t, db, 1, 0)[0]
		retitled(t, db, "2")
		ok(t, db.RecordReceipts(ctx, receipt(create, blog.Pending, clock.Now().Add(time.Hour))))
		update := must[[]blog.Delivery](t)(db.Deliveries(ctx, "hello", 1, 0))[0]
		equal(t, "the Update", must[int](t)(db.RetryDeliveries(ctx, storage.Retry{IDs: []int64{update.ID}})), 1)
		equal(t, "has the Create go first", sent(claim(t, db, 9, 0)), []string{"Create https://a.test/inbox pending"})
		ok(t, db.RecordReceipts(ctx, receipt(create, blog.Failed, time.Time{})))
		claim(t, db, 1, 0)
		_, err := db.RetryDeliveries(ctx, storage.Retry{IDs: []int64{create.ID}})
		is(t, err, storage.ErrNoRetry) // the Update is under way
		ok(t, db.RecordReceipts(ctx, receipt(update, blog.Failed, time.Time{})))
		clock.Advance(time.Second)
		retitled(t, db, "3")
		ok(t, db.RecordReceipts(ctx, receipt(claim(t, db, 1, 0)[0], blog.Failed, time.Time{})))
		equal(t, "without the first Update", must[int](t)(db.RetryDeliveries(ctx, storage.Retry{})), 2)
		equal(t, "in order", sent(claim(t, db, 9, 0)), []string{"Create https://a.test/inbox pending"})
		p, _, err := db.Unpublish(ctx, "hello")
		ok(t, err)
		ok(t, db.RecordReceipts(ctx, receipt(create, blog.Failed, time.Time{})))
		ok(t, db.RecordReceipts(ctx, receipt(claim(t, db, 9, 0)[0], blog.Failed, time.Time{})))
		equal(t, "only the Delete", must[int](t)(db.RetryDeliveries(ctx, storage.Retry{Post: p.ID})), 1)
		equal(t, "revived", sent(claim(t, db, 9, 0)), []string{"Delete https://a.test/inbox pending"})
	})
}
