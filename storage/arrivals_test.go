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

func TestArrivals(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := publish(t, db, hello())
		note2 := publish(t, db, blog.Post{Slug: "note", HTML: "<p>x</p>"})
		quiet := publish(t, db, blog.Post{Slug: "quiet", Title: "Quiet", Visibility: blog.Unlisted})
		say := func(p blog.Post, name string, change func(*blog.Comment)) blog.Comment {
			clock.Advance(time.Second)
			c := note(person("ann", "a.test"), p, name)
			change(&c)
			return comment(t, db, c)
		}
		plain := func(*blog.Comment) {}
		a := say(p, "a", plain)
		b := say(note2, "b", plain)
		// c was written long before it was found.
		c := say(p, "c", func(c *blog.Comment) { c.Published = start.Add(-1000 * time.Hour); c.Parent = a.ID })
		say(p, "held", func(c *blog.Comment) { c.State = blog.Held })
		say(p, "unlisted", func(c *blog.Comment) { c.Visibility = blog.Unlisted })
		say(p, "secret", func(c *blog.Comment) { c.Visibility = blog.Direct })
		d := say(quiet, "d", plain)
		gone := say(p, "gone", plain)
		must[blog.Comment](t)(db.DecideComment(t.Context(), gone.ID, blog.Erased))
		read := func(f storage.ArrivalFilter) string {
			t.Helper()
			var out []string
			for _, a := range must[[]storage.Arrival](t)(db.Arrivals(t.Context(), f)) {
				out = append(out, a.Text)
			}
			return strings.Join(out, " ")
		}
		equal(t, "of all listed posts", read(storage.ArrivalFilter{}), "c b a")
		equal(t, "of one", read(storage.ArrivalFilter{Post: p.ID}), "c a")
		equal(t, "of an unlisted one", read(storage.ArrivalFilter{Post: quiet.ID}), "d")
		equal(t, "the last", read(storage.ArrivalFilter{Limit: 1}), "c")
		equal(t, "before one", read(storage.ArrivalFilter{Before: c.ID}), "b a")
		equal(t, "before one that is not shown", read(storage.ArrivalFilter{Before: d.ID}), "c b a")
		equal(t, "after one, upwards", read(storage.ArrivalFilter{After: a.ID, Limit: 1}), "b")
		equal(t, "after one of a post", read(storage.ArrivalFilter{Post: p.ID, After: a.ID}), "c")

		all := must[[]storage.Arrival](t)(db.Arrivals(t.Context(), storage.ArrivalFilter{}))
		equal(t, "what it answers", []string{all[0].Answers, all[1].Answers}, []string{a.IRI, ""})
		equal(t, "about", all[0].PostTitle+"|"+all[1].PostTitle, "Hello|")
		equal(t, "dated", all[0].PostPublished, p.Published)
		equal(t, "by", all[0].Author.Name, "ann")
		equal(t, "is the comment", all[1].ID, b.ID)
		_, _, err := db.Unpublish(t.Context(), "hello")
		ok(t, err)
		equal(t, "a deleted post takes its talk along", read(storage.ArrivalFilter{}), "b")
	})
}

// TestPlaces walks a list from both ends, by places that stay where they are when
// the list grows.
func TestPlaces(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		var places []storage.Place
		for i := range 6 {
			p := publish(t, db, blog.Post{Slug: fmt.Sprint("p", i), Published: start.Add(time.Duration(i/2-9) * time.Hour), Tags: []blog.Tag{{Slug: "t", Name: "T"}}})
			places = append(places, storage.Place{Published: p.Published, ID: p.ID})
		}
		read := func(f storage.PostFilter) string {
			t.Helper()
			f.Listed = true
			var out []string
			for _, p := range must[[]blog.Post](t)(db.Posts(t.Context(), f)) {
				out = append(out, p.Slug)
			}
			return strings.Join(out, " ")
		}
		equal(t, "all", read(storage.PostFilter{}), "p5 p4 p3 p2 p1 p0")
		equal(t, "before", read(storage.PostFilter{Before: places[3], Limit: 2}), "p2 p1")
		equal(t, "before, of a tag", read(storage.PostFilter{Before: places[3], Tag: "t"}), "p2 p1 p0")
		equal(t, "after", read(storage.PostFilter{After: places[3]}), "p4 p5")
		equal(t, "after, of a tag", read(storage.PostFilter{After: places[1], Tag: "t", Limit: 1}), "p2")
		equal(t, "before the first", read(storage.PostFilter{Before: places[0]}), "")
		_, _, err := db.Unpublish(t.Context(), "p3")
		ok(t, err)
		equal(t, "where a deleted one was", read(storage.PostFilter{Before: places[3], Limit: 2}), "p2 p1")
		n, err := db.CountPosts(t.Context(), storage.PostFilter{Before: places[3]})
		ok(t, err)
		equal(t, "counted", n, 3)
	})
}
