package web

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"limelight/blog"
	"limelight/storage"
)

// Options are what a Site is made of.
type Options struct {
	Blog           *blog.Blog    // not changed afterwards
	DB             *storage.DB   // stays the caller's to close
	Log            *slog.Logger  // nil means no log
	CommentsPolicy string        // what becomes of replies: open, known, held or closed; empty means open
	About          *blog.Post    // what /about says, composed; nil means what Blog has
	Theme          fs.FS         // a folder whose templates and static files win over the built-in ones; nil means none
	Accent         *blog.Color   // nil means the built-in styles'
	Logo           blog.Image    // stands in place of face and title on top of the pages; Path is empty when there is none
	Lookup         Lookup        // of visitors' servers; nil means that pages offer none
	PlainHTTP      bool          // whether those may speak http
	CommentsClose  time.Duration // a post takes no replies after that; 0 is never
	Feeds          FeedOptions
	Blogroll       []blog.Recommendation // see ReadBlogroll; empty means that there is no such page
	Ready          ReadyOptions
	Now            func() time.Time // nil means time.Now
}

// Site answers readers. Its handlers are safe for concurrent use.
type Site struct {
	blog       *blog.Blog
	db         *storage.DB
	log        *slog.Logger
	policy     string
	closeAfter time.Duration
	lookup     Lookup
	logo       blog.Image
	feeds      FeedOptions
	roll       []blog.Recommendation
	now        func() time.Time

	policies []string // Content-Security-Policy
	limiter  *limiter
	foreign  *http.CrossOriginProtection // finds requests that another site's page makes

	pages    templates
	assets   map[string]*asset  // by the name under /static/
	problems map[int]*answer    // by HTTP status
	fixed    map[string]*answer // by path
	cache    *otter.Cache[key, *answer]
	fills    singleflight.Group
	grace    time.Duration                     // talkGrace, but for tests
	latest   atomic.Pointer[storage.Revisions] // as last seen by a fill or by Watch

	hits, misses atomic.Int64 // of the cache
	ready        readiness
}

// New makes a Site. It reads nothing from the database yet.
func New(o Options) (*Site, error) {
	if o.Blog == nil || o.DB == nil {
		return nil, errors.New("make the site: Blog and DB are needed")
	}
	s := &Site{blog: o.Blog, db: o.DB, log: o.Log, policy: o.CommentsPolicy, closeAfter: o.CommentsClose, lookup: o.Lookup, logo: o.Logo, feeds: o.Feeds, roll: o.Blogroll, now: o.Now, grace: talkGrace,
		policies: formPolicy(o.Blog.MediaURL, o.Lookup, o.PlainHTTP), foreign: http.NewCrossOriginProtection()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if err = s.foreign.AddTrustedOrigin(o.Blog.BaseURL); err != nil {
		return nil, fmt.Errorf("make the site: %w", err)
	}
	if s.limiter, err = newLimiter(); err != nil {
		return nil, fmt.Errorf("make the limits for visitors: %w", err)
	}
	if s.cache, err = newCache(); err != nil {
		return nil, fmt.Errorf("make the page cache: %w", err)
	}
	look := theme{o.Theme, o.Accent}
	if s.assets, err = loadAssets(look); err != nil {
		return nil, fmt.Errorf("load the static files: %w", err)
	}
	if s.pages, err = parseTemplates(look); err != nil {
		return nil, fmt.Errorf("parse the templates: %w", err)
	}
	if err = s.tryTemplates(); err != nil {
		return nil, fmt.Errorf("try the templates: %w", err)
	}
	if s.fixed, err = s.fixedPages(o.About); err != nil {
		return nil, err
	}
	s.ready.o = o.Ready
	s.problems = map[int]*answer{}
	for status := range problems {
		if s.problems[status], err = s.renderProblem(status); err != nil {
			return nil, fmt.Errorf("render the page for status %d: %w", status, err)
		}
	}
	return s, nil
}

// NotFound answers what no other handler does: 404, or 405 to a method that
// wants to change something; and browsers that ask whether a script may read a feed.
func (s *Site) NotFound(w http.ResponseWriter, r *http.Request) { s.handle(w, r, s.orOld(s.notFound)) }

func (s *Site) notFound(w http.ResponseWriter, r *http.Request) error {
	switch {
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		return fault(http.StatusNotFound)
	case !shared(r.URL.Path):
		w.Header()["Allow"] = allowedMethods
		return fault(http.StatusMethodNotAllowed)
	case r.Method == http.MethodOptions:
		preflight(w)
		return nil
	}
	w.Header()["Allow"] = sharedMethods
	return fault(http.StatusMethodNotAllowed)
}

// Robots answers /robots.txt: everything may be read, but the objects under /ap/
// are the same posts once more, for servers, and forms lead nowhere.
func (s *Site) Robots(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		h := w.Header()
		h["Content-Type"] = []string{"text/plain; charset=utf-8"}
		h["Cache-Control"] = []string{"public, max-age=86400"}
		_, err := w.Write([]byte("User-agent: *\nDisallow: /ap/\nDisallow: /interact\nDisallow: /search\n\nSitemap: " + s.blog.URL("/sitemap.xml") + "\n"))
		return gone(err)
	})
}
