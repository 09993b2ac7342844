package web

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// like has somebody else like the post.
func (w *world) like(p blog.Post, i int) {
	actor := blog.Actor{IRI: fmt.Sprintf("https://social.test/users/u%d", i), Type: "Person", Handle: fmt.Sprintf("u%d@social.test", i), Inbox: "https://social.test/inbox"}
	r := blog.Reaction{Type: blog.Like, IRI: actor.IRI + "/like", PostID: p.ID, Actor: actor}
	if ok, err := w.db.React(w.t.Context(), storage.Incoming{Actor: actor.IRI, ID: r.IRI}, r); err != nil || !ok {
		w.t.Errorf("a like: %v %v", ok, err)
	}
}

// TestStormOfLikes: while likes come without a pause, pages that count them are
// made once in the grace, for all who ask; and show all of them after it.
func TestStormOfLikes(t *testing.T) {
	const rounds, likers, likes, readers = 3, 3, 10, 4
	w := newWorld(t)
	w.site.grace = talkGrace
	p := w.publish("hello.md", "---\ntitle: Hello\ntags: [Go]\n---\nHi.\n")
	ctx, cancel := context.WithCancel(t.Context())
	var watch sync.WaitGroup
	watch.Go(func() { w.site.Watch(ctx) })
	defer watch.Wait()
	defer cancel()
	paths := []string{"/posts/hello", "/", "/tags/go"}
	var mu sync.Mutex
	made := map[string]map[string]bool{}
	var asked atomic.Int64
	ask := func(path string) {
		resp := w.ask(http.MethodGet, path)
		asked.Add(1)
		mu.Lock()
		defer mu.Unlock()
		if made[path] == nil {
			made[path] = map[string]bool{}
		}
		made[path][resp.Header.Get("Etag")] = true
		if resp.StatusCode != http.StatusOK {
			t.Errorf("GET %s: %s", path, resp.Status)
		}
	}
	for round := range rounds {
		var liking, reading sync.WaitGroup
		done := make(chan struct{})
		for g := range likers {
			liking.Go(func() {
				for i := range likes {
					w.like(p, (round*likers+g)*likes+i)
					w.look() // as Watch does, and a fill of any other page
				}
			})
		}
		for g := range readers {
			reading.Go(func() {
				for i := g; ; i++ {
					ask(paths[i%len(paths)])
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		liking.Wait()
		close(done)
		reading.Wait()
		for _, path := range paths {
			if got := len(made[path]); got > round+1 {
				t.Errorf("%s was made %d times in %d times the grace", path, got, round+1)
			}
		}
		w.clock.Advance(talkGrace)
	}
	if post, err := w.db.Post(t.Context(), "hello"); err != nil || post.LikeCount != rounds*likers*likes {
		t.Fatalf("%d likes, %v", post.LikeCount, err)
	}
	last := w.ask(http.MethodGet, "/posts/hello").Header.Get("Etag")
	if made["/posts/hello"][last] {
		t.Error("after the grace the page is the last one")
	}
	w.site.grace = 0
	w.site.cache.InvalidateAll()
	if now := w.ask(http.MethodGet, "/posts/hello").Header.Get("Etag"); now != last {
		t.Error("after the grace the page did not show all")
	}
	t.Logf("%d requests beside %d likes", asked.Load(), rounds*likers*likes)
}

// TestMissesAreCoalesced: who asks for what is being made waits for that, and
// who comes a moment later gets it too.
func TestMissesAreCoalesced(t *testing.T) {
	w := newWorld(t)
	w.publish("hello.md", "Hi.\n")
	const readers = 50
	var made atomic.Int64
	begun, finish := make(chan struct{}), make(chan struct{})
	render := func(ctx context.Context, _ storage.Revisions, _ *answer) (*answer, error) {
		if made.Add(1) == 1 {
			close(begun)
		}
		<-finish
		return newAnswer("text/html", []byte("Hi")), ctx.Err() // as from a database that is asked now
	}
	get := func(ctx context.Context) (status int) {
		rec := &recorder{header: http.Header{}}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		if err != nil {
			t.Error(err)
			return 0
		}
		if err := w.site.fill(rec, r, key{kind: "test"}, render); err != nil {
			t.Error(err)
		}
		return rec.status
	}
	// The first goes away; that is no reason to let the others down.
	gone, leave := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	waiting.Go(func() { get(gone) })
	<-begun
	leave()
	for range readers {
		waiting.Go(func() {
			if status := get(t.Context()); status != http.StatusOK {
				t.Errorf("answered %d", status)
			}
		})
	}
	close(finish)
	waiting.Wait()
	if got := made.Load(); got != 1 {
		t.Errorf("made %d times", got)
	}
}

// recorder keeps the status alone.
type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) Write(p []byte) (int, error) { return len(p), nil }

func (r *recorder) WriteHeader(status int) { r.status = status }

// TestGraceAndTheClock: neither a clock that goes back nor a post that changed
// is given any.
func TestGraceAndTheClock(t *testing.T) {
	at := storage.Revisions{Blog: storage.Revision{N: 5}, Comments: storage.Revision{N: 6}}
	said := storage.Revisions{Blog: at.Blog, Comments: storage.Revision{N: 7}}
	edited := storage.Revisions{Blog: storage.Revision{N: 8}, Comments: at.Comments}
	a := &answer{revisions: at, talk: true}
	for name, c := range map[string]struct {
		latest *storage.Revisions
		ago    time.Duration
		want   bool
	}{
		"a moment ago":        {&said, time.Millisecond, true},
		"at the end of it":    {&said, talkGrace, false},
		"the clock went back": {&said, -time.Hour, false},
		"an edit":             {&edited, time.Millisecond, false},
		"nothing known":       {nil, 0, false},
	} {
		if got := a.nearlyShows(c.latest, c.ago, talkGrace); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestRevisionsOnlyGoOn: a fill and Watch read revisions side by side, and who
// comes last may have read first.
func TestRevisionsOnlyGoOn(t *testing.T) {
	w := newWorld(t)
	of := func(blog, comments int64) storage.Revisions {
		return storage.Revisions{Blog: storage.Revision{N: blog}, Comments: storage.Revision{N: comments}}
	}
	w.site.see(of(105, 106))
	for _, c := range []struct{ seen, want storage.Revisions }{
		{of(104, 106), of(105, 106)},
		{of(107, 105), of(107, 106)},
		{of(106, 108), of(107, 108)},
		{of(109, 110), of(109, 110)},
	} {
		if w.site.see(c.seen); *w.site.latest.Load() != c.want {
			t.Errorf("after %v: %v, not %v", c.seen, *w.site.latest.Load(), c.want)
		}
	}
}
