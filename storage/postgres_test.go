package storage_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestPostgresFaults: each says what to do, and none the password.
func TestPostgresFaults(t *testing.T) {
	good := storagetest.Postgres(t)
	with := func(old, new string) string {
		t.Helper()
		if !strings.Contains(good, old) {
			t.Fatalf("%s has no %s", good, old)
		}
		return strings.Replace(good, old, new, 1)
	}
	name := strings.TrimPrefix(good[:strings.Index(good, "?")], "postgres:///")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	nobody := free.Addr().String()
	ok(t, free.Close())
	for what, tt := range map[string]struct{ url, want string }{
		"no such database": {with(name, "nothing"), `no database "nothing"; make it with: createdb`},
		"no such user":     {with("user=limelight", "user=ann&password=s3cret"), "does not let ann in"},
		"nobody there":     {"postgres://ann:s3cret@" + nobody + "/x", "cannot be reached at " + nobody},
		"bad password":     {"postgres://ann:s3/cret@db.test/x", "is no PostgreSQL address"},
		"bad option":       {"postgres://ann:s3cret@db.test/x?sslmode=s3cret", "is no PostgreSQL address"},
		"no host":          {"postgres:s3cret", "is no PostgreSQL address"},
	} {
		o := storage.Options{Database: tt.url, Media: filepath.Join(t.TempDir(), "media")}
		for _, open := range []func(context.Context, storage.Options) (*storage.DB, error){storage.Serve, storage.Open} {
			_, err := open(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "s3") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if strings.Contains(o.Name(), "s3") {
			t.Errorf("%s: its name is %s", what, o.Name())
		}
	}
}

func TestPostgresName(t *testing.T) {
	for url, want := range map[string]string{
		"postgres://ann:s3cret@db.example.com/blog":                         "postgres://ann@db.example.com:5432/blog",
		"postgresql://ann@db.example.com:6543/blog?password=s3cret":         "postgres://ann@db.example.com:6543/blog",
		"postgres:///blog?host=/run/postgresql&user=ann&sslpassword=s3cret": "postgres://ann@/blog?host=%2Frun%2Fpostgresql",
		"postgres://ann:s3/cret@db.example.com/blog":                        "postgres://...",
		"limelight.db": "limelight.db",
	} {
		equal(t, url, storage.Options{Database: url}.Name(), want)
	}
}

// TestOtherEncodingsAreRefused, since they cannot hold every text.
func TestOtherEncodingsAreRefused(t *testing.T) {
	o := sqliteFile(t)
	o.Database = storagetest.Postgres(t)
	_, err := rawDatabase(t, o).Exec(`CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`)
	ok(t, err)
	o.Database = strings.Replace(o.Database, o.Database[len("postgres:///"):strings.Index(o.Database, "?")], "latin", 1)
	_, err = storage.Serve(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "its encoding is LATIN1") {
		t.Error(err)
	}
}

func TestOldServersAreRefused(t *testing.T) {
	for number, want := range map[string]string{"150000": "", "180001": "", "140012": "it is PostgreSQL 14.12; limelight needs 15 or newer", "90624": "needs 15", "": "needs 15"} {
		err := storage.CheckSettings(number, "14.12", "UTF8")
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("server_version_num %s: %v", number, err)
		}
	}
}

func TestUnavailable(t *testing.T) {
	if storage.Unavailable(nil) || storage.Unavailable(storage.ErrNotFound) || storage.Unavailable(context.Canceled) {
		t.Error("something is always unavailable")
	}
	o := sqliteFile(t)
	o.Database = storagetest.Postgres(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	raw := rawDatabase(t, o)
	kick := `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	_, err := raw.Exec(kick)
	ok(t, err)
	for tries := 0; ; tries++ { // each connection that was in the pool may tell of its end
		if _, err = db.Revisions(t.Context()); err == nil {
			break
		}
		if !storage.Unavailable(err) || tries > 16 {
			t.Fatalf("after its connections were ended: %v", err)
		}
	}
	_, err = raw.Exec(`SET statement_timeout = 1; SELECT pg_sleep(10)`)
	if !storage.Unavailable(err) {
		t.Errorf("a statement that took too long: %v", err)
	}
	_, err = raw.Exec(`SELECT nothing FROM nowhere`)
	if err == nil || storage.Unavailable(err) {
		t.Errorf("a mistake of ours: %v", err)
	}
	ok(t, db.Close())
	if _, err := storage.Open(t.Context(), storage.Options{Database: "postgres://ann@127.0.0.1:1/x", Media: t.TempDir()}); errors.Is(err, storage.ErrNoDatabase) || err == nil {
		t.Errorf("nobody there: %v", err)
	}
}

// TestNodesTakeWhatComesAtOnce: two nodes take comments and likes of the same
// people on the same post in groups; each has its effect once, and all are counted.
func TestNodesTakeWhatComesAtOnce(t *testing.T) {
	o := storagetest.Options(t)
	o.Database = storagetest.Postgres(t)
	var nodes []*storage.DB
	for range 2 {
		db, err := storage.Serve(t.Context(), o)
		ok(t, err)
		t.Cleanup(func() { ok(t, db.Close()) })
		nodes = append(nodes, db)
	}
	p := publish(t, nodes[0], hello())
	other := publish(t, nodes[0], blog.Post{Slug: "other", Title: "Other"})
	ok(t, nodes[0].AddBlock(t.Context(), "blocked.test"))
	const people, each = 8, 10
	var all sync.WaitGroup
	var added atomic.Int64
	for i := range people {
		who := person(fmt.Sprintf("p%d", i), fmt.Sprintf("h%d.test", i))
		troll := person(who.Name, "blocked.test")
		for n := range each {
			for _, db := range nodes { // the same comes to both
				at := []blog.Post{p, other}[(i+n)%2]
				all.Go(func() {
					in := storage.Incoming{Actor: who.IRI, ID: fmt.Sprintf("%s/c%d", who.IRI, n)}
					_, new, err := db.AddComment(t.Context(), in, blog.Comment{IRI: in.ID, PostID: p.ID, Author: who, HTML: "x", Visibility: blog.Public})
					if err != nil {
						t.Error(err)
					}
					if new {
						added.Add(1)
					}
				})
				all.Go(func() {
					in := storage.Incoming{Actor: who.IRI, ID: fmt.Sprintf("%s/l%d", who.IRI, n)}
					if _, err := db.React(t.Context(), in, blog.Reaction{Type: blog.Like, IRI: in.ID, PostID: at.ID, Actor: who}); err != nil {
						t.Error(err)
					}
				})
				all.Go(func() {
					in := storage.Incoming{Actor: troll.IRI, ID: fmt.Sprintf("%s/c%d", troll.IRI, n)}
					if _, new, err := db.AddComment(t.Context(), in, blog.Comment{IRI: in.ID, PostID: p.ID, Author: troll, HTML: "x", Visibility: blog.Public}); err != nil || new {
						t.Errorf("a blocked one: %t %v", new, err)
					}
				})
			}
		}
	}
	all.Wait()
	got, err := nodes[1].Post(t.Context(), p.ID)
	ok(t, err)
	rest, err := nodes[1].Post(t.Context(), other.ID)
	ok(t, err)
	equal(t, "comments", []int64{added.Load(), int64(got.CommentCount)}, []int64{people * each, people * each})
	equal(t, "likes", []int{got.LikeCount, rest.LikeCount}, []int{people, people})
}
