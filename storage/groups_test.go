package storage

import (
	"errors"
	"testing"

	"limelight/blog"
)

// TestTallies: a member that fails takes nothing of the others' counts along,
// whether they were written by then or not.
func TestTallies(t *testing.T) {
	db := serveHere(t)
	p, _, _, err := db.Publish(t.Context(), blog.Post{Slug: "hello", Title: "Hello"}, PublishOptions{})
	if err != nil {
		t.Fatal(err)
	}
	likes := func(n int, then func(*tx) error) func(*tx) error {
		return func(t *tx) error {
			t.countBy(p.ID, "like_count", n)
			return then(t)
		}
	}
	fine := func(*tx) error { return nil }
	fails := func(*tx) error { return errTest }
	writesAndFails := func(t *tx) error { return errors.Join(t.settle(), errTest) }
	for name, members := range map[string][]func(*tx) error{
		"in between":           {likes(1, fine), likes(10, fails), likes(100, fine)},
		"first":                {likes(10, fails), likes(101, fine)},
		"after it wrote":       {likes(1, fine), likes(10, writesAndFails), likes(100, fine)},
		"last, after it wrote": {likes(101, fine), likes(10, writesAndFails)},
		"after others wrote":   {likes(1, (*tx).settle), likes(100, fine), likes(10, fails)},
		"with nothing more":    {likes(101, (*tx).settle), fails},
	} {
		before, err := db.Post(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		err = db.write(t.Context(), func(t *tx) error {
			for _, run := range members {
				if err := savepoint(t, &member{run: run}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		after, err := db.Post(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := after.LikeCount - before.LikeCount; got != 101 {
			t.Errorf("%s: %d likes more", name, got)
		}
	}
}
