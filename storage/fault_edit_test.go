package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestEditOfWhatMayHaveLeft: an edit is told by an Update of its own unless the
// Create has surely not arrived: who has it already passes over a second one.
func TestEditOfWhatMayHaveLeft(t *testing.T) {
	attempt := func(status int, text string) func(*testing.T, *storage.DB, *storagetest.Clock) {
		return func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
			r := blog.Receipt{ID: claim(t, db, 1, 0)[0].ID, State: blog.Pending, Status: status, Error: text, NextTry: clock.Now()}
			ok(t, db.RecordReceipts(t.Context(), []blog.Receipt{r}))
		}
	}
	for name, c := range map[string]struct {
		before  func(*testing.T, *storage.DB, *storagetest.Clock)
		updates int
	}{
		"waits":       {func(*testing.T, *storage.DB, *storagetest.Clock) {}, 0},
		"on its way":  {func(t *testing.T, db *storage.DB, _ *storagetest.Clock) { claim(t, db, 1, 0) }, 1},
		"was refused": {attempt(503, "the inbox answered 503"), 0},
		"broke off":   {attempt(0, "connection reset"), 1},
		"was given back": {func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
			ok(t, db.ReleaseDeliveries(t.Context(), []int64{claim(t, db, 1, 0)[0].ID}))
		}, 0},
		"outlived its lease": {func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
			claim(t, db, 1, 0)
			clock.Advance(time.Hour)
		}, 1},
		"was taken up by another": {func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
			claim(t, db, 1, 0)
			clock.Advance(time.Hour)
			ok(t, db.ReleaseDeliveries(t.Context(), []int64{claim(t, db, 1, 0)[0].ID}))
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
				follow(t, db, ann)
				settle(t, db)
				publish(t, db, hello())
				c.before(t, db, clock)
				equal(t, "updates", retitled(t, db, "2"), c.updates)
			})
		})
	}
}

// TestEditAfterAKill is the same for what a killed process had in its hands.
func TestEditAfterAKill(t *testing.T) {
	o := storagetest.Options(t)
	storagetest.Prepare(t, o.Database)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	follow(t, db, ann)
	settle(t, db)
	publish(t, db, hello())
	claim(t, db, 1, 0)
	ok(t, db.Close())
	db = must[*storage.DB](t)(storage.Serve(t.Context(), o))
	defer db.Close()
	equal(t, "updates", retitled(t, db, "2"), 1)
	equal(t, "first", sent(claim(t, db, 9, 0)), []string{"Create https://a.test/inbox pending"})
}
