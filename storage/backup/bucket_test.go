package backup_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"limelight/storage"
	"limelight/storage/backup"
	"limelight/storage/storagetest"
)

// TestBucketThereAndBack: media come out of a bucket and go into one, or into a
// folder, as the place says that the blog is restored to.
func TestBucketThereAndBack(t *testing.T) {
	s := source(t)
	theirs := storagetest.NewS3(t)
	folder := s.Storage
	theirs.Options(&s.Storage)
	if _, err := storage.CopyMedia(t.Context(), folder, s.Storage, nil); err != nil {
		t.Fatal(err)
	}
	a, err := backup.Open(t.Context(), archive(t, s), quiet)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Missing) > 0 {
		t.Errorf("missing: %q", a.Missing)
	}
	to, dir := emptyTarget(t)
	if _, err := a.Restore(t.Context(), to); err != nil || !slices.Contains(tree(t, dir), "media/dot.png") {
		t.Errorf("into a folder: %v, %q", err, tree(t, dir))
	}

	ours := storagetest.NewS3(t)
	to, dir = emptyTarget(t)
	ours.Options(&to.Storage)
	// A bucket that takes one file and no more: neither stays, and no database.
	put := 0
	ours.Fail(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || put == 0 {
			if r.Method == http.MethodPut {
				put++
			}
			return false
		}
		storagetest.Refuse(w, r, http.StatusForbidden, "AccessDenied")
		return true
	})
	if _, err := a.Restore(t.Context(), to); err == nil {
		t.Error("restored into a bucket that refuses")
	}
	ours.Fail(nil)
	left := slices.DeleteFunc(tree(t, dir), func(name string) bool { return strings.HasSuffix(name, ".lock") || name == "data" })
	if keys := ours.Keys(t); put == 0 || len(keys) > 0 || len(left) > 0 {
		t.Errorf("after %d files, left: %q, %q", put, keys, left)
	}
	if _, err := a.Restore(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if keys := ours.Keys(t); len(keys) != 2 || !strings.HasSuffix(keys[0], "avatars/ann.png") || !strings.HasSuffix(keys[1], "dot.png") {
		t.Errorf("in the bucket: %q", keys)
	}
	to.Storage.Database = filepath.Join(t.TempDir(), "other.db")
	if _, err := a.Restore(t.Context(), to); !errors.Is(err, storage.ErrNotEmpty) {
		t.Errorf("over the media of another blog: %v", err)
	}
}
