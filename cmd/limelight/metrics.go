package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"time"

	"limelight/federation"
	"limelight/storage"
	"limelight/web"
)

// scrapeWithin bounds what one scrape asks of the database.
const scrapeWithin = 5 * time.Second

// metricsServer answers Prometheus on a listener of its own.
type metricsServer struct {
	n        *node
	meter    *routeMeter
	listener net.Listener
	server   *http.Server
}

// scrape is what the node's rooms say at one moment.
type scrape struct {
	*metricsServer
	fed           federation.Stats
	db            storage.Stats
	pages         web.CacheStat
	activities    *storage.Waiting // nil when the database did not answer
	feeds         *storage.Waiting
	subscriptions int
	now           time.Time
}

// listenMetrics takes server.metrics, when that names an address.
func (n *node) listenMetrics() (err error) {
	address := n.config.Server.Metrics
	if address == "" {
		return nil
	}
	s := &metricsServer{n: n}
	if s.listener, err = net.Listen("tcp", address); err != nil {
		return fmt.Errorf("%s: server.metrics: %w", n.config.where("server.metrics"), err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", s.serve)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 15 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(n.log.Handler(), slog.LevelDebug)}
	n.watched = s
	return nil
}

// run serves until ctx ends.
func (s *metricsServer) run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { s.server.Close() })
	defer stop()
	if err := s.server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		s.n.log.Error("metrics are not served any more", "err", err)
	}
}

func (s *metricsServer) serve(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), scrapeWithin)
	defer cancel()
	var out strings.Builder
	now := s.scrape(ctx)
	for _, m := range metrics() {
		m.expose(&out, m.read(now))
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write([]byte(out.String()))
}

// scrape asks each room once. What the database does not tell in time is left
// out.
func (s *metricsServer) scrape(ctx context.Context) *scrape {
	at := &scrape{metricsServer: s, fed: s.n.fed.Stats(), db: s.n.db.Stats(), pages: s.n.site.CacheStat(), now: time.Now()}
	if w, err := s.n.db.WaitingDeliveries(ctx, s.n.fed.Passed()); err == nil {
		at.activities = &w
	}
	if w, subscriptions, err := s.n.db.WaitingFeeds(ctx); err == nil {
		at.feeds, at.subscriptions = &w, subscriptions
	}
	return at
}

// ago is how long ago something was, 0 when it never was.
func (s *scrape) ago(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return max(0, s.now.Sub(t).Seconds())
}

// queues are samples of both queues, without the one that is not known.
func (s *scrape) queues(value func(*storage.Waiting) float64) (out []sample) {
	for i, w := range []*storage.Waiting{s.activities, s.feeds} {
		if w != nil {
			out = append(out, sample{labels: []string{"queue", []string{"activities", "feeds"}[i]}, value: value(w)})
		}
	}
	return out
}

// caches are samples of both caches.
func (s *scrape) caches(value func(web.CacheStat) float64) []sample {
	return []sample{{labels: []string{"cache", "pages"}, value: value(s.pages)},
		{labels: []string{"cache", "objects"}, value: value(web.CacheStat(s.fed.Objects))}}
}

// observer is what takes note of requests.
func (n *node) observer(table []route) *observer {
	o := &observer{}
	switch n.config.Log.Level {
	case "debug":
		o.debug = n.log
	case "info":
		o.lines = n.lines
	}
	if !n.config.Log.Requests {
		o.lines, o.debug = nil, nil
	}
	if n.watched != nil {
		o.meter = newRouteMeter(table)
		n.watched.meter = o.meter
	}
	return o
}

func buildInfo(*scrape) []sample {
	return []sample{{labels: []string{"version", version, "go", runtime.Version()}, value: 1}}
}
