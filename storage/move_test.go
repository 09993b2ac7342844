package storage_test

import (
	"testing"
	"time"

	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestMoveOut(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		const there = "https://new.test/users/blog"
		_, err := db.MoveOut(ctx, there)
		is(t, err, storage.ErrNotFound)
		startedBlog(t, db)
		_, err = db.CancelMove(ctx)
		is(t, err, storage.ErrNotFound)
		p := publish(t, db, hello())
		follow(t, db, ann)
		comment(t, db, note(bob, p, "1")) // who does not follow need not go
		equal(t, "deliveries", must[int](t)(db.MoveOut(ctx, there)), 2)
		a := must[storage.Account](t)(db.Account(ctx))
		equal(t, "moved to", []any{a.MovedTo, a.Moved}, []any{there, clock.Now()})
		equal(t, "told", told(t, db), []string{"Move " + there + " https://a.test/inbox pending", "Update  https://a.test/inbox pending"})
		first := must[int](t)(db.MoveOut(ctx, "https://other.test/users/blog"))
		equal(t, "elsewhere", first, 2)
		equal(t, "to be cancelled", must[int](t)(db.CancelMove(ctx)), 1)
		equal(t, "told", told(t, db), []string{"Update  https://a.test/inbox pending",
			"Move https://other.test/users/blog https://a.test/inbox replaced", "Update  https://a.test/inbox replaced",
			"Move " + there + " https://a.test/inbox replaced", "Update  https://a.test/inbox replaced"})
		a = must[storage.Account](t)(db.Account(ctx))
		equal(t, "cancelled", []any{a.MovedTo, a.Moved.IsZero()}, []any{"", true})
	})
}

// TestMoveGoesLast: whoever acts on the Move finds its target in the actor.
func TestMoveGoesLast(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		startedBlog(t, db)
		follow(t, db, ann)
		settle(t, db)
		must[int](t)(db.MoveOut(t.Context(), "https://new.test/users/blog"))
		var order []string
		for _, d := range settle(t, db) {
			order = append(order, d.Activity.Type)
		}
		equal(t, "order", order, []string{"Update", "Move"})
	})
}

func TestKnownAs(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		startedBlog(t, db)
		follow(t, db, ann)
		old := storage.KnownAs{IRI: "https://old.test/users/me", Handle: "me@old.test", Since: clock.Now()}
		equal(t, "added", must[bool](t)(db.AddKnownAs(ctx, old)), true)
		clock.Advance(time.Second)
		equal(t, "again", must[bool](t)(db.AddKnownAs(ctx, old)), false)
		equal(t, "told", told(t, db), []string{"Update  https://a.test/inbox pending"})
		second := storage.KnownAs{IRI: "https://older.test/me", Handle: "Me@older.test", Since: clock.Now()}
		equal(t, "second", must[bool](t)(db.AddKnownAs(ctx, second)), true)
		equal(t, "known as", must[storage.Account](t)(db.Account(ctx)).KnownAs, []storage.KnownAs{old, second})
		is(t, db.RemoveKnownAs(ctx, "nobody@old.test"), storage.ErrNotFound)
		ok(t, db.RemoveKnownAs(ctx, old.IRI))
		ok(t, db.RemoveKnownAs(ctx, "me@OLDER.test"))
		equal(t, "known as", len(must[storage.Account](t)(db.Account(ctx)).KnownAs), 0)
		equal(t, "told", len(told(t, db)), 4)
	})
}
