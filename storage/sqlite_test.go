package storage_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestServeTwice(t *testing.T) {
	o := storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	_, err := storage.Serve(t.Context(), o)
	is(t, err, storage.ErrInUse)
	beside := must[*storage.DB](t)(storage.Open(t.Context(), o))
	defer beside.Close()
	equal(t, "served", must[bool](t)(beside.Served(t.Context())), true)
	ok(t, db.Close())
	equal(t, "served no more", must[bool](t)(beside.Served(t.Context())), false)
	ok(t, db.Close())
	db = must[*storage.DB](t)(storage.Serve(t.Context(), o))
	ok(t, db.Close())
	_, _, _, err = db.Publish(t.Context(), hello(), storage.PublishOptions{})
	is(t, err, storage.ErrClosed)
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	o := storagetest.Options(t)
	o.Database = filepath.Join(filepath.Dir(o.Database), "new folder", "50% #?&_pragma=x(1);.db")
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	publish(t, db, hello())
	post(t, db, "hello")
	entries := must[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(o.Database)))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		if mode := must[fs.FileInfo](t)(e.Info()).Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), mode)
		}
	}
	base := filepath.Base(o.Database)
	equal(t, "files", names, []string{base, base + "-shm", base + "-wal", base + ".lock"})
	ok(t, db.Close())
	ok(t, os.Chmod(o.Database, 0o644))
	db = must[*storage.DB](t)(storage.Serve(t.Context(), o))
	defer db.Close()
	equal(t, "mode", must[fs.FileInfo](t)(os.Stat(o.Database)).Mode().Perm(), 0o600)
	equal(t, "still there", post(t, db, "hello").Title, "Hello")
}

func TestOpenNeedsADatabase(t *testing.T) {
	o := storagetest.Options(t)
	_, err := storage.Open(t.Context(), o)
	is(t, err, storage.ErrNoDatabase)
	if _, err := os.Stat(o.Database); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("Open made a file: %v", err)
	}
	ok(t, os.WriteFile(o.Database, nil, 0o600))
	_, err = storage.Open(t.Context(), o)
	is(t, err, storage.ErrNoDatabase)
	ok(t, os.WriteFile(o.Database, []byte("this is a text and no database at all, however long one makes it"), 0o600))
	for _, open := range []func(context.Context, storage.Options) (*storage.DB, error){storage.Open, storage.Serve} {
		if db, err := open(t.Context(), o); err == nil {
			db.Close()
			t.Fatal("a text file was opened")
		}
	}
}

func TestOtherVersionsAreRefused(t *testing.T) {
	o := storagetest.Options(t)
	ok(t, must[*storage.DB](t)(storage.Serve(t.Context(), o)).Close())
	raw := must[*sql.DB](t)(sql.Open("sqlite", o.Database))
	defer raw.Close()
	_, err := raw.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)`)
	ok(t, err)
	for _, open := range []func(context.Context, storage.Options) (*storage.DB, error){storage.Open, storage.Serve} {
		_, err := open(t.Context(), o)
		is(t, err, storage.ErrVersion)
	}
}

func TestOpenBesideNobody(t *testing.T) {
	o := storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	publish(t, db, hello())
	ok(t, db.Close())
	db = must[*storage.DB](t)(storage.Open(t.Context(), o))
	defer db.Close()
	equal(t, "read", post(t, db, "hello").Title, "Hello")
	equal(t, "written", retitled(t, db, "2"), 0)
}

func TestKilledServer(t *testing.T) {
	o := storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	follow(t, db, ann)
	ok(t, db.Close())
	server := child(t, "server", o)
	out, err := server.StdoutPipe()
	ok(t, err)
	ok(t, server.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	ok(t, err)
	equal(t, "the child", line, "leased 1\n")
	_, err = storage.Serve(t.Context(), o)
	is(t, err, storage.ErrInUse)
	other := must[*storage.DB](t)(storage.Open(t.Context(), o))
	equal(t, "another command leaves leases alone", len(claim(t, other, 10, 0)), 0)
	ok(t, other.Close())
	ok(t, server.Process.Kill())
	server.Wait()
	db = must[*storage.DB](t)(storage.Serve(t.Context(), o))
	defer db.Close()
	equal(t, "due again", len(claim(t, db, 10, 0)), 1)
}

func TestCommandBesideABusyServer(t *testing.T) {
	o := storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	defer db.Close()
	p := publish(t, db, hello())
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var written atomic.Int64
	for g := range 8 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				c := note(ann, p, fmt.Sprintf("%d-%d", g, i))
				if _, added, err := db.AddComment(context.Background(), create(c), c); err != nil || !added {
					t.Errorf("comment %d-%d: %v, %v", g, i, added, err)
					return
				}
				written.Add(1)
			}
		})
	}
	began := time.Now()
	cmd := child(t, "command", o)
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	stop()
	wg.Wait()
	if err != nil {
		t.Fatalf("the command: %v\n%s", err, out)
	}
	t.Logf("%d posts by the command in %v beside %d comments by the server", childPosts, took, written.Load())
	for i := range childPosts {
		post(t, db, fmt.Sprint("child-", i))
	}
	equal(t, "comments", int64(post(t, db, "hello").CommentCount), written.Load())
}

func TestStormOfCancelledQueries(t *testing.T) {
	o := storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	p := publish(t, db, hello())
	const goroutines, rounds = 8, 60
	var stored, refused atomic.Int64
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range rounds {
				ctx, cancel := context.WithTimeout(context.Background(), rand.N(4*time.Millisecond))
				c := note(ann, p, fmt.Sprintf("%d-%d", g, i))
				_, added, err := db.AddComment(ctx, create(c), c)
				switch {
				case added && err == nil:
					stored.Add(1)
				case errors.Is(err, context.DeadlineExceeded):
					refused.Add(1)
				default:
					t.Errorf("write: %v, %v", added, err)
				}
				_, err = db.Comments(ctx, storage.CommentFilter{Post: "hello", OnPage: true})
				if err != nil && ctx.Err() == nil {
					t.Errorf("read: %v", err)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	t.Logf("%d stored, %d given up", stored.Load(), refused.Load())
	equal(t, "rows", int64(len(must[[]blog.Comment](t)(db.Comments(t.Context(), storage.CommentFilter{Post: "hello"})))), stored.Load())
	equal(t, "count", int64(post(t, db, "hello").CommentCount), stored.Load())
	ok(t, db.Close())
	raw := must[*sql.DB](t)(sql.Open("sqlite", o.Database))
	defer raw.Close()
	var verdict string
	ok(t, raw.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
	equal(t, "integrity", verdict, "ok")
	rows := must[*sql.Rows](t)(raw.Query(`PRAGMA foreign_key_check`))
	defer rows.Close()
	equal(t, "broken references", rows.Next(), false)
}

func TestServeLooksBeforeItTouches(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte("These are somebody's notes, not a database."), 0o644); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "folder")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{text: "no SQLite database", folder: "a folder"} {
		before, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = storage.Serve(t.Context(), storage.Options{Database: path, Media: filepath.Join(dir, "media")})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
		if after, err := os.Stat(path); err != nil || after.Mode() != before.Mode() || after.Size() != before.Size() {
			t.Errorf("%s was changed: %v %v", path, after.Mode(), err)
		}
	}
	if _, err := os.Stat(folder + ".lock"); err == nil {
		t.Error("a lock lies beside the folder")
	}
}
