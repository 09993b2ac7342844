package storage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// names are what the comments of a page say.
func names(page storage.Threads) string {
	var out []string
	for _, c := range page.Comments {
		out = append(out, c.Text)
	}
	return strings.Join(out, " ")
}

func TestThreads(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p, other := publish(t, db, hello()), publish(t, db, blog.Post{Slug: "other"})
		ann := person("ann", "a.test")
		say := func(p blog.Post, parent int64, name string, state blog.State) int64 {
			clock.Advance(time.Second)
			c := note(ann, p, name)
			c.Parent, c.State = parent, state
			return comment(t, db, c).ID
		}
		a := say(p, 0, "a", blog.Shown)
		b := say(p, 0, "b", blog.Shown)
		hidden := say(p, 0, "hidden", blog.Hidden)
		say(p, 0, "held", blog.Held)
		a1 := say(p, a, "a1", blog.Shown)
		c := say(p, 0, "c", blog.Shown)
		say(p, hidden, "orphan", blog.Shown)
		erased := say(p, 0, "erased", blog.Shown)
		say(p, erased, "below", blog.Shown)
		e := say(p, 0, "e", blog.Shown)
		a2 := say(p, a1, "a2", blog.Shown)
		foreign := say(other, 0, "foreign", blog.Shown)
		must[blog.Comment](t)(db.DecideComment(t.Context(), erased, blog.Erased))

		read := func(after int64, n int) storage.Threads {
			t.Helper()
			return must[storage.Threads](t)(db.Threads(t.Context(), p.ID, after, n))
		}
		first := read(0, 2)
		equal(t, "the first two threads", names(first), "a b a1 a2")
		equal(t, "the next page is after b", first.Later, b)
		second := read(b, 2)
		equal(t, "the next two", names(second), "c orphan")
		equal(t, "the page before is the first", second.Earlier, int64(0))
		equal(t, "the last page is after c", second.Later, c)
		third := read(c, 2)
		equal(t, "the last two", names(third), " below e")
		equal(t, "the page before is after b", third.Earlier, b)
		equal(t, "there is no later one", third.Later, int64(0))
		equal(t, "none after the last", names(read(e, 2)), "")
		equal(t, "all", names(read(0, 100)), "a b a1 c orphan  below e a2")
		for _, id := range []int64{a1, a2, foreign, 999, -1} {
			_, err := db.Threads(t.Context(), p.ID, id, 2)
			is(t, err, storage.ErrNotFound)
		}
		equal(t, "no threads", names(must[storage.Threads](t)(db.Threads(t.Context(), "nothing", 0, 2))), "")
	})
}

func TestThreadsAreCut(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes some thousand rows")
	}
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p, ann := publish(t, db, hello()), person("ann", "a.test")
		parent := comment(t, db, note(ann, p, "root")).ID
		for i := range 2005 {
			c := note(ann, p, fmt.Sprint(i))
			c.Parent = parent
			comment(t, db, c)
		}
		page := must[storage.Threads](t)(db.Threads(t.Context(), p.ID, 0, 200))
		equal(t, "read", len(page.Comments), 2000)
		equal(t, "cut", page.Cut, true)
	})
}
