package storage_test

import (
	"bytes"
	"testing"
	"time"

	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestACMEData(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		const staging, real = "https://staging.test/directory", "https://ca.test/directory"
		_, _, err := db.ACMEData(ctx, real, "blog.test")
		is(t, err, storage.ErrNotFound)
		_, err = db.ACMEUpdated(ctx, real, "blog.test")
		is(t, err, storage.ErrNotFound)
		long := bytes.Repeat([]byte("-----BEGIN PRIVATE KEY-----\n"), 500)
		ok(t, db.PutACMEData(ctx, staging, "blog.test", []byte("of staging")))
		ok(t, db.PutACMEData(ctx, real, "blog.test", []byte("first")))
		first := must[time.Time](t)(db.ACMEUpdated(ctx, real, "blog.test"))
		ok(t, db.PutACMEData(ctx, real, "blog.test", long)) // in the same millisecond
		data, second, err := db.ACMEData(ctx, real, "blog.test")
		ok(t, err)
		if !bytes.Equal(data, long) || !second.After(first) {
			t.Errorf("%d bytes, from %v and %v", len(data), first, second)
		}
		data, _, err = db.ACMEData(ctx, staging, "blog.test")
		ok(t, err)
		equal(t, "another authority's", string(data), "of staging")
		ok(t, db.DeleteACMEData(ctx, real, "blog.test"))
		ok(t, db.DeleteACMEData(ctx, real, "blog.test"))
		_, err = db.ACMEUpdated(ctx, real, "blog.test")
		is(t, err, storage.ErrNotFound)
	})
}

// TestPruneChallenges: what a killed program left of an order goes, and nothing
// else.
func TestPruneChallenges(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		names := []string{"blog.test", "acme_account+key", "blog.test+token", "abc+http-01"}
		for _, name := range names {
			ok(t, db.PutACMEData(ctx, "d", name, []byte("x")))
		}
		left := func() (left []string) {
			for _, name := range names {
				if _, err := db.ACMEUpdated(ctx, "d", name); err == nil {
					left = append(left, name)
				}
			}
			return left
		}
		ok(t, db.Prune(ctx, clock.Now().Add(time.Hour)))
		equal(t, "after an hour", left(), names)
		ok(t, db.Prune(ctx, clock.Now().Add(25*time.Hour)))
		equal(t, "after a day", left(), names[:2])
	})
}
