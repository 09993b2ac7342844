package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func brought(id string) storage.Brought {
	by := func(name, text, iri, answers string, state blog.State) blog.Comment {
		return blog.Comment{IRI: iri, ParentIRI: answers, Author: blog.Actor{IRI: "tag:old.example,2020:by/" + name, Name: name, URL: "https://" + name + ".example/"},
			HTML: "<p>" + text + "</p>", Text: text, State: state, Published: start.AddDate(-2, 0, 0)}
	}
	return storage.Brought{Source: "https://old.example", ID: id, Paths: []string{"/2020/hello", "/?p=7"},
		Post:     blog.Post{Slug: "hello", Title: "Old", HTML: "<p>Old</p>", Published: start.Add(-time.Hour)},
		Comments: []blog.Comment{by("ann", "first", "tag:1", "", blog.Shown), by("bob", "second", "tag:2", "tag:1", blog.Shown), by("eve", "third", "tag:3", "tag:1", blog.Held)}}
}

// TestBring: what comes from elsewhere comes once, quietly, and takes nobody's place.
func TestBring(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		follow(t, db, person("ann", "a.test"))
		mine := publish(t, db, hello())
		settle(t, db)
		first := must[storage.Bringing](t)(db.Bring(t.Context(), brought("7")))
		equal(t, "outcome", first.Outcome, storage.Created)
		equal(t, "comments", first.Comments, 3)
		equal(t, "slug", first.Post.Slug, "hello-2")
		equal(t, "announced", first.Post.Announced, false)
		equal(t, "what is to be delivered", len(settle(t, db)), 0)
		equal(t, "the post that was here", post(t, db, "hello").ID, mine.ID)

		_, _, err := db.Unpublish(t.Context(), "hello")
		ok(t, err)
		settle(t, db)
		more := brought("7")
		more.Post.Title, more.Paths = "Other", []string{"/more"}
		more.Comments = append(more.Comments, blog.Comment{IRI: "tag:4", HTML: "x", Text: "x", Author: blog.Actor{Name: "late"}})
		again := must[storage.Bringing](t)(db.Bring(t.Context(), more))
		equal(t, "again", again.Outcome, storage.Unchanged)
		equal(t, "comments of the second time", again.Comments, 1)
		p := post(t, db, "hello-2")
		equal(t, "title", p.Title, "Old")
		equal(t, "count", p.CommentCount, 3)
		for path, slug := range map[string]string{"/2020/hello": "hello-2", "/?p=7": "hello-2", "/more": "hello-2"} {
			equal(t, path, must[string](t)(db.OldPath(t.Context(), path)), slug)
		}
		_, err = db.OldPath(t.Context(), "/other")
		is(t, err, storage.ErrNotFound)

		cs := must[[]blog.Comment](t)(db.Comments(t.Context(), storage.CommentFilter{Post: "hello-2"}))
		equal(t, "names", []string{cs[0].Author.Name, cs[1].Author.Name, cs[1].Author.URL}, []string{"ann", "bob", "https://bob.example/"})
		equal(t, "the thread", cs[1].Parent, cs[0].ID)
		equal(t, "the one that waits", cs[2].State, blog.Held)
		equal(t, "comments in feeds", len(must[[]storage.Arrival](t)(db.Arrivals(t.Context(), storage.ArrivalFilter{}))), 0)

		// Nobody elsewhere knows it, so an edit tells nobody, and the blog may still move.
		p.Title, p.Published = "Edited", start.AddDate(0, -1, 0)
		publish(t, db, p)
		equal(t, "told of the edit", deliveries(t, db, "hello-2"), nil)

		_, _, err = db.Unpublish(t.Context(), "hello-2")
		ok(t, err)
		gone := must[storage.Bringing](t)(db.Bring(t.Context(), brought("7")))
		equal(t, "after it was deleted", gone.Outcome, storage.Unchanged)
		equal(t, "slug of another", must[storage.Bringing](t)(db.Bring(t.Context(), brought("8"))).Post.Slug, "hello-3")
	})
}

// TestBringAnnounced is what -announce asks for.
func TestBringAnnounced(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		follow(t, db, person("ann", "a.test"))
		settle(t, db)
		b := brought("7")
		b.Announce, b.Post.Published = true, start.AddDate(-3, 0, 0)
		must[storage.Bringing](t)(db.Bring(t.Context(), b))
		equal(t, "delivered", deliveries(t, db, "hello"), []string{"Create https://a.test/inbox pending"})
	})
}

// TestBroughtAnchorsNothing: what was imported is known to nobody elsewhere, so the
// blog may still get another address.
func TestBroughtAnchorsNothing(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		startBlog(t, db)
		must[storage.Bringing](t)(db.Bring(t.Context(), brought("7")))
		n, err := db.StartBlog(t.Context(), "https://other.example.com", nil, nil)
		ok(t, err)
		equal(t, "address", n.BaseURL, "https://other.example.com")
		comment(t, db, note(person("ann", "a.test"), post(t, db, "hello"), "1"))
		_, err = db.StartBlog(t.Context(), "https://third.example.com", nil, nil)
		is(t, err, storage.ErrAnchored)
	})
}

// TestBroughtIsToldOnce: of a batch that is announced a hub elsewhere hears once,
// when it is over, and of one that comes quietly not at all.
func TestBroughtIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ok(t, db.UseHub(t.Context(), "https://hub.test/"))
		batch := func(from int, announce bool) (pings []string) {
			for i := range 30 { // a second each
				b := brought(fmt.Sprint(from + i))
				for j := range b.Comments {
					b.Comments[j].IRI, b.Comments[j].ParentIRI = fmt.Sprintf("tag:%d,%d", from+i, j), ""
				}
				b.Announce, b.Post.Tags = announce, hello().Tags
				must[storage.Bringing](t)(db.Bring(t.Context(), b))
				pings = append(pings, changed(t, db, "x")...)
				clock.Advance(time.Second)
			}
			equal(t, "while it comes", pings, nil)
			clock.Advance(time.Hour)
			return changed(t, db, "x")
		}
		equal(t, "quietly", batch(100, false), nil)
		equal(t, "announced", batch(200, true), []string{"", "/tags/go", "/tags/self-hosting"})

		clock.Advance(time.Hour)
		b := brought("300")
		b.Announce = true
		must[storage.Bringing](t)(db.Bring(t.Context(), b))
		publish(t, db, blog.Post{Slug: "mine"})
		equal(t, "a post of one's own waits for no batch", changed(t, db, "x"), []string{"", "/comments", "/posts/mine/comments"})
	})
}
