package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestHostLimits(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, ann)
		follow(t, db, bob)
		settle(t, db)
		// next publishes, and is what the deliveries know of their hosts' limits.
		next := func(slug string) map[string]blog.Delivery {
			t.Helper()
			publish(t, db, blog.Post{Slug: slug, Title: slug})
			out := map[string]blog.Delivery{}
			for _, d := range must[[]blog.Delivery](t)(db.ClaimDeliveries(t.Context(), 100, 0, time.Minute, storage.Skip{})) {
				out[d.Host] = d
			}
			return out
		}
		sent := func(d blog.Delivery, tooLarge int) {
			t.Helper()
			ok(t, db.RecordReceipts(t.Context(), []blog.Receipt{{ID: d.ID, State: blog.Sent, TooLarge: tooLarge}}))
		}
		ds := next("one")
		equal(t, "at first", ds["a.test"].TooLarge, 0)
		sent(ds["a.test"], 90_000)
		sent(ds["b.test"], 0)
		ds = next("two")
		equal(t, "of a.test", ds["a.test"].TooLarge, 90_000)
		equal(t, "of b.test", ds["b.test"].TooLarge, 0)
		sent(ds["a.test"], 70_000)
		ds = next("three")
		equal(t, "the smaller", ds["a.test"].TooLarge, 70_000)
		sent(ds["a.test"], 80_000)
		equal(t, "still the smaller", next("four")["a.test"].TooLarge, 70_000)
		clock.Advance(31 * 24 * time.Hour)
		ok(t, db.Prune(t.Context(), clock.Now()))
		equal(t, "a month later", next("five")["a.test"].TooLarge, 0)
	})
}
