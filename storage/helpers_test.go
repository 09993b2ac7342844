package storage_test

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// start is when the tests' clocks begin.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// each runs a test on every engine with a clock that it moves itself.
func each(t *testing.T, test func(t *testing.T, db *storage.DB, clock *storagetest.Clock)) {
	t.Helper()
	clock := storagetest.NewClock(start)
	began := clock.Now()
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		clock.Advance(began.Sub(clock.Now()))
		test(t, db, clock)
	}, storagetest.At(clock))
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s differs (-want +got):\n%s", what, diff)
	}
}

// person is somebody at a server whose accounts share an inbox.
func person(name, host string) blog.Actor {
	iri := "https://" + host + "/users/" + name
	return blog.Actor{IRI: iri, Type: "Person", Handle: name + "@" + host, Name: name, URL: iri + "/page",
		Inbox: iri + "/inbox", SharedInbox: "https://" + host + "/inbox", AvatarURL: iri + "/avatar.png",
		KeyID: iri + "#main-key", KeyPEM: "PEM of " + name, Fetched: start}
}

func publish(t *testing.T, db *storage.DB, p blog.Post) blog.Post {
	t.Helper()
	stored, _, _, err := db.Publish(t.Context(), p, storage.PublishOptions{})
	ok(t, err)
	return stored
}

func hello() blog.Post {
	return blog.Post{Slug: "hello", Title: "Hello", Source: "*Hi*", HTML: "<p><em>Hi</em></p>",
		Tags: []blog.Tag{{Slug: "self-hosting", Name: "self hosting"}, {Slug: "go", Name: "Go"}}}
}

func follow(t *testing.T, db *storage.DB, who blog.Actor) {
	t.Helper()
	id := who.IRI + "#follow"
	did, err := db.Follow(t.Context(), storage.Incoming{Actor: who.IRI, ID: id}, blog.Follower{Actor: who, FollowID: id})
	ok(t, err)
	equal(t, "followed", did, true)
}

// settle marks everything that is due as sent.
func settle(t *testing.T, db *storage.DB) []blog.Delivery {
	t.Helper()
	var all []blog.Delivery
	for {
		ds := must[[]blog.Delivery](t)(db.ClaimDeliveries(t.Context(), 100, 0, time.Minute, storage.Skip{}))
		if len(ds) == 0 {
			return all
		}
		all = append(all, ds...)
		var rs []blog.Receipt
		for _, d := range ds {
			rs = append(rs, blog.Receipt{ID: d.ID, State: blog.Sent, Status: 202})
		}
		ok(t, db.RecordReceipts(t.Context(), rs))
	}
}

// note is a public reply of somebody to a post.
func note(who blog.Actor, p blog.Post, name string) blog.Comment {
	return blog.Comment{IRI: who.IRI + "/notes/" + name, URL: who.URL + "/" + name, PostID: p.ID, ParentIRI: "https://blog.test/ap/posts/" + p.ID,
		Author: who, HTML: "<p>" + name + "</p>", Text: name, Raw: "<p>" + name + "</p>", Language: "en", Visibility: blog.Public}
}

func comment(t *testing.T, db *storage.DB, c blog.Comment) blog.Comment {
	t.Helper()
	stored, added, err := db.AddComment(t.Context(), create(c), c)
	ok(t, err)
	equal(t, "added", added, true)
	return stored
}

func create(c blog.Comment) storage.Incoming {
	return storage.Incoming{Actor: c.Author.IRI, ID: c.IRI + "/activity"}
}

func post(t *testing.T, db *storage.DB, slug string) blog.Post {
	t.Helper()
	return must[blog.Post](t)(db.Post(t.Context(), slug))
}

// sent names deliveries as "Create https://a.test/inbox pending".
func sent(ds []blog.Delivery) []string {
	var out []string
	for _, d := range ds {
		out = append(out, fmt.Sprintf("%s %s %s", d.Activity.Type, d.Inbox, d.State))
	}
	return out
}

func deliveries(t *testing.T, db *storage.DB, slug string) []string {
	t.Helper()
	return sent(must[[]blog.Delivery](t)(db.Deliveries(t.Context(), slug, 0, 0)))
}

// startBlog makes the blog's row.
func startBlog(t *testing.T, db *storage.DB) {
	t.Helper()
	_, err := db.StartBlog(t.Context(), "https://blog.example.com", func() (string, error) { return "key", nil }, nil)
	ok(t, err)
}

// awaitLocked waits until n transactions on the PostgreSQL database wait for a
// lock of another one.
func awaitLocked(t *testing.T, raw *sql.DB, n int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); ; <-tick.C {
		var got int
		ok(t, raw.QueryRow(`SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&got))
		if got == n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d transactions wait for locks, not %d", got, n)
		}
	}
}
