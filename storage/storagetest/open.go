package storagetest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"limelight/storage"
)

// New is an empty database of the test's own, closed when the test ends. With
// changes (see At) other options than the usual.
func New(t testing.TB, changes ...func(*storage.Options)) *storage.DB {
	t.Helper()
	o := Options(t, changes...)
	if !o.Postgres() {
		Prepare(t, o.Database)
	}
	return serve(t, o)
}

// Options name a database and media folder of the test's own; nothing is in
// them yet.
func Options(t testing.TB, changes ...func(*storage.Options)) storage.Options {
	t.Helper()
	o := sqliteOptions(t, changes...)
	if OnPostgres() {
		o.Database = Postgres(t)
	}
	return o
}

// OnPostgres tells whether New opens PostgreSQL databases.
func OnPostgres() bool { return os.Getenv("LIMELIGHT_TEST_ENGINE") == "postgres" }

func sqliteOptions(t testing.TB, changes ...func(*storage.Options)) storage.Options {
	dir := t.TempDir()
	o := storage.Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media")}
	for _, change := range changes {
		change(&o)
	}
	return o
}

// Each runs the test on an empty database of every engine, as the sub-tests
// "sqlite" and "postgres". The package's TestMain must call Main.
func Each(t *testing.T, test func(t *testing.T, db *storage.DB), changes ...func(*storage.Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		o := sqliteOptions(t, changes...)
		Prepare(t, o.Database)
		test(t, serve(t, o))
	})
	EachPostgres(t, test, changes...)
}

// EachPostgres is the second half of Each, for what SQLite cannot show. The
// changes see the database's URL.
func EachPostgres(t *testing.T, test func(t *testing.T, db *storage.DB), changes ...func(*storage.Options)) {
	t.Helper()
	t.Run("postgres", func(t *testing.T) {
		o := sqliteOptions(t, changes...)
		o.Database = Postgres(t)
		for _, change := range changes {
			change(&o)
		}
		test(t, serve(t, o))
	})
}

func serve(t testing.TB, o storage.Options) *storage.DB {
	t.Helper()
	db, err := storage.Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return db
}

// Clock is a clock that stands until the test moves it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a clock that shows now.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// At has the database read the time from a clock.
func At(c *Clock) func(*storage.Options) {
	return func(o *storage.Options) { o.Now = c.Now }
}
