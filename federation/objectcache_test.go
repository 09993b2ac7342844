package federation

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage/storagetest"
)

func testObjectCache(t *testing.T) (*objectCache, *storagetest.Clock) {
	t.Helper()
	clock := storagetest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	c, err := newObjectCache(clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	return c, clock
}

// TestObjectStorm: while each like makes an object another, many servers that
// ask at once have it made once in the grace.
func TestObjectStorm(t *testing.T) {
	c, clock := testObjectCache(t)
	var likes, made atomic.Int64
	render := func(context.Context) (any, error) {
		made.Add(1)
		return likes.Load(), nil
	}
	ask := func() string {
		d, err := c.get(t.Context(), objectKey{kind: "post"}, revision{text: 1, talk: likes.Add(1)}, render)
		if err != nil {
			t.Error(err)
		}
		return string(d.body)
	}
	for round := range int64(3) {
		var asking sync.WaitGroup
		for range 8 {
			asking.Go(func() {
				for range 200 {
					ask()
				}
			})
		}
		asking.Wait()
		if got := made.Load(); got != round+1 {
			t.Errorf("made %d times in %d times the grace", got, round+1)
		}
		clock.Advance(talkGrace)
	}
	if got := strings.TrimSpace(ask()); got != fmt.Sprint(likes.Load()) {
		t.Errorf("after the grace it says %s of %d", got, likes.Load())
	}
}

// TestObjectMissesAreCoalesced also when each who asks knows of one more like.
func TestObjectMissesAreCoalesced(t *testing.T) {
	c, _ := testObjectCache(t)
	var likes, made atomic.Int64
	begun, finish := make(chan struct{}, 100), make(chan struct{})
	render := func(context.Context) (any, error) {
		made.Add(1)
		begun <- struct{}{}
		<-finish
		return "Hi", nil
	}
	var asking, about sync.WaitGroup
	ask := func() {
		if _, err := c.get(t.Context(), objectKey{}, revision{text: 1, talk: likes.Add(1)}, render); err != nil {
			t.Error(err)
		}
	}
	asking.Go(ask)
	<-begun
	for range 50 {
		about.Add(1)
		asking.Go(func() { about.Done(); ask() })
	}
	about.Wait()
	close(finish)
	asking.Wait()
	if got := made.Load(); got != 1 {
		t.Errorf("made %d times", got)
	}
}

// TestObjectGrace is none for what the author changed, nor when the clock went
// back.
func TestObjectGrace(t *testing.T) {
	for name, c := range map[string]struct {
		of      revision
		advance time.Duration
		made    int
	}{
		"the same":            {revision{1, 1}, time.Hour, 1},
		"a like":              {revision{1, 2}, talkGrace - 1, 1},
		"a like, later":       {revision{1, 2}, talkGrace, 2},
		"an edit":             {revision{2, 2}, 0, 2},
		"the clock went back": {revision{1, 2}, -time.Hour, 2},
	} {
		cache, clock := testObjectCache(t)
		made := 0
		render := func(context.Context) (any, error) { made++; return made, nil }
		for _, of := range []revision{{1, 1}, c.of} {
			if _, err := cache.get(t.Context(), objectKey{}, of, render); err != nil {
				t.Fatal(err)
			}
			clock.Advance(c.advance)
		}
		if made != c.made {
			t.Errorf("%s: made %d times", name, made)
		}
	}
}

// TestEditInTheGrace: Ghost fetches an object as soon as it hears of an edit.
func TestEditInTheGrace(t *testing.T) {
	w := newObjectWorld(t)
	w.node.objects.grace = time.Hour
	p := w.publish(article())
	w.get(w.blog.PostIRI(p.ID), http.StatusOK, activityType)
	w.react(p, blog.Like, "bob")
	changed := article()
	changed.HTML = "<p>Other</p>"
	w.publish(changed)
	if body := w.get(w.blog.PostIRI(p.ID), http.StatusOK, activityType); !strings.Contains(string(body), "<p>Other</p>") {
		t.Errorf("after the edit: %s", body)
	}
}
