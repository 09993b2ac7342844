package storage_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func claim(t *testing.T, db *storage.DB, n, perHost int, skip ...string) []blog.Delivery {
	t.Helper()
	return must[[]blog.Delivery](t)(db.ClaimDeliveries(t.Context(), n, perHost, time.Minute, storage.Skip{Busy: skip}))
}

func receipt(d blog.Delivery, state blog.DeliveryState, next time.Time) []blog.Receipt {
	return []blog.Receipt{{ID: d.ID, State: state, Status: 500, Error: "no", NextTry: next}}
}

// retitled publishes hello under another title.
func retitled(t *testing.T, db *storage.DB, title string) int {
	t.Helper()
	p := hello()
	p.Title = title
	_, _, n, err := db.Publish(t.Context(), p, storage.PublishOptions{})
	ok(t, err)
	return n
}

func TestOneDeliveryForEachInbox(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		alone := person("solo", "solo.test:8443")
		alone.SharedInbox = ""
		for _, who := range []blog.Actor{ann, person("ann2", "a.test"), bob, alone} {
			follow(t, db, who)
		}
		settle(t, db)
		_, _, n, err := db.Publish(t.Context(), hello(), storage.PublishOptions{})
		ok(t, err)
		equal(t, "deliveries", n, 3)
		ds := claim(t, db, 10, 0)
		equal(t, "claimed", len(ds), 3)
		d := ds[2]
		equal(t, "one of them", d, blog.Delivery{ID: d.ID, Activity: d.Activity, PostSlug: "hello", Inbox: alone.Inbox, Host: "solo.test:8443",
			State: blog.Pending, NextTry: start, Created: start})
		equal(t, "activity", []string{d.Activity.Type, string(d.Activity.Object), d.Activity.Ref}, []string{"Create", "post", post(t, db, "hello").ID})
	})
}

func TestReceipts(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, ann)
		settle(t, db)
		publish(t, db, hello())
		_, found, err := db.NextDelivery(ctx)
		ok(t, err)
		equal(t, "due", found, true)
		d := claim(t, db, 1, 0)[0]
		equal(t, "leased", len(claim(t, db, 1, 0)), 0)
		next, _, err := db.NextDelivery(ctx)
		ok(t, err)
		equal(t, "the lease's end", next, start.Add(time.Minute))
		later := start.Add(time.Hour)
		failed := receipt(d, blog.Pending, later)
		failed[0].Error = strings.Repeat("ä", 2000)
		ok(t, db.RecordReceipts(ctx, failed))
		equal(t, "not due", len(claim(t, db, 1, 0)), 0)
		next, _, err = db.NextDelivery(ctx)
		ok(t, err)
		equal(t, "the next try", next, later)
		clock.Advance(time.Hour)
		d = claim(t, db, 1, 0)[0]
		equal(t, "after a failure", []any{d.Tries, d.Status, d.Error, d.NextTry}, []any{1, 500, strings.Repeat("ä", 500), later})
		ok(t, db.RecordReceipts(ctx, []blog.Receipt{{ID: d.ID, State: blog.Sent, Status: 202, At: clock.Now()}}))
		ok(t, db.RecordReceipts(ctx, receipt(d, blog.Failed, time.Time{})))
		d = must[[]blog.Delivery](t)(db.Deliveries(ctx, "hello", 1, 0))[0]
		equal(t, "sent for good", []any{d.State, d.Tries, d.Status, d.Error, d.Delivered, d.NextTry},
			[]any{blog.Sent, 2, 202, "", clock.Now(), time.Time{}})
		_, found, err = db.NextDelivery(ctx)
		ok(t, err)
		equal(t, "nothing left", found, false)
		if err := db.RecordReceipts(ctx, []blog.Receipt{{ID: d.ID}}); err == nil {
			t.Fatal("a receipt without a state was taken")
		}
	})
}

func TestLeases(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, ann)
		follow(t, db, bob)
		settle(t, db)
		publish(t, db, hello())
		ds := claim(t, db, 10, 0)
		ok(t, db.ReleaseDeliveries(t.Context(), []int64{ds[0].ID, 9999}))
		equal(t, "released", claim(t, db, 10, 0), ds[:1])
		clock.Advance(time.Minute)
		equal(t, "run out", len(claim(t, db, 10, 0)), 2)
	})
}

func TestClaimIsFairToHosts(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		for i := range 12 {
			who := person(fmt.Sprint("u", i), "big.test")
			who.SharedInbox = ""
			follow(t, db, who)
		}
		for i := range 4 {
			follow(t, db, person("u", fmt.Sprintf("z%d.test", i)))
		}
		settle(t, db)
		publish(t, db, hello())
		hosts := func(ds []blog.Delivery) map[string]int {
			m := map[string]int{}
			for _, d := range ds {
				m[d.Host]++
			}
			return m
		}
		equal(t, "a share for each", hosts(claim(t, db, 6, 2)), map[string]int{"big.test": 2, "z0.test": 1, "z1.test": 1, "z2.test": 1, "z3.test": 1})
		equal(t, "skipped", hosts(claim(t, db, 6, 2, "big.test")), map[string]int{})
		equal(t, "the next share", hosts(claim(t, db, 6, 2)), map[string]int{"big.test": 2})
		equal(t, "any number", hosts(claim(t, db, 60, 0)), map[string]int{"big.test": 8})
		equal(t, "none asked for", len(claim(t, db, 0, 0)), 0)
	})
}

func TestOrderForOneObjectAndInbox(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		follow(t, db, ann)
		settle(t, db)
		publish(t, db, hello())
		equal(t, "an edit before the Create left", retitled(t, db, "2"), 0)
		create := claim(t, db, 1, 0)[0]
		equal(t, "an edit while it leaves", retitled(t, db, "3"), 1)
		equal(t, "waits", len(claim(t, db, 9, 0)), 0)
		equal(t, "and is replaced by the next", retitled(t, db, "4"), 1)
		equal(t, "so far", deliveries(t, db, "hello"), []string{"Update https://a.test/inbox pending", "Update https://a.test/inbox replaced", "Create https://a.test/inbox pending"})
		ok(t, db.RecordReceipts(ctx, receipt(create, blog.Pending, start.Add(time.Hour))))
		equal(t, "waits for the retry", len(claim(t, db, 9, 0)), 0)
		next, _, err := db.NextDelivery(ctx)
		ok(t, err)
		equal(t, "what waits is not due", next, start.Add(time.Hour))
		clock.Advance(time.Hour)
		ok(t, db.RecordReceipts(ctx, receipt(claim(t, db, 9, 0)[0], blog.Sent, time.Time{})))
		update := claim(t, db, 9, 0)
		equal(t, "then the Update", sent(update), []string{"Update https://a.test/inbox pending"})
		retitled(t, db, "5")
		_, n, err := db.Unpublish(ctx, "hello")
		ok(t, err)
		equal(t, "deletes", n, 1)
		equal(t, "in the end", deliveries(t, db, update[0].Activity.Ref), []string{"Delete https://a.test/inbox pending", "Update https://a.test/inbox replaced",
			"Update https://a.test/inbox pending", "Update https://a.test/inbox replaced", "Create https://a.test/inbox sent"})
		equal(t, "the Delete waits for what is in somebody's hands", len(claim(t, db, 9, 0)), 0)
		ok(t, db.RecordReceipts(ctx, receipt(update[0], blog.Failed, time.Time{})))
		equal(t, "and goes", sent(claim(t, db, 9, 0)), []string{"Delete https://a.test/inbox pending"})
	})
}

func TestParticipantsAreTold(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		cy := person("cy", "c.test")
		p := publish(t, db, hello())
		follow(t, db, ann)
		comment(t, db, note(bob, p, "1"))
		must[bool](t)(db.React(ctx, by(cy, "l"), like(cy, p, "l")))
		settle(t, db)
		equal(t, "updates", retitled(t, db, "2"), 3)
		_, n, err := db.Unpublish(ctx, "hello")
		ok(t, err)
		equal(t, "deletes", n, 3)
	})
}

func TestGoneInbox(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, ann)
		settle(t, db)
		publish(t, db, hello())
		r := receipt(claim(t, db, 1, 0)[0], blog.Failed, time.Time{})
		r[0].Gone = true
		ok(t, db.RecordReceipts(t.Context(), r))
		equal(t, "left out", retitled(t, db, "2"), 0)
		clock.Advance(7*24*time.Hour + time.Second)
		equal(t, "tried again after a week", retitled(t, db, "3"), 1)
		r[0].ID = claim(t, db, 1, 0)[0].ID
		ok(t, db.RecordReceipts(t.Context(), r))
		equal(t, "left out again", retitled(t, db, "4"), 0)
		ok(t, db.SaveActor(t.Context(), ann))
		equal(t, "fetched anew", retitled(t, db, "5"), 1)
	})
}

func TestTwoClaimersNeverShare(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		const inboxes = 120
		for i := range inboxes {
			follow(t, db, person("u", fmt.Sprintf("h%d.test", i)))
		}
		settle(t, db)
		publish(t, db, hello())
		var mu sync.Mutex
		claimed := map[int64]int{}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for empty := 0; empty < 5; {
					ds, err := db.ClaimDeliveries(t.Context(), 7, 0, time.Minute, storage.Skip{})
					if err != nil {
						t.Error(err)
						return
					}
					if len(ds) == 0 {
						empty++
					}
					mu.Lock()
					for _, d := range ds {
						claimed[d.ID]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		equal(t, "claimed", len(claimed), inboxes)
		for id, n := range claimed {
			if n != 1 {
				t.Errorf("delivery %d was handed out %d times", id, n)
			}
		}
	})
}
