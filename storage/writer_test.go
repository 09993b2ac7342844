package storage

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var errTest = errors.New("a member's own failure")

func serveHere(t testing.TB) *DB {
	t.Helper()
	dir := t.TempDir()
	db, err := Serve(t.Context(), Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// hold keeps the writer busy until release is called, so that what is written
// meanwhile forms one group.
func hold(t *testing.T, db *DB) (release func()) {
	t.Helper()
	started, free := make(chan struct{}), make(chan struct{})
	go db.write(context.Background(), func(*tx) error {
		close(started)
		<-free
		return nil
	})
	<-started
	return func() { close(free) }
}

func bury(iri string, after error) func(*tx) error {
	return func(t *tx) error {
		if err := t.bury("actor", iri); err != nil {
			return err
		}
		return after
	}
}

func tombstones(t *testing.T, db *DB) []string {
	t.Helper()
	got, err := db.reading(t.Context()).texts(`SELECT iri FROM tombstone ORDER BY iri`)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestGroupIsolatesAFailingMember(t *testing.T) {
	db := serveHere(t)
	release := hold(t, db)
	members := map[string]struct {
		run  func(*tx) error
		fail bool
	}{
		"a": {bury("a", nil), false},
		"b": {bury("b", errTest), true},
		"c": {bury("c", nil), false},
		"d": {func(t *tx) error { t.bury("actor", "d"); panic("a bug") }, true},
		"e": {func(t *tx) error {
			if err := t.bury("actor", "e"); err != nil {
				return err
			}
			_, err := t.exec(`INSERT INTO post_tag (post_id, slug, name, position) VALUES ('none', 'x', 'x', 0)`)
			return err
		}, true},
		"f": {bury("f", nil), false},
	}
	var wg sync.WaitGroup
	for name, m := range members {
		wg.Go(func() {
			if err := db.write(t.Context(), m.run); (err != nil) != m.fail {
				t.Errorf("member %s: %v", name, err)
			}
		})
	}
	release()
	wg.Wait()
	if got := tombstones(t, db); len(got) != 3 || got[0] != "a" || got[1] != "c" || got[2] != "f" {
		t.Fatalf("written: %v", got)
	}
}

func TestGivingUpMeansNothingIsWritten(t *testing.T) {
	db := serveHere(t)
	release := hold(t, db)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if err := db.write(ctx, bury("late", nil)); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	release()
	if err := db.write(t.Context(), bury("next", nil)); err != nil {
		t.Fatal(err)
	}
	if got := tombstones(t, db); len(got) != 1 || got[0] != "next" {
		t.Fatalf("written: %v", got)
	}
}

func TestTheWriterOutlivesItsConnection(t *testing.T) {
	db := serveHere(t)
	if err := db.write(t.Context(), bury("before", nil)); err != nil {
		t.Fatal(err)
	}
	err := db.write(t.Context(), func(t *tx) error {
		_, err := t.on.(*statements).conn.ExecContext(t.ctx, "ROLLBACK") // as SQLite does by itself on a full disk
		return err
	})
	if err == nil {
		t.Fatal("a transaction that was gone was committed")
	}
	if err := db.write(t.Context(), bury("behind", nil)); err != nil {
		t.Fatal(err)
	}
	if got := tombstones(t, db); len(got) != 2 {
		t.Fatalf("written: %v", got)
	}
}

func TestCloseCommitsWhatIsQueued(t *testing.T) {
	dir := t.TempDir()
	o := Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media")}
	db, err := Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	acknowledged := 0
	for i := range 50 {
		wg.Go(func() {
			err := db.write(context.Background(), bury(string(rune('A'+i)), nil))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				acknowledged++
			} else if !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
		})
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if db, err = Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if got := tombstones(t, db); len(got) != acknowledged {
		t.Fatalf("%d acknowledged, %d written", acknowledged, len(got))
	}
}
