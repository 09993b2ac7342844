package storage_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestSharedKeys: two nodes that commit together what several actors did do not
// wait for each other, in whatever order those speak of the same things. Deadlocks
// stay unresolved here, where a node would have one of the two lose.
func TestSharedKeys(t *testing.T) {
	for what, say := range map[string]func(db *storage.DB, who blog.Actor, p blog.Post, of string) error{
		"pictures": func(db *storage.DB, who blog.Actor, p blog.Post, of string) error {
			c := note(who, p, "1")
			c.Attachments = []blog.Attachment{{URL: "https://m.test/" + of, MediaType: "image/png"}}
			_, _, err := db.AddComment(t.Context(), create(c), c)
			return err
		},
		"emojis": func(db *storage.DB, who blog.Actor, p blog.Post, of string) error {
			c := note(who, p, "1")
			c.Emojis = []blog.CustomEmoji{{Name: ":x:", URL: "https://m.test/" + of}}
			_, _, err := db.AddComment(t.Context(), create(c), c)
			return err
		},
		"walks": func(db *storage.DB, who blog.Actor, p blog.Post, of string) error {
			c := note(who, p, "1")
			c.Collections = []string{"https://m.test/" + of}
			_, _, err := db.AddComment(t.Context(), create(c), c)
			return err
		},
		"lookups": func(db *storage.DB, who blog.Actor, _ blog.Post, of string) error {
			_, err := db.AddLookup(t.Context(), by(who, "1"), blog.Lookup{IRI: "https://m.test/" + of})
			return err
		},
		"lookups that end": func(db *storage.DB, who blog.Actor, p blog.Post, of string) error {
			c := note(who, p, "1")
			c.URL = "https://m.test/" + of // for which two others wait
			_, _, err := db.AddComment(t.Context(), create(c), c)
			return err
		},
	} {
		t.Run(what, func(t *testing.T) { testSharedKeys(t, say) })
	}
}

func testSharedKeys(t *testing.T, say func(db *storage.DB, who blog.Actor, p blog.Post, of string) error) {
	var used storage.Options
	storagetest.EachPostgres(t, func(t *testing.T, one *storage.DB) {
		p := publish(t, one, hello())
		raw := rawDatabase(t, used)
		for _, l := range []blog.Lookup{{IRI: "https://far.test/1", WaitsFor: "https://m.test/a"}, {IRI: "https://far.test/2", WaitsFor: "https://m.test/b"}} {
			_, err := one.AddLookup(t.Context(), storage.Incoming{}, l)
			ok(t, err)
		}
		other := must[*storage.DB](t)(storage.Serve(t.Context(), used))
		defer other.Close()
		one.GroupBy(2)
		other.GroupBy(2)
		var people []blog.Actor
		for i := range 4 {
			people = append(people, person(fmt.Sprint("p", i), "a.test"))
		}
		slices.SortFunc(people, func(a, b blog.Actor) int {
			_, x := storage.LockOrder(a.IRI)
			_, y := storage.LockOrder(b.IRI)
			return cmp.Compare(x, y)
		})
		held := holdActors(t, raw, people[2], people[3])
		ended := make(chan error, 4)
		for _, s := range []struct {
			db  *storage.DB
			who int
			of  string
		}{{one, 0, "a"}, {one, 2, "b"}, {other, 1, "b"}, {other, 3, "a"}} {
			go func() { ended <- say(s.db, people[s.who], p, s.of) }()
		}
		awaitLocked(t, raw, 2) // each has done half of what it does
		ok(t, held.Rollback())
		for range 4 {
			select {
			case err := <-ended:
				ok(t, err)
			case <-time.After(20 * time.Second):
				t.Fatal("they wait for each other")
			}
		}
	}, func(o *storage.Options) {
		o.Database += "&deadlock_timeout=30s"
		used = *o
	})
}

// TestFetchedInTurn: what was fetched has its place in the order of locks by its
// author, as what was sent has.
func TestFetchedInTurn(t *testing.T) {
	var used storage.Options
	storagetest.EachPostgres(t, func(t *testing.T, db *storage.DB) {
		p, raw := publish(t, db, hello()), rawDatabase(t, used)
		held := holdActors(t, raw, ann)
		ended := make(chan error)
		go func() {
			_, _, err := db.AddComment(t.Context(), storage.Incoming{}, note(ann, p, "1"))
			ended <- err
		}()
		awaitLocked(t, raw, 1)
		ok(t, held.Rollback())
		ok(t, <-ended)
	}, func(o *storage.Options) { used = *o })
}

// holdActors keeps actors from doing anything more.
func holdActors(t *testing.T, raw *sql.DB, people ...blog.Actor) *sql.Tx {
	t.Helper()
	tx, err := raw.Begin()
	ok(t, err)
	t.Cleanup(func() { tx.Rollback() })
	for _, who := range people {
		class, key := storage.LockOrder(who.IRI)
		_, err := tx.Exec(`SELECT pg_advisory_xact_lock($1, $2)`, class, key)
		ok(t, err)
	}
	return tx
}
