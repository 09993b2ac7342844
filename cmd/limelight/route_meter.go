package main

import (
	"net/http"
	"sync/atomic"
	"time"
)

// latencies are the upper bounds of the histogram's buckets.
var latencies = [...]time.Duration{500 * time.Microsecond, time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond,
	25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 5 * time.Second, 30 * time.Second}

// statuses are those that are told apart; the rest is the last of them, 0.
var statuses = [...]int{200, 201, 202, 204, 206, 301, 302, 303, 304, 400, 401, 403, 404, 405, 406, 408, 410, 412, 413, 415, 416, 421, 429, 500, 501, 503, 0}

// routeMeter counts requests by route and status. Counting is three additions,
// without lock or memory.
type routeMeter struct {
	index  [600]uint8 // of a status in statuses
	names  []string   // of the routes, in the order of the table
	routes map[string]*routeCount
}

type routeCount struct {
	statuses [len(statuses)]atomic.Int64
	buckets  [len(latencies) + 1]atomic.Int64
	nanos    atomic.Int64
}

// newRouteMeter is one for the routes of the table, and for what no route answers.
func newRouteMeter(table []route) *routeMeter {
	m := &routeMeter{routes: map[string]*routeCount{}}
	for i := range m.index {
		m.index[i] = uint8(len(statuses) - 1)
	}
	for i, status := range statuses {
		m.index[status] = uint8(i)
	}
	for _, r := range append(table, route{pattern: ""}) {
		if m.routes[r.pattern] == nil {
			m.names = append(m.names, r.pattern)
			m.routes[r.pattern] = &routeCount{}
		}
	}
	return m
}

// add counts a request that was answered.
func (m *routeMeter) add(pattern string, status int, took time.Duration) {
	c := m.routes[pattern]
	if c == nil {
		c = m.routes[""]
	}
	if status < http.StatusOK || status >= len(m.index) {
		status = 0
	}
	c.statuses[m.index[status]].Add(1)
	i := 0
	for i < len(latencies) && took > latencies[i] {
		i++
	}
	c.buckets[i].Add(1)
	c.nanos.Add(int64(took))
}

// requests are the samples of limelight_http_requests_total.
func (m *routeMeter) requests() (out []sample) {
	for _, name := range m.names {
		for i, status := range statuses {
			if n := m.routes[name].statuses[i].Load(); n > 0 {
				out = append(out, sample{labels: routeLabels(name, "status", number(status)), value: float64(n)})
			}
		}
	}
	return out
}

// seconds are the samples of limelight_http_request_seconds, of routes that were
// asked for.
func (m *routeMeter) seconds() (out []sample) {
	for _, name := range m.names {
		c := m.routes[name]
		total := int64(0)
		var buckets []sample
		for i := range c.buckets {
			bound := "+Inf"
			if total += c.buckets[i].Load(); i < len(latencies) {
				bound = float(latencies[i].Seconds())
			}
			buckets = append(buckets, sample{"_bucket", routeLabels(name, "le", bound), float64(total)})
		}
		if total == 0 {
			continue
		}
		out = append(append(out, buckets...), sample{"_sum", routeLabels(name), time.Duration(c.nanos.Load()).Seconds()}, sample{"_count", routeLabels(name), float64(total)})
	}
	return out
}

func routeLabels(pattern string, more ...string) []string {
	verb := otherRoute
	for i := range pattern {
		if pattern[i] == ' ' {
			verb = pattern[:i]
			break
		}
	}
	return append([]string{"method", verb, "route", routeOf(pattern)}, more...)
}
