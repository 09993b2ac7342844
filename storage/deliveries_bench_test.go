package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// BenchmarkDeliveries is what storage does for one delivery of a fan-out: its
// share of a claim and of a batch of receipts.
func BenchmarkDeliveries(b *testing.B) {
	const inboxes, batch = 2000, 400
	db := storagetest.New(b)
	for i := range inboxes {
		a := person("u", fmt.Sprintf("h%d.test", i))
		if _, err := db.Follow(b.Context(), storage.Incoming{Actor: a.IRI, ID: a.IRI + "#f"}, blog.Follower{Actor: a, FollowID: a.IRI + "#f"}); err != nil {
			b.Fatal(err)
		}
	}
	post := 0
	left := inboxes // of the Accepts
	b.ResetTimer()
	for done := 0; done < b.N; done += batch {
		if left < batch {
			b.StopTimer()
			post++
			p := blog.Post{Slug: fmt.Sprintf("post-%d", post), Title: "Hello", HTML: "<p>Hello</p>", Source: "Hello"}
			_, _, n, err := db.Publish(b.Context(), p, storage.PublishOptions{})
			if err != nil {
				b.Fatal(err)
			}
			left += n
			b.StartTimer()
		}
		ds, err := db.ClaimDeliveries(b.Context(), batch, 16, time.Minute, storage.Skip{})
		if err != nil || len(ds) != batch {
			b.Fatal(len(ds), err)
		}
		rs := make([]blog.Receipt, len(ds))
		for i, d := range ds {
			rs[i] = blog.Receipt{ID: d.ID, State: blog.Sent, Status: 202, At: time.Now()}
		}
		if err := db.RecordReceipts(b.Context(), rs); err != nil {
			b.Fatal(err)
		}
		left -= batch
	}
}
