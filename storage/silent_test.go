package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestCloseWhileSilent: a PostgreSQL that stopped answering holds nobody up who
// wants to stop. What was under way is told to be given up, and is not there
// unless it is told to be kept.
func TestCloseWhileSilent(t *testing.T) {
	const within = 200 * time.Millisecond
	var used storage.Options
	storagetest.EachPostgres(t, func(t *testing.T, other *storage.DB) {
		db := must[*storage.DB](t)(storage.Serve(t.Context(), used))
		p := publish(t, db, hello())
		kept := comment(t, db, note(ann, p, "kept"))
		resume := storagetest.Silence(t, used)
		const n = 20
		results := make(chan error, n)
		for i := range n {
			go func() {
				c := note(person(fmt.Sprint("p", i), "a.test"), p, fmt.Sprint(i))
				_, _, err := db.AddComment(context.Background(), create(c), c)
				results <- err
			}()
		}
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for db.Stats().Use == 0 {
			<-tick.C
		}
		db.SetClosePatience(within)
		began := time.Now()
		err := db.Close()
		t.Logf("closed after %v: %v", time.Since(began).Round(time.Millisecond), err)
		is(t, err, storage.ErrGivenUp)
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("it took %v to close", took)
		}
		for range n {
			if <-results == nil {
				t.Error("what was given up is told to be kept")
			}
		}
		resume()
		cs := must[[]blog.Comment](t)(other.Comments(t.Context(), storage.CommentFilter{Post: "hello"}))
		equal(t, "comments", len(cs), 1)
		equal(t, "what was kept", cs[0].ID, kept.ID)
	}, func(o *storage.Options) { used = *o })
}
