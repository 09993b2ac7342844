package main

import (
	"limelight/storage"
	"limelight/web"
)

// metrics is everything that Prometheus is told. CONTRIBUTING.md lists the same;
// a test compares both with what is really served. Labels have few values, and
// never one that others choose.
func metrics() []metric {
	return append([]metric{
		{"limelight_build_info", "gauge", "The program's version and that of Go, as labels.", buildInfo},
		{"limelight_deliveries_total", "counter", "Attempts to deliver, by queue (activities, feeds) and outcome (sent, failed, put_off, replaced).", func(s *scrape) (out []sample) {
			for _, d := range s.fed.Deliveries {
				out = append(out, sample{labels: []string{"queue", d.Queue, "outcome", d.Outcome}, value: float64(d.N)})
			}
			return out
		}},
		{"limelight_queue_size", "gauge", "What waits to be delivered, by queue.", func(s *scrape) []sample {
			return s.queues(func(w *storage.Waiting) float64 { return float64(w.Size) })
		}},
		{"limelight_queue_oldest_seconds", "gauge", "Age of the oldest delivery of an activity that waits, also for a server that is down.", func(s *scrape) []sample {
			if s.activities == nil {
				return nil
			}
			return one(s.ago(s.activities.Oldest))
		}},
		{"limelight_queue_overdue_seconds", "gauge", "How long something could have been delivered that was not, by queue; servers in trouble do not count.", func(s *scrape) []sample {
			return s.queues(func(w *storage.Waiting) float64 { return s.ago(w.Overdue) })
		}},
		{"limelight_inbox_total", "counter", "Activities that came, by outcome (accepted, ignored, refused, put_off) and HTTP status.", func(s *scrape) (out []sample) {
			for _, i := range s.fed.Inbox {
				out = append(out, sample{labels: []string{"outcome", i.Outcome, "status", number(i.Status)}, value: float64(i.N)})
			}
			return out
		}},
		{"limelight_fetches_total", "counter", "What was asked of other servers, by kind (document, image, descriptor) and outcome (ok, status, unreachable, refused, unfit).", func(s *scrape) (out []sample) {
			for _, f := range s.fed.Fetches {
				out = append(out, sample{labels: []string{"kind", f.Kind, "outcome", f.Outcome}, value: float64(f.N)})
			}
			return out
		}},
		{"limelight_cache_hits_total", "counter", "What was served from memory, by cache (pages, objects).", func(s *scrape) []sample {
			return s.caches(func(c web.CacheStat) float64 { return float64(c.Hits) })
		}},
		{"limelight_cache_misses_total", "counter", "What was not, by cache.", func(s *scrape) []sample {
			return s.caches(func(c web.CacheStat) float64 { return float64(c.Misses) })
		}},
		{"limelight_cache_bytes", "gauge", "Size of what is kept in memory, by cache.", func(s *scrape) []sample {
			return s.caches(func(c web.CacheStat) float64 { return float64(c.Bytes) })
		}},
		{"limelight_websub_requests_total", "counter", "Requests for subscriptions to feeds, by HTTP status.", func(s *scrape) (out []sample) {
			for _, h := range s.fed.Hub {
				out = append(out, sample{labels: []string{"status", number(h.Status)}, value: float64(h.N)})
			}
			return out
		}},
		{"limelight_websub_subscriptions", "gauge", "Subscriptions to feeds.", func(s *scrape) []sample {
			if s.feeds == nil {
				return nil
			}
			return one(float64(s.subscriptions))
		}},
		{"limelight_http_requests_total", "counter", "Requests, by method, route and HTTP status.", func(s *scrape) []sample { return s.meter.requests() }},
		{"limelight_http_request_seconds", "histogram", "How long requests took, by method and route.", func(s *scrape) []sample { return s.meter.seconds() }},
	}, append(databaseMetrics(), processMetrics()...)...)
}

// databaseMetrics are those of storage. SQLite has files, PostgreSQL connections.
func databaseMetrics() []metric {
	onSQLite := func(value func(storage.Stats) []sample) func(*scrape) []sample {
		return func(s *scrape) []sample {
			if s.db.Postgres {
				return nil
			}
			return value(s.db)
		}
	}
	return []metric{
		{"limelight_database_writes_total", "counter", "Transactions that write.", func(s *scrape) []sample { return one(float64(s.db.Writes)) }},
		{"limelight_database_write_failures_total", "counter", "Those that could not be begun or committed.", func(s *scrape) []sample { return one(float64(s.db.Failed)) }},
		{"limelight_database_write_wait_seconds_total", "counter", "How long writes waited for their turn, all together.", func(s *scrape) []sample { return one(s.db.WriteWait.Seconds()) }},
		{"limelight_database_busy_total", "counter", "Times that another process or transaction was in the way.", func(s *scrape) []sample { return one(float64(s.db.Busy)) }},
		{"limelight_sqlite_bytes", "gauge", "Size of the SQLite database, by file (database, wal).", onSQLite(func(db storage.Stats) []sample {
			return []sample{{labels: []string{"file", "database"}, value: float64(db.File)}, {labels: []string{"file", "wal"}, value: float64(db.WAL)}}
		})},
		{"limelight_postgres_connections", "gauge", "Connections to PostgreSQL, by state (open, in_use).", func(s *scrape) []sample {
			if !s.db.Postgres {
				return nil
			}
			return []sample{{labels: []string{"state", "open"}, value: float64(s.db.Open)}, {labels: []string{"state", "in_use"}, value: float64(s.db.Use)}}
		}},
	}
}
