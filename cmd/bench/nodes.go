//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"
)

// nodes has one node and then three serve a blog on one PostgreSQL. On one
// machine they share its cores: what is to be seen is that nobody does the
// other's work again, and what the sharing costs.
func nodes(ctx context.Context, l *lab) error {
	fanouts, replies := map[int]*arrivals{}, map[int]senderReport{}
	for _, count := range []int{1, 3} {
		p, err := newPostgres(ctx)
		if err != nil {
			return err
		}
		if p == nil {
			fmt.Println("  skipped: there is no PostgreSQL in /usr/lib/postgresql")
			return nil
		}
		a, r, err := l.cluster(ctx, p, count)
		if err = errors.Join(err, p.stop()); err != nil {
			return fmt.Errorf("%d nodes: %w", count, err)
		}
		fanouts[count], replies[count] = a, r
	}
	one, three := fanouts[1], fanouts[3]
	l.add(result{group: "nodes", what: fmt.Sprintf("three nodes: a post to %d inboxes at new hosts, plain", len(three.at)), figure: fmt.Sprintf("%.0f/s", three.rate()),
		bare: fmt.Sprintf("one node %.0f/s", one.rate()), ratio: three.rate() / one.rate(), node: three.node, others: three.all,
		note: fmt.Sprintf("one node took %.2f s of processor time", one.node.Seconds())})
	l.add(result{group: "nodes", what: fmt.Sprintf("three nodes: %d replies", replies[3].Count), figure: fmt.Sprintf("%.0f/s", replies[3].rate()),
		bare: fmt.Sprintf("one node %.0f/s", replies[1].rate()), ratio: replies[3].rate() / replies[1].rate(),
		note: fmt.Sprintf("p99 %s, with one node %s; put off by 503 for later: %d, with one node %d",
			milliseconds(replies[3].P99), milliseconds(replies[1].P99), replies[3].Failed, replies[1].Failed)})
	return nil
}

// cluster measures a fan-out and replies with so many nodes.
func (l *lab) cluster(ctx context.Context, p *postgres, count int) (*arrivals, senderReport, error) {
	var r senderReport
	s, err := role(ctx, "sink", sinkOrders{})
	if err != nil {
		return nil, r, err
	}
	defer s.stop()
	var ready sinkReady
	if err := s.hear(&ready); err != nil {
		return nil, r, err
	}
	c := fanoutCase{inboxes: l.n(3000), hosts: l.n(3000)}
	good, _ := c.addresses(ready)
	media, err := l.folder("media")
	if err != nil {
		return nil, r, err
	}
	db, err := p.open(ctx, media)
	if err != nil {
		return nil, r, err
	}
	if err := errors.Join(follow(ctx, db, good), db.Close()); err != nil {
		return nil, r, err
	}
	all, err := l.join(ctx, p, count, media)
	defer func() {
		for _, n := range all {
			_ = n.stop()
		}
	}()
	if err != nil {
		return nil, r, err
	}
	a, err := all.publish(ctx, c, s, len(good))
	if err != nil {
		return nil, r, err
	}
	post, err := all[0].postIRI(ctx)
	if err != nil {
		return nil, r, err
	}
	var local []string
	for _, n := range all {
		local = append(local, n.local)
	}
	r, err = l.sendReplies(ctx, all[0].process, senderOrders{Inbox: all[0].url + "/ap/inbox", Blog: all[0].url, Post: post,
		Count: l.n(3000), Actors: senderActors, Workers: senderWorkers, Dial: local})
	if put := r.Statuses[http.StatusServiceUnavailable]; err == nil && r.Failed > put {
		err = fmt.Errorf("answers: %v", r.Statuses)
	}
	r.Count -= r.Failed
	return a, r, err
}

// members are the nodes of one blog.
type members []*node

// join starts so many of them.
func (l *lab) join(ctx context.Context, p *postgres, count int, media string) (members, error) {
	var all members
	address, err := freeAddress() // where a load balancer would be
	if err != nil {
		return nil, err
	}
	for range count {
		n, err := l.newNode("LIMELIGHT_SERVER_BASE_URL=http://"+address, "LIMELIGHT_STORAGE_DATABASE="+p.url(), "LIMELIGHT_STORAGE_MEDIA="+media,
			"LIMELIGHT_COMMENTS_ACTOR_PER_HOUR=0", "LIMELIGHT_COMMENTS_HOST_PER_HOUR=0")
		if err != nil {
			return all, err
		}
		all = append(all, n)
		if err := n.serve(ctx); err != nil {
			return all, err
		}
	}
	return all, nil
}

// publish is fanoutCase.publish with the processor time of all nodes.
func (m members) publish(ctx context.Context, c fanoutCase, s *process, want int) (*arrivals, error) {
	cpu := func() (sum time.Duration, err error) {
		for _, n := range m {
			t, err := n.process.cpu()
			if err != nil {
				return 0, err
			}
			sum += t
		}
		return sum, nil
	}
	before, err := cpu()
	if err != nil {
		return nil, err
	}
	a, err := c.publish(ctx, m[0], s, "measured", want)
	if err != nil {
		return nil, err
	}
	after, err := cpu()
	a.node = after - before
	var report sinkReport
	if err = errors.Join(err, s.ask("report", &report)); err == nil && report.Requests != want {
		err = fmt.Errorf("%d requests came for %d inboxes", report.Requests, want)
	}
	return a, err
}

// localOf is where a node behind a proxy listens, as it prints it.
func localOf(line string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(line), "local ")
	if !ok {
		return "", false
	}
	address, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	return filepath.Base(address), true
}
