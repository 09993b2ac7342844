package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// nodes are several processes on one PostgreSQL database. Close them in the test
// or not.
func nodes(t *testing.T, n int) []*storage.DB {
	t.Helper()
	o := sqliteFile(t)
	o.Database = storagetest.Postgres(t)
	var all []*storage.DB
	for range n {
		db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
		t.Cleanup(func() { ok(t, db.Close()) })
		all = append(all, db)
	}
	return all
}

// beats has each of the nodes beat so often, in turns, and returns how many dead
// they found.
func beats(t *testing.T, times int, all ...*storage.DB) (dead int) {
	t.Helper()
	for range times {
		for _, db := range all {
			dead += must[int](t)(db.Beat(t.Context()))
		}
	}
	return dead
}

func TestTheDeadAreReplaced(t *testing.T) {
	all := nodes(t, 3)
	alive, dead := all[:2], all[2]
	publishTo(t, dead, "a.test", "b.test")
	equal(t, "claimed", len(must[[]blog.Delivery](t)(dead.ClaimDeliveries(t.Context(), 10, 0, time.Hour, storage.Skip{}))), 2)
	equal(t, "its lease", must[bool](t)(dead.TakeLease(t.Context(), "chores")), true)
	equal(t, "dead while all beat", beats(t, 20, all...), 0)
	equal(t, "dead too early", beats(t, 9, alive...), 0)
	for _, db := range alive {
		equal(t, "claimed from the living", len(must[[]blog.Delivery](t)(db.ClaimDeliveries(t.Context(), 10, 0, time.Hour, storage.Skip{}))), 0)
		equal(t, "the lease of the living", must[bool](t)(db.TakeLease(t.Context(), "chores")), false)
	}
	equal(t, "found dead, by one of two", beats(t, 5, alive...), 1)
	equal(t, "the lease of the dead", must[bool](t)(alive[1].TakeLease(t.Context(), "chores")), true)
	ds := must[[]blog.Delivery](t)(alive[0].ClaimDeliveries(t.Context(), 10, 0, time.Hour, storage.Skip{}))
	equal(t, "taken over", len(ds), 2)

	// It was not dead, only slow: what it says now does not disturb who has them.
	ok(t, dead.ReleaseDeliveries(t.Context(), []int64{ds[0].ID, ds[1].ID}))
	ok(t, dead.RecordReceipts(t.Context(), []blog.Receipt{{ID: ds[0].ID, State: blog.Failed, Status: 410}, {ID: ds[1].ID, State: blog.Sent, Status: 202}}))
	equal(t, "claimed again", len(must[[]blog.Delivery](t)(alive[1].ClaimDeliveries(t.Context(), 10, 0, time.Hour, storage.Skip{}))), 0)
	ok(t, alive[0].RecordReceipts(t.Context(), []blog.Receipt{{ID: ds[0].ID, State: blog.Sent, Status: 202}}))
	states := map[blog.DeliveryState]int{}
	for _, d := range must[[]blog.Delivery](t)(alive[0].Deliveries(t.Context(), "hello", 0, 0)) {
		states[d.State]++
	}
	equal(t, "states", states, map[blog.DeliveryState]int{blog.Sent: 2})
	equal(t, "the lease of who came back", must[bool](t)(dead.TakeLease(t.Context(), "chores")), false)
	equal(t, "dead when all beat again", beats(t, 20, all...), 0)
}

// publishTo publishes a post with a follower at each of the hosts.
func publishTo(t *testing.T, db *storage.DB, hosts ...string) {
	t.Helper()
	for _, host := range hosts {
		follow(t, db, person("ann", host))
	}
	settle(t, db)
	publish(t, db, hello())
}

func TestWhoStopsLeavesAtOnce(t *testing.T) {
	o := sqliteFile(t)
	o.Database = storagetest.Postgres(t)
	first := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	second := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	publishTo(t, first, "a.test")
	equal(t, "claimed", len(must[[]blog.Delivery](t)(first.ClaimDeliveries(t.Context(), 10, 0, time.Hour, storage.Skip{}))), 1)
	equal(t, "the lease", must[bool](t)(first.TakeLease(t.Context(), "chores")), true)
	ok(t, first.Close())
	equal(t, "taken over", len(must[[]blog.Delivery](t)(second.ClaimDeliveries(t.Context(), 10, 0, time.Hour, storage.Skip{}))), 1)
	equal(t, "the lease", must[bool](t)(second.TakeLease(t.Context(), "chores")), true)
	ok(t, second.Close())
}

// TestOneProcessOnSQLite needs nobody's leave.
func TestOneProcessOnSQLite(t *testing.T) {
	o := sqliteFile(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	t.Cleanup(func() { db.Close() })
	equal(t, "the lease", must[bool](t)(db.TakeLease(t.Context(), "chores")), true)
	equal(t, "dead", beats(t, 20, db), 0)
	equal(t, "rows", len(dump(t, rawDatabase(t, o), `SELECT id FROM process`)), 0)
}

// TestScheduledPostsComeOutOnce when several nodes look at the same time.
func TestScheduledPostsComeOutOnce(t *testing.T) {
	all := nodes(t, 3)
	follow(t, all[0], person("ann", "a.test"))
	settle(t, all[0])
	soon := time.Now().Add(time.Hour)
	p := hello()
	p.Published = soon
	publish(t, all[0], p)
	counts := make(chan int, len(all))
	for _, db := range all {
		go func() {
			n, err := db.PublishDue(t.Context(), soon.Add(time.Second))
			if err != nil {
				t.Error(err)
			}
			counts <- n
		}()
	}
	total := 0
	for range all {
		total += <-counts
	}
	equal(t, "came out", total, 1)
	equal(t, "deliveries", len(deliveries(t, all[0], "hello")), 1)
}

// TestBlocksMissNothing: whatever somebody says while being blocked, no comment
// of theirs is shown afterwards.
func TestBlocksMissNothing(t *testing.T) {
	all := nodes(t, 2)
	p := publish(t, all[0], hello())
	for round := range 10 {
		who := person(fmt.Sprint("eve", round), fmt.Sprintf("e%d.test", round))
		begun, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			for i := range 1000 {
				c := note(who, p, fmt.Sprint(i))
				_, added, err := all[1].AddComment(t.Context(), create(c), c)
				if err != nil {
					t.Error(err)
				}
				if i == 3 {
					close(begun)
				}
				if err != nil || !added {
					return
				}
			}
		}()
		<-begun
		ok(t, all[0].AddBlock(t.Context(), who.IRI))
		<-ended
		for _, c := range must[[]blog.Comment](t)(all[0].Comments(t.Context(), storage.CommentFilter{Post: "hello"})) {
			if c.Author.IRI == who.IRI && c.State == blog.Shown {
				t.Fatalf("round %d: %s is shown", round, c.IRI)
			}
		}
	}
}

// TestDeletionsMissNothing: a note and its deletion that come at the same time,
// at two nodes, leave nothing to be seen.
func TestDeletionsMissNothing(t *testing.T) {
	all := nodes(t, 2)
	p := publish(t, all[0], hello())
	for i := range 200 {
		c := note(ann, p, fmt.Sprint(i))
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if _, _, err := all[1].AddComment(t.Context(), create(c), c); err != nil {
				t.Error(err)
			}
		}()
		must[bool](t)(all[0].RetractComment(t.Context(), storage.Incoming{Actor: ann.IRI, ID: c.IRI + "#delete"}, c.IRI))
		<-ended
		stored, err := all[0].CommentByIRI(t.Context(), c.IRI)
		if err == nil && stored.State != blog.Erased {
			t.Fatalf("%d: %s is %s", i, c.IRI, stored.State)
		}
	}
}
