package storage_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestSnapshot: whatever engine is being served, the file has the rows of one
// moment, is for its owner alone, and becomes a blog again on either engine.
func TestSnapshot(t *testing.T) {
	engines := map[string]func(t *testing.T) storage.Options{
		"sqlite": sqliteFile,
		"postgres": func(t *testing.T) storage.Options {
			o := sqliteFile(t)
			o.Database = storagetest.BlankPostgres(t)
			return o
		},
	}
	for from, source := range engines {
		t.Run(from, func(t *testing.T) {
			o := source(t)
			db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
			defer db.Close()
			startBlog(t, db)
			p := hello()
			p.HTML = `<p><img src="/media/a%20b.png"> <a href="/media/elsewhere.png">no</a></p>`
			p.Image = blog.Image{Path: "/media/lead.jpg"}
			publish(t, db, p)
			file := filepath.Join(t.TempDir(), "snapshot.db")
			ok(t, storage.Snapshot(t.Context(), o, file, nil))
			equal(t, "mode", must[os.FileInfo](t)(os.Stat(file)).Mode().Perm(), 0o600)
			later := hello()
			later.Slug, later.ID = "later", ""
			publish(t, db, later)

			c := must[storage.Contents](t)(storage.Inspect(t.Context(), file))
			equal(t, "posts", c.Posts, 1)
			equal(t, "media", c.Media, []string{"a b.png", "lead.jpg"})
			for to, target := range engines {
				again := filepath.Join(t.TempDir(), "again.db")
				ok(t, os.WriteFile(again, must[[]byte](t)(os.ReadFile(file)), 0o600))
				there := target(t)
				ok(t, storage.Restore(t.Context(), again, there, nil, func() error { return nil }, nil))
				restored := must[*storage.DB](t)(storage.Serve(t.Context(), there))
				equal(t, "the post on "+to, post(t, restored, "hello").HTML, p.HTML)
				_, err := restored.Post(t.Context(), "later")
				is(t, err, storage.ErrNotFound)
				is(t, storage.Vacant(t.Context(), there, nil), map[string]error{"sqlite": storage.ErrInUse, "postgres": storage.ErrNotEmpty}[to])
				ok(t, restored.Close())
				is(t, storage.Vacant(t.Context(), there, nil), storage.ErrNotEmpty)
			}
		})
	}
}

// TestInspectFindsDamage of a byte, of a reference, and files that are something else.
func TestInspectFindsDamage(t *testing.T) {
	o := sqliteFile(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	startBlog(t, db)
	publish(t, db, hello())
	ok(t, db.Close())
	file := filepath.Join(t.TempDir(), "snapshot.db")
	ok(t, storage.Snapshot(t.Context(), o, file, nil))
	good := must[[]byte](t)(os.ReadFile(file))
	for name, damage := range map[string]func(path string){
		"damaged": func(path string) {
			data := append([]byte(nil), good...)
			for i := len(data) / 2; i < len(data)/2+3000; i++ {
				data[i] = 0xff
			}
			ok(t, os.WriteFile(path, data, 0o600))
		},
		"missing row of post": func(path string) { change(t, path, `INSERT INTO post_tag VALUES ('none', 'x', 'x', 0)`) },
		`trigger or view "theirs"`: func(path string) {
			change(t, path, `CREATE TRIGGER theirs AFTER INSERT ON post BEGIN DELETE FROM post; END`)
		},
		`trigger or view "comment"`: func(path string) { change(t, path, `DROP TABLE comment`, `CREATE VIEW comment AS SELECT 1 AS id`) },
		"no database of":            func(path string) { change(t, path, `DROP TABLE goose_db_version`) },
		"the blog's row":            func(path string) { change(t, path, `DELETE FROM node`) },
		"no SQLite database":        func(path string) { ok(t, os.WriteFile(path, []byte("hello, this is no database"), 0o600)) },
		"needs limelight 9.1.0 or newer, which made its schema 9999": func(path string) {
			change(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`,
				`INSERT INTO schema_release VALUES (9999, '9.1.0', 0)`)
		},
	} {
		path := filepath.Join(t.TempDir(), "bad.db")
		ok(t, os.WriteFile(path, good, 0o600))
		damage(path)
		if _, err := storage.Inspect(t.Context(), path); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func change(t *testing.T, path string, statements ...string) {
	t.Helper()
	db := must[*sql.DB](t)(sql.Open("sqlite", path))
	defer db.Close()
	for _, s := range statements {
		_, err := db.Exec(s)
		ok(t, err)
	}
}

// TestInspectOldSchema: an archive of years ago is one of today afterwards.
func TestInspectOldSchema(t *testing.T) {
	o := sqliteFile(t)
	ok(t, storage.MakeSchema(t.Context(), o, oldSchema))
	change(t, o.Database, `INSERT INTO node (id, base_url, private_key, created) VALUES (1, 'https://old.example', 'key', 1)`)
	c := must[storage.Contents](t)(storage.Inspect(t.Context(), o.Database))
	equal(t, "its schema", c.Schema, oldSchema)
	equal(t, "its version", c.Program, "unknown")
	equal(t, "its blog", c.BaseURL, "https://old.example")
	c = must[storage.Contents](t)(storage.Inspect(t.Context(), o.Database))
	equal(t, "its schema afterwards", c.Schema, storage.Schema())
}
