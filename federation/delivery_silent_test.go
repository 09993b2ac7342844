package federation

import (
	"context"
	"errors"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestRenderWhileSilent: a database that stopped answering holds no body up, nor
// who wants to stop, for longer than the making of one may take.
func TestRenderWhileSilent(t *testing.T) {
	var used storage.Options
	storagetest.EachPostgres(t, func(t *testing.T, db *storage.DB) {
		w := newDeliverWorldOn(t, db, storagetest.NewClock(time.Now()))
		w.node.pace.making = 50 * time.Millisecond
		_, _, _, err := db.Publish(t.Context(), blog.Post{Slug: "hello", Title: "Hello", HTML: "<p>Hello</p>"}, storage.PublishOptions{})
		if err != nil {
			t.Fatal(err)
		}
		all, err := db.OutboxActivities(t.Context(), 1, 0)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		storagetest.Silence(t, used)
		stopped, stop := context.WithCancel(t.Context())
		stop()
		made := make(chan error, 1)
		go func() {
			_, err := w.node.rendering(stopped, all[0]).whole()
			made <- err
		}()
		select {
		case err := <-made:
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("it says %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Error("it waits for the database")
		}
	}, func(o *storage.Options) { used = *o })
}
