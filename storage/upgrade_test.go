package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"limelight/storage"
	"limelight/storage/storagetest"
)

const oldSchema = 22

// kept are the copies from before upgrades in a folder.
func kept(t *testing.T, folder string) (names []string) {
	t.Helper()
	for _, e := range must[[]os.DirEntry](t)(os.ReadDir(folder)) {
		if strings.HasSuffix(e.Name(), ".bak") || strings.HasSuffix(e.Name(), ".part") {
			names = append(names, e.Name())
		}
	}
	return names
}

// TestUpgradeKeepsACopy that the older version can go on with, and so many of them.
func TestUpgradeKeepsACopy(t *testing.T) {
	for engine, place := range map[string]func(o *storage.Options){
		"sqlite":   func(*storage.Options) {},
		"postgres": func(o *storage.Options) { o.Database = storagetest.BlankPostgres(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			o := sqliteFile(t)
			folder := filepath.Dir(o.Database)
			place(&o)
			o.Program, o.Upgrades = "2.0.0", storage.Upgrades{Keep: 2, Folder: folder}
			ok(t, storage.MakeSchema(t.Context(), o, oldSchema))
			_, err := rawDatabase(t, o).Exec(`INSERT INTO block (target, since) VALUES ('spam.example', 7)`)
			ok(t, err)
			base := "limelight.db"
			if o.Postgres() {
				base = "limelight.postgres"
			}
			for _, old := range []string{"20200101T000000Z-schema1", "20210101T000000Z-schema2"} {
				ok(t, os.WriteFile(filepath.Join(folder, base+"."+old+"-before-1.0.0.bak"), nil, 0o600))
			}
			db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
			ok(t, db.Close())
			names := kept(t, folder)
			if len(names) != 2 || !strings.Contains(names[0], "schema2") || !strings.HasSuffix(names[1], "-schema22-before-2.0.0.bak") {
				t.Fatalf("kept are %q", names)
			}
			path := filepath.Join(folder, names[1])
			equal(t, "mode", must[os.FileInfo](t)(os.Stat(path)).Mode().Perm(), 0o600)
			copied := rawDatabase(t, storage.Options{Database: path})
			equal(t, "its schema", dump(t, copied, `SELECT MAX(version_id) FROM goose_db_version`), []string{"22"})
			equal(t, "its rows", dump(t, copied, `SELECT target FROM block`), []string{"spam.example"})
			equal(t, "who made the schema", dump(t, rawDatabase(t, o), `SELECT program FROM schema_release`), []string{"2.0.0"})

			ok(t, must[*storage.DB](t)(storage.Serve(t.Context(), o)).Close())
			equal(t, "kept by a start that changes nothing", kept(t, folder), names)
		})
	}
}

// TestUpgradeWithoutACopy changes nothing where none can be made, unless none is wanted.
func TestUpgradeWithoutACopy(t *testing.T) {
	o := sqliteFile(t)
	o.Database = storagetest.BlankPostgres(t)
	o.Upgrades = storage.Upgrades{Keep: 1, Folder: filepath.Join(t.TempDir(), "file", "below")}
	ok(t, os.WriteFile(filepath.Dir(o.Upgrades.Folder), nil, 0o600))
	ok(t, storage.MakeSchema(t.Context(), o, oldSchema))
	_, err := storage.Serve(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "nothing was changed") {
		t.Errorf("no copy could be made: %v", err)
	}
	equal(t, "the schema", dump(t, rawDatabase(t, o), `SELECT MAX(version_id) FROM goose_db_version`), []string{"22"})
	o.Upgrades.Keep = 0
	ok(t, must[*storage.DB](t)(storage.Serve(t.Context(), o)).Close())
}

// TestOlderProgram is told which version it takes.
func TestOlderProgram(t *testing.T) {
	for _, o := range []storage.Options{sqliteFile(t), {Database: storagetest.BlankPostgres(t), Media: t.TempDir()}} {
		o.Program = "1.0.0"
		ok(t, must[*storage.DB](t)(storage.Serve(t.Context(), o)).Close())
		raw := rawDatabase(t, o)
		for _, statement := range []string{
			`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`,
			`INSERT INTO schema_release VALUES (9999, '3.1.0', 0)`,
		} {
			_, err := raw.Exec(statement)
			ok(t, err)
		}
		_, serve := storage.Serve(t.Context(), o)
		_, open := storage.Open(t.Context(), o)
		for _, err := range []error{serve, open} {
			if !errors.Is(err, storage.ErrVersion) || !strings.Contains(err.Error(), "it needs limelight 3.1.0 or newer, which made its schema 9999; this is limelight 1.0.0, which knows") {
				t.Errorf("an older program: %v", err)
			}
		}
		if o.Postgres() {
			continue
		}
		if names := kept(t, filepath.Dir(o.Database)); !slices.Equal(names, nil) {
			t.Errorf("a refused start left %q", names)
		}
	}
}
