package storage_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"modernc.org/sqlite"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// filled is a database on a disk that is full while full says so.
func filled(t *testing.T) (db *storage.DB, o storage.Options, full *atomic.Bool) {
	full = &atomic.Bool{}
	o = storagetest.Options(t, func(o *storage.Options) { o.Full = full.Load })
	storagetest.Prepare(t, o.Database)
	db = must[*storage.DB](t)(storage.Serve(t.Context(), o))
	t.Cleanup(func() { db.Close() })
	return db, o, full
}

// untilFull does something that writes until the disk is full, and returns how
// often it succeeded.
func untilFull(t *testing.T, do func(i int) error) (done int) {
	t.Helper()
	for ; done < 10_000; done++ {
		err := do(done)
		var e *sqlite.Error
		switch {
		case errors.As(err, &e) && e.Code()&0xff == 13: // SQLITE_FULL
			is(t, err, storage.ErrFull)
			return done
		case err != nil:
			t.Fatal(err)
		}
	}
	t.Fatal("the disk is never full")
	return 0
}

// sound holds the file against SQLite's own checks.
func sound(t *testing.T, o storage.Options) {
	t.Helper()
	raw := must[*sql.DB](t)(sql.Open("sqlite", o.Database))
	defer raw.Close()
	var verdict string
	ok(t, raw.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
	equal(t, "integrity", verdict, "ok")
	rows := must[*sql.Rows](t)(raw.Query(`PRAGMA foreign_key_check`))
	defer rows.Close()
	equal(t, "broken references", rows.Next(), false)
}

// TestPublishOnAFullDisk: a post is there with its deliveries, or not at all.
func TestPublishOnAFullDisk(t *testing.T) {
	db, o, full := filled(t)
	follow(t, db, ann)
	long := strings.Repeat("Long as it is. ", 2000)
	full.Store(true)
	try := func(i int) error {
		_, _, _, err := db.Publish(t.Context(), blog.Post{Slug: fmt.Sprint("post-", i), Title: "Long", Source: long, HTML: long}, storage.PublishOptions{})
		return err
	}
	n := untilFull(t, try)
	before := must[storage.Revisions](t)(db.Revisions(t.Context()))
	_, err := db.Post(t.Context(), fmt.Sprint("post-", n))
	is(t, err, storage.ErrNotFound)
	equal(t, "posts", must[int](t)(db.CountPosts(t.Context(), storage.PostFilter{})), n)
	equal(t, "deliveries", len(deliveriesOf(t, db, "Create")), n)
	if err := try(n); err == nil {
		t.Fatal("published without room")
	}
	equal(t, "revisions", must[storage.Revisions](t)(db.Revisions(t.Context())), before)
	full.Store(false)
	ok(t, try(n))
	equal(t, "posts with room", must[int](t)(db.CountPosts(t.Context(), storage.PostFilter{})), n+1)
	equal(t, "deliveries with room", len(deliveriesOf(t, db, "Create")), n+1)
	sound(t, o)
}

// TestCommentsOnAFullDisk, many at a time: those that were acknowledged are
// there, the others are not, and each is taken when it comes again.
func TestCommentsOnAFullDisk(t *testing.T) {
	db, o, full := filled(t)
	p := publish(t, db, hello())
	long := strings.Repeat("word ", 1000)
	full.Store(true)
	const writers, each = 8, 40
	var taken [writers][each]bool
	var refused atomic.Int64
	var wg sync.WaitGroup
	say := func(g, i int) bool {
		c := note(ann, p, fmt.Sprintf("%d-%d", g, i))
		c.HTML = long
		_, added, err := db.AddComment(t.Context(), create(c), c)
		if added == (err != nil) {
			t.Errorf("%d-%d: %v, %v", g, i, added, err)
		}
		return added
	}
	for g := range writers {
		wg.Go(func() {
			for i := range each {
				if taken[g][i] = say(g, i); !taken[g][i] {
					refused.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if refused.Load() == 0 {
		t.Fatal("the disk was never full")
	}
	stored := must[[]blog.Comment](t)(db.Comments(t.Context(), storage.CommentFilter{Post: "hello"}))
	equal(t, "comments", int64(len(stored)), writers*each-refused.Load())
	equal(t, "counted", post(t, db, "hello").CommentCount, len(stored))
	full.Store(false)
	for g := range writers {
		for i := range each {
			if !taken[g][i] && !say(g, i) {
				t.Errorf("%d-%d was not taken with room", g, i)
			}
		}
	}
	equal(t, "counted with room", post(t, db, "hello").CommentCount, writers*each)
	sound(t, o)
}

// deliveriesOf are all of a type.
func deliveriesOf(t *testing.T, db *storage.DB, typ string) []blog.Delivery {
	t.Helper()
	var out []blog.Delivery
	for _, d := range must[[]blog.Delivery](t)(db.Deliveries(t.Context(), "", 0, 0)) {
		if d.Activity.Type == typ {
			out = append(out, d)
		}
	}
	return out
}
