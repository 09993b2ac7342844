package export_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/backup"
	"limelight/storage/export"
	"limelight/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func quiet(backup.Progress) {}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place is one with nothing in it, on an engine.
func place(t *testing.T, engine string) storage.Options {
	dir := t.TempDir()
	o := storage.Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media"), Program: "1.2.3"}
	if engine == "postgres" {
		o.Database = storagetest.BlankPostgres(t)
	}
	return o
}

// populate makes a blog with some of everything that an export has.
func populate(t *testing.T, o storage.Options) {
	t.Helper()
	ctx := t.Context()
	db, err := storage.Serve(ctx, o)
	ok(t, err)
	defer db.Close()
	_, err = db.StartBlog(ctx, "https://blog.example.com", func() (string, error) { return "-----BEGIN PRIVATE KEY-----", nil }, nil)
	ok(t, err)
	ok(t, db.SaveMedia(ctx, "0a0b.png", []byte("a picture")))
	posts := map[string]blog.Post{}
	for _, p := range []blog.Post{
		{Slug: "hello", Title: "Hello", Source: "![One](one.png)", HTML: `<figure><img src="/media/0a0b.png" alt="One"></figure>`,
			Tags: []blog.Tag{{Slug: "go", Name: "Go"}}, Image: blog.Image{Path: "/media/0a0b.png", Width: 3, Height: 4, Focus: blog.Focus{X: 0.25}}},
		{Slug: "note", Source: "Ein *Satz* an @bob@far.example", HTML: "<p>Ein <em>Satz</em></p>", Language: "de", Mentions: []blog.Mention{{Handle: "bob@far.example"}}},
		{Slug: "idea", Title: "Idea", Status: blog.Draft, Source: "x", HTML: "<p>x</p>"},
		{Slug: "later", Title: "Later", Status: blog.Scheduled, Published: time.Now().Add(time.Hour), Source: "x", HTML: "<p>x</p>"},
		{Slug: "site", Visibility: blog.Local, Source: "x", HTML: "<p>x</p>"},
		{Slug: "quiet", Visibility: blog.Unlisted, Source: "x", HTML: "<p>x</p>"},
		{Slug: "regret", Title: "Regret", Source: "x", HTML: "<p>x</p>"},
	} {
		posts[p.Slug], _, _, err = db.Publish(ctx, p, storage.PublishOptions{})
		ok(t, err)
	}
	for i := range 3 {
		iri := fmt.Sprintf("https://far.example/users/u%d", i)
		who := blog.Actor{IRI: iri, Type: "Person", Handle: fmt.Sprintf("u%d@far.example", i), Name: "Ünï \"q\"\n", URL: iri, Inbox: iri + "/inbox",
			SharedInbox: "https://far.example/inbox", KeyID: iri + "#main-key", KeyPEM: "PEM", Fetched: time.Now()}
		in := func(what string) storage.Incoming { return storage.Incoming{Actor: iri, ID: iri + "/" + what} }
		_, err = db.Follow(ctx, in("follow"), blog.Follower{Actor: who, FollowID: iri + "/follow"})
		ok(t, err)
		c, _, err := db.AddComment(ctx, in("create"), blog.Comment{IRI: iri + "/1", PostID: posts["hello"].ID, Author: who, HTML: "<p>&lt;hi&gt;</p>",
			Text: "<hi>", Raw: "raw", Visibility: blog.Public, Emojis: []blog.CustomEmoji{{Name: ":cat:", URL: "https://far.example/cat.png"}}})
		ok(t, err)
		_, _, err = db.AddComment(ctx, in("create2"), blog.Comment{IRI: iri + "/2", PostID: posts["hello"].ID, Parent: c.ID, ParentIRI: c.IRI, Author: who, HTML: "<p>x</p>", Text: "x", Visibility: blog.Public})
		ok(t, err)
		_, err = db.React(ctx, in("like"), blog.Reaction{Type: blog.Like, IRI: iri + "/like", PostID: posts["hello"].ID, Actor: who})
		ok(t, err)
	}
	_, err = db.DecideComment(ctx, 6, blog.Erased) // the last id: it must not be given out again
	ok(t, err)
	ok(t, db.AddBlock(ctx, "bad.example"))
	_, _, err = db.Unpublish(ctx, "regret")
	ok(t, err)
	for name, text := range map[string]string{"avatars/u1.png": "a face", ".new-1": "on its way"} {
		ok(t, errors.Join(os.MkdirAll(filepath.Join(o.Media, "avatars"), 0o755), os.WriteFile(filepath.Join(o.Media, name), []byte(text), 0o644)))
	}
}

// rows are those of a table past package storage.
func rows(t *testing.T, o storage.Options, table string) (lines []string) {
	t.Helper()
	driver := "sqlite"
	if o.Postgres() {
		driver = "pgx"
	}
	db, err := sql.Open(driver, o.Database)
	ok(t, err)
	defer db.Close()
	found, err := db.QueryContext(t.Context(), `SELECT * FROM `+table)
	ok(t, err)
	defer found.Close()
	columns, err := found.Columns()
	ok(t, err)
	for found.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range into {
			into[i] = &values[i]
		}
		ok(t, found.Scan(into...))
		for i, v := range values { // SQLite has no booleans of its own
			if truth, is := v.(bool); is {
				values[i] = map[bool]int64{true: 1}[truth]
			}
		}
		lines = append(lines, fmt.Sprintf("%q", values))
	}
	ok(t, found.Err())
	slices.Sort(lines)
	return lines
}

func tree(t *testing.T, dir string) (names []string) {
	t.Helper()
	ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}))
	return names
}

// TestThereAndBack takes a blog from one engine to the other and back: all its
// rows and media are the same.
func TestThereAndBack(t *testing.T) {
	first, second, third := place(t, "sqlite"), place(t, "postgres"), place(t, "sqlite")
	populate(t, first)
	for _, step := range []struct{ from, to storage.Options }{{first, second}, {second, third}} {
		dir := filepath.Join(t.TempDir(), "out")
		m, err := export.Write(t.Context(), dir, backup.Source{Storage: step.from}, quiet)
		ok(t, err)
		if m.BaseURL != "https://blog.example.com" || len(m.Missing)+len(m.Unnamed) > 0 || (m.Waiting > 0) == step.from.Postgres() {
			t.Errorf("the manifest says %+v", m)
		}
		info, err := os.Stat(filepath.Join(dir, "rows", "node.jsonl"))
		ok(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("the private key has mode %v", info.Mode())
		}
		for folder, want := range map[string][]string{
			"posts":   {"hello/0a0b.png", "hello/index.md", "hello/one.png", "note.md"},
			"private": {"idea.md", "later.md", "quiet.md", "site.md"},
		} {
			if diff := cmp.Diff(want, tree(t, filepath.Join(dir, folder))); diff != "" {
				t.Errorf("files in %s: %s", folder, diff)
			}
		}
		_, _, err = export.Read(t.Context(), dir, step.to, quiet)
		ok(t, err)
		for _, table := range storage.ExportedTables() {
			if diff := cmp.Diff(rows(t, first, table), rows(t, step.to, table)); diff != "" {
				t.Errorf("%s is another one in %s: %s", table, step.to.Name(), diff)
			}
		}
		if diff := cmp.Diff([]string{"0a0b.png", "avatars/u1.png"}, tree(t, step.to.Media)); diff != "" {
			t.Errorf("media: %s", diff)
		}
		// Served, it goes on: what was left out is made anew, and no id is given out twice.
		db, err := storage.Serve(t.Context(), step.to)
		ok(t, err)
		found, err := db.Search(t.Context(), []string{"hello"}, 5)
		ok(t, err)
		followers, err := db.Followers(t.Context(), 0, 0)
		ok(t, err)
		if len(found) != 1 || len(followers) != 3 {
			t.Errorf("%d found by the search, %d followers", len(found), len(followers))
		}
		ok(t, db.Close())
	}
	for table, want := range map[string]int{"follower": 3, "comment": 6, "reaction": 3, "post": 7, "delivery": 0} {
		if n := len(rows(t, third, table)); n != want {
			t.Errorf("%d rows of %s at the end", n, table)
		}
	}
}

// TestReadRefuses: nothing is left of what could not come whole, and what is
// there stays.
func TestReadRefuses(t *testing.T) {
	from := place(t, "sqlite")
	populate(t, from)
	for name, c := range map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"half an export":  {func(dir string) error { return os.Remove(filepath.Join(dir, export.ManifestName)) }, "not a whole one"},
		"a picture less":  {func(dir string) error { return os.Remove(filepath.Join(dir, "media", "0a0b.png")) }, "0a0b.png"},
		"rows cut off":    {func(dir string) error { return os.Truncate(filepath.Join(dir, "rows", "comment.jsonl"), 100) }, "comment"},
		"no actors":       {func(dir string) error { return empty(dir, "actor") }, "actor"},
		"a later program": {func(dir string) error { return replace(dir, `"schema": `, `"schema": 1000`) }, "needs limelight"},
		"a later format":  {func(dir string) error { return replace(dir, `"format": 1`, `"format": 2`) }, "format 2"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, to := filepath.Join(t.TempDir(), "out"), place(t, "sqlite")
			_, err := export.Write(t.Context(), dir, backup.Source{Storage: from}, quiet)
			ok(t, err)
			ok(t, c.spoil(dir))
			if _, _, err = export.Read(t.Context(), dir, to, quiet); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v", err)
			}
			if left := tree(t, filepath.Dir(to.Database)); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
	dir := filepath.Join(t.TempDir(), "out")
	_, err := export.Write(t.Context(), dir, backup.Source{Storage: from}, quiet)
	ok(t, err)
	if _, _, err = export.Read(t.Context(), dir, from, quiet); !errors.Is(err, storage.ErrNotEmpty) {
		t.Errorf("over a blog: %v", err)
	}
	if _, err = export.Write(t.Context(), dir, backup.Source{Storage: from}, quiet); !errors.Is(err, export.ErrFull) {
		t.Errorf("over an export: %v", err)
	}
}

func empty(dir, table string) error {
	return errors.Join(os.Truncate(filepath.Join(dir, "rows", table+".jsonl"), 0))
}

func replace(dir, from, to string) error {
	name := filepath.Join(dir, export.ManifestName)
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(strings.Replace(string(data), from, to, 1)), 0o600)
}

// TestReadGoesOn: what an import that was killed left of the media is taken up. A
// file of that name with other bytes, and one that does not come, are another's.
func TestReadGoesOn(t *testing.T) {
	from, dir := place(t, "sqlite"), filepath.Join(t.TempDir(), "out")
	populate(t, from)
	_, err := export.Write(t.Context(), dir, backup.Source{Storage: from}, quiet)
	ok(t, err)
	storagetest.EachMedia(t, func(t *testing.T, at storagetest.Media) {
		to := place(t, "sqlite")
		at.Use(&to)
		left := t.TempDir()
		ok(t, os.WriteFile(filepath.Join(left, "0a0b.png"), []byte("A PICTURE"), 0o644))
		_, err := storage.CopyMedia(t.Context(), storage.Options{Media: left}, to, nil)
		ok(t, err)
		if _, _, err := export.Read(t.Context(), dir, to, quiet); !errors.Is(err, storage.ErrNotEmpty) || !strings.Contains(err.Error(), "0a0b.png") {
			t.Errorf("over other bytes: %v", err)
		}
		ok(t, os.WriteFile(filepath.Join(left, "0a0b.png"), []byte("a picture"), 0o644))
		_, err = storage.CopyMedia(t.Context(), storage.Options{Media: left}, to, nil)
		ok(t, err)

		// One that is stopped now takes away what it brought, and that alone.
		stopped, stop := context.WithCancel(t.Context())
		defer stop()
		_, _, err = export.Read(stopped, dir, to, func(p backup.Progress) {
			if p.Doing == "copying the media" && p.Done == p.Total {
				stop()
			}
		})
		if got := at.Names(t); err == nil || !slices.Equal(got, []string{"0a0b.png"}) {
			t.Errorf("stopped: %v, left %q", err, got)
		}
		_, _, err = export.Read(t.Context(), dir, to, quiet)
		ok(t, err)
		if got := at.Names(t); !slices.Equal(got, []string{"0a0b.png", "avatars/u1.png"}) {
			t.Errorf("there are %q", got)
		}
	})
	to := place(t, "sqlite")
	ok(t, os.Mkdir(to.Media, 0o755))
	ok(t, os.WriteFile(filepath.Join(to.Media, "mine.png"), []byte("x"), 0o644))
	if _, _, err := export.Read(t.Context(), dir, to, quiet); !errors.Is(err, storage.ErrNotEmpty) || !slices.Equal(tree(t, to.Media), []string{"mine.png"}) {
		t.Errorf("beside another's file: %v, %q", err, tree(t, to.Media))
	}
}

func TestChanged(t *testing.T) {
	from, dir := place(t, "sqlite"), filepath.Join(t.TempDir(), "out")
	populate(t, from)
	m, err := export.Write(t.Context(), dir, backup.Source{Storage: from}, quiet)
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(dir, "posts", "new.md"), []byte("x"), 0o644))
	ok(t, os.WriteFile(filepath.Join(dir, "posts", "note.md"), []byte("y"), 0o644))
	ok(t, os.Remove(filepath.Join(dir, "private", "idea.md")))
	ok(t, os.WriteFile(filepath.Join(dir, "private", "site.md"), []byte("z"), 0o644))
	got, err := export.Changed(dir, m)
	if want := []string{"posts/new.md", "posts/note.md", "private/idea.md", "private/site.md"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("changed are %q, %v", got, err)
	}
}

// TestBucket: media come out of a bucket and go into one; what a bucket refuses in
// the middle leaves nothing behind.
func TestBucket(t *testing.T) {
	from := place(t, "sqlite")
	populate(t, from)
	in := from
	storagetest.NewS3(t).Options(&in)
	_, err := storage.CopyMedia(t.Context(), from, in, nil)
	ok(t, err)
	dir := filepath.Join(t.TempDir(), "out")
	m, err := export.Write(t.Context(), dir, backup.Source{Storage: in}, quiet)
	ok(t, err)
	if diff := cmp.Diff([]string{"0a0b.png", "avatars/u1.png"}, tree(t, filepath.Join(dir, "media"))); diff != "" || len(m.Missing) > 0 {
		t.Errorf("media: %s, missing %q", diff, m.Missing)
	}
	ours, to := storagetest.NewS3(t), place(t, "sqlite")
	ours.Options(&to)
	var put atomic.Int64
	ours.Fail(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || put.Add(1) == 1 {
			return false
		}
		storagetest.Refuse(w, r, http.StatusForbidden, "AccessDenied")
		return true
	})
	if _, _, err := export.Read(t.Context(), dir, to, quiet); err == nil {
		t.Error("imported into a bucket that refuses")
	}
	ours.Fail(nil)
	if keys := ours.Keys(t); put.Load() == 0 || len(keys) > 0 {
		t.Errorf("after %d files, left: %q", put.Load(), keys)
	}
	if _, err := os.Stat(to.Database); err == nil {
		t.Error("there is a database")
	}
	_, _, err = export.Read(t.Context(), dir, to, quiet)
	ok(t, err)
	if keys := ours.Keys(t); len(keys) != 2 {
		t.Errorf("in the bucket: %q", keys)
	}
}
