package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/maypok86/otter/v2"

	"limelight/storage"
)

const (
	cacheBytes = 8 << 20 // of pages and feeds in memory
	fillTime   = 10 * time.Second

	// talkGrace is how long a page may show counts and comments from before the
	// last: when likes come by the thousand, each makes every page with a count
	// another, and each reader would have one made anew.
	talkGrace = 250 * time.Millisecond
)

// key names a page or feed. Only what exists is ever kept under one, so that
// asking for addresses at random fills nothing.
type key struct {
	kind string // home, post, tag, or a format of feeds
	name string // the slug of a post or tag
	page int    // of a list from 1; of a post the comment whose thread it goes on after, or 0

	before string // what a page of a feed begins after; empty for the first
}

func newCache() (*otter.Cache[key, *answer], error) {
	return otter.New(&otter.Options[key, *answer]{
		MaximumWeight: cacheBytes,
		Weigher: func(k key, a *answer) uint32 {
			return uint32(min(uint64(a.weight()+len(k.kind)+len(k.name)+len(k.before)), math.MaxUint32))
		},
	})
}

// load makes an answer of rows. Revisions are from before it reads any; last is
// what it made under the same key before, or nil.
type load func(ctx context.Context, revisions storage.Revisions, last *answer) (*answer, error)

// kept is the answer under k, or nil when there is none that shows the present.
func (s *Site) kept(k key) *answer {
	a, ok := s.cached(k)
	if ok {
		s.hits.Add(1)
		return a
	}
	return nil
}

// cached is kept without counting.
func (s *Site) cached(k key) (*answer, bool) {
	a, ok := s.cache.GetIfPresent(k)
	latest := s.latest.Load()
	if !ok || !a.shows(latest) && !a.nearlyShows(latest, s.now().Sub(a.made), s.grace) || !a.until.IsZero() && !a.lasts(s.now()) {
		return nil, false
	}
	return a, true
}

// nearlyShows tells whether only the talk has moved on since the answer was made
// some time ago, within the grace. A clock that went back gives none.
func (a *answer) nearlyShows(latest *storage.Revisions, ago, grace time.Duration) bool {
	return latest != nil && a.revisions.Blog.N == latest.Blog.N && ago >= 0 && ago < grace
}

// shows tells whether nothing has changed since the answer was made.
func (a *answer) shows(latest *storage.Revisions) bool {
	return latest != nil && a.revisions.Blog.N == latest.Blog.N && (!a.talk || a.revisions.Comments.N == latest.Comments.N)
}

// lasts tells whether the answer is not of a time that is over.
func (a *answer) lasts(now time.Time) bool { return a.until.IsZero() || now.Before(a.until) }

// fill makes the answer under k, once for all who wait for it, and sends it.
func (s *Site) fill(w http.ResponseWriter, r *http.Request, k key, render load) error {
	s.misses.Add(1)
	made, err, _ := s.fills.Do(fmt.Sprintf("%s %s %d %s", k.kind, k.name, k.page, k.before), func() (any, error) {
		// Who missed it by a moment comes when it is made already.
		if a, ok := s.cached(k); ok {
			return a, nil
		}
		// The first who asks may go away; the others wait on.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), fillTime)
		defer cancel()
		return s.remake(ctx, k, render)
	})
	if err != nil {
		return err
	}
	return made.(*answer).send(w, r, s.now())
}

func (s *Site) remake(ctx context.Context, k key, render load) (*answer, error) {
	began := s.now()
	revisions, err := s.db.Revisions(ctx)
	if err != nil {
		return nil, err
	}
	s.see(revisions)
	last, _ := s.cache.GetIfPresent(k)
	a, err := render(ctx, revisions, last)
	if err != nil {
		if status := statusOf(err); status == http.StatusNotFound || status == http.StatusGone {
			s.cache.Invalidate(k)
		}
		return nil, err
	}
	a.revisions, a.made = revisions, began
	s.cache.Set(k, a)
	return a, nil
}

// see takes note of revisions, unless later ones are known.
func (s *Site) see(revisions storage.Revisions) {
	for {
		latest := s.latest.Load()
		if latest != nil {
			if latest.Blog.N >= revisions.Blog.N && latest.Comments.N >= revisions.Comments.N {
				return
			}
			revisions.Blog = later(revisions.Blog, latest.Blog)
			revisions.Comments = later(revisions.Comments, latest.Comments)
		}
		if s.latest.CompareAndSwap(latest, &revisions) {
			return
		}
	}
}

func later(a, b storage.Revision) storage.Revision {
	if a.N > b.N {
		return a
	}
	return b
}
