package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// startedBlog is a database with a blog in it.
func startedBlog(t *testing.T, db *storage.DB) {
	t.Helper()
	_, err := db.StartBlog(t.Context(), "https://blog.test", func() (string, error) { return "PEM 1", nil }, nil)
	ok(t, err)
}

// told are the activities about the actor on their way: "Update key-2 https://a.test/inbox pending".
func told(t *testing.T, db *storage.DB) []string {
	t.Helper()
	var out []string
	for _, d := range must[[]blog.Delivery](t)(db.Deliveries(t.Context(), "", 0, 0)) {
		if d.Activity.Object == blog.ActorObject {
			out = append(out, d.Activity.Type+" "+d.Activity.Ref+" "+d.Inbox+" "+string(d.State))
		}
	}
	return out
}

func TestRotateKey(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		_, err := db.Account(ctx)
		is(t, err, storage.ErrNotFound)
		_, _, err = db.RotateKey(ctx, "PEM 2", storage.RotateOptions{})
		is(t, err, storage.ErrNotFound)
		startedBlog(t, db)
		first := storage.Account{Key: storage.Key{Name: "main-key", PEM: "PEM 1"}}
		equal(t, "at first", must[storage.Account](t)(db.Account(ctx)), first)

		p := publish(t, db, hello())
		follow(t, db, ann)
		comment(t, db, note(bob, p, "1"))
		ok(t, db.SaveActor(ctx, person("eve", "e.test")))
		ok(t, db.AddBlock(ctx, "e.test"))
		clock.Advance(time.Hour)
		a, n, err := db.RotateKey(ctx, "PEM 2", storage.RotateOptions{})
		ok(t, err)
		want := storage.Account{Key: storage.Key{Name: "key-2", PEM: "PEM 2"}, Replaced: first.Key, Rotated: clock.Now()}
		equal(t, "rotated", a, want)
		equal(t, "read", must[storage.Account](t)(db.Account(ctx)), want)
		equal(t, "the node's", must[storage.Node](t)(db.Node(ctx)).PrivateKey, "PEM 2")
		equal(t, "servers told", n, 2)
		equal(t, "told", told(t, db), []string{"Update key-2 https://b.test/inbox pending", "Update key-2 https://a.test/inbox pending"})

		clock.Advance(storage.KeyWindow - time.Millisecond)
		_, _, err = db.RotateKey(ctx, "PEM 3", storage.RotateOptions{})
		is(t, err, storage.ErrRotated)
		ok(t, db.Prune(ctx, clock.Now()))
		equal(t, "kept", must[storage.Account](t)(db.Account(ctx)), want)
		ok(t, db.Prune(ctx, clock.Now().Add(2*time.Millisecond)))
		want.Replaced = storage.Key{}
		equal(t, "forgotten", must[storage.Account](t)(db.Account(ctx)), want)
		a, _, err = db.RotateKey(ctx, "PEM 3", storage.RotateOptions{Again: true})
		ok(t, err)
		equal(t, "again", a, storage.Account{Key: storage.Key{Name: "key-3", PEM: "PEM 3"}, Replaced: want.Key, Rotated: clock.Now()})
		clock.Advance(storage.KeyWindow)
		_, _, err = db.RotateKey(ctx, "PEM 4", storage.RotateOptions{})
		ok(t, err)
	})
}
