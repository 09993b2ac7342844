package storage

import (
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

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

// TestKeysOfAFailedMember: nor does it take the keys along that the others want to
// write, or leave its own.
func TestKeysOfAFailedMember(t *testing.T) {
	db := serveHere(t)
	want := func(url string, then func(*tx) error) *member {
		return &member{run: func(t *tx) error {
			t.keys.pictures = append(t.keys.pictures, wantedPicture{url: url})
			return then(t)
		}}
	}
	fine := func(*tx) error { return nil }
	err := db.write(t.Context(), func(t *tx) error {
		for _, m := range []*member{want("d", fine), want("c", fine), want("b", fine), want("a", func(t *tx) error { return errors.Join(t.settle(), errTest) }), want("e", fine)} {
			if err := savepoint(t, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := db.reading(t.Context()).texts(`SELECT url FROM picture ORDER BY url`)
	if err != nil || !slices.Equal(got, []string{"b", "c", "d", "e"}) {
		t.Errorf("there are %q, %v", got, err)
	}
}

// TestNoEffectInALostGroup: what a member saw and was content with may be lost with
// its group, so it is told so.
func TestNoEffectInALostGroup(t *testing.T) {
	o := Options{Database: filepath.Join(t.TempDir(), "limelight.db"), Media: t.TempDir()}
	db, err := Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	raw, err := sql.Open("sqlite", dsn(o.path(), "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	w := newWriter(raw, time.Now, nil)
	defer w.close(0)
	group := []*member{
		{run: func(*tx) error { return errNoEffect }, done: make(chan struct{})},
		{run: func(t *tx) error {
			_, err := t.exec("ROLLBACK") // as SQLite does by itself on a full disk
			return err
		}, done: make(chan struct{})},
	}
	w.commit(slices.Clone(group))
	for i, m := range group {
		if <-m.done; m.err == nil || errors.Is(m.err, errNoEffect) {
			t.Errorf("member %d was lost, and is told %v", i, m.err)
		}
	}
}
