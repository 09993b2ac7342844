package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestProgress(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		for _, who := range []blog.Actor{ann, bob, person("cy", "c.test")} {
			follow(t, db, who)
		}
		settle(t, db)
		p := publish(t, db, hello())
		progress := func() storage.Progress {
			return must[storage.Progress](t)(db.Progress(ctx, []string{p.ID}, clock.Now()))
		}
		equal(t, "at first", progress(), storage.Progress{Untried: 3})
		ds := claim(t, db, 9, 0)
		ok(t, db.RecordReceipts(ctx, receipt(ds[0], blog.Sent, time.Time{})))
		ok(t, db.RecordReceipts(ctx, receipt(ds[1], blog.Failed, time.Time{})))
		equal(t, "a Create on its way, and its edit", retitled(t, db, "2"), 3)
		equal(t, "untried", progress(), storage.Progress{Untried: 3})
		ok(t, db.RecordReceipts(ctx, receipt(ds[2], blog.Pending, clock.Now().Add(time.Hour))))
		equal(t, "what waits for what was tried is", progress(), storage.Progress{Untried: 2, Waiting: 1})
		for i, d := range claim(t, db, 9, 0) {
			ok(t, db.RecordReceipts(ctx, receipt(d, []blog.DeliveryState{blog.Sent, blog.Failed}[i], time.Time{})))
		}
		equal(t, "each inbox once", progress(), storage.Progress{Waiting: 1, Sent: 1, Failed: 1})
		clock.Advance(time.Second)
		equal(t, "not what was done before", progress(), storage.Progress{Waiting: 1})
		equal(t, "the newest", must[blog.Activity](t)(db.NewestActivity(ctx, p.ID)).Type, "Update")
		_, err := db.NewestActivity(ctx, "none")
		is(t, err, storage.ErrNotFound)
		failed := receipt(ds[2], blog.Pending, clock.Now().Add(time.Hour))
		failed[0].Asked = true
		must[int](t)(db.RetryDeliveries(ctx, storage.Retry{Host: ds[2].Host}))
		ok(t, db.RecordReceipts(ctx, failed))
		another := publish(t, db, blog.Post{Slug: "another", HTML: "<p>More</p>"})
		equal(t, "a server that took nothing", must[storage.Progress](t)(db.Progress(ctx, []string{another.ID}, clock.Now())), storage.Progress{Untried: 3, Resting: 1})
		retried := must[[]blog.Delivery](t)(db.ListDeliveries(ctx, storage.DeliveryFilter{Post: "hello", Host: ds[2].Host, States: []blog.DeliveryState{blog.Pending}}))
		equal(t, "filtered", len(retried), 2)
	})
}

// TestProgressWithTwoClocks has deliveries sent by a node whose clock is behind
// that of the command which waits for them.
func TestProgressWithTwoClocks(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, ann)
		settle(t, db)
		began := clock.Now()
		p := publish(t, db, hello())
		sent := receipt(claim(t, db, 9, 0)[0], blog.Sent, time.Time{})
		sent[0].At = began.Add(-2 * time.Second)
		ok(t, db.RecordReceipts(t.Context(), sent))
		equal(t, "sent", must[storage.Progress](t)(db.Progress(t.Context(), []string{p.ID}, began)), storage.Progress{Sent: 1})
	})
}
