package storage_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestQuickCheck(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		startBlog(t, db)
		h, err := db.QuickCheck(t.Context())
		if err != nil || len(h.Faults) != 0 || h.Schema != storage.Schema() {
			t.Errorf("%+v %v", h, err)
		}
	})
}

func TestQuickCheckFindsDamage(t *testing.T) {
	o := sqliteFile(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	startBlog(t, db)
	for _, slug := range []string{"a", "b", "c"} {
		p := hello()
		p.ID, p.Slug, p.HTML = "", slug, strings.Repeat("<p>much</p>", 5000)
		publish(t, db, p)
	}
	ok(t, db.Close())
	data := must[[]byte](t)(os.ReadFile(o.Database))
	// A page of a long text: those that are read to open the file stay whole.
	at := bytes.LastIndex(data, []byte(strings.Repeat("<p>much</p>", 100)))
	copy(data[at/4096*4096:], bytes.Repeat([]byte{0xff}, 4096))
	ok(t, os.WriteFile(o.Database, data, 0o600))
	db = must[*storage.DB](t)(storage.Open(t.Context(), o))
	defer db.Close()
	h := must[storage.Health](t)(db.QuickCheck(t.Context()))
	if len(h.Faults) == 0 {
		t.Errorf("no damage is found: %+v", h)
	}
}

func TestSpaces(t *testing.T) {
	o := sqliteFile(t)
	spaces := must[[]storage.Space](t)(o.Spaces("", filepath.Join(t.TempDir(), "not", "there")))
	if len(spaces) != 1 || spaces[0].Total == 0 || spaces[0].Free > spaces[0].Total {
		t.Errorf("%+v", spaces)
	}
	o.Database, o.Media = "postgres://db.example.com/limelight", "s3://bucket"
	if spaces := must[[]storage.Space](t)(o.Spaces()); len(spaces) != 0 {
		t.Errorf("elsewhere: %+v", spaces)
	}
}
