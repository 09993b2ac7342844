//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"limelight/storage"
)

const (
	postSize = 2 << 10 // of the text of a post, in bytes
	bodySize = 7 << 10 // about what its Create weighs, in bytes: the text twice, once by language
)

// signingTurn is how long signing has, so that a moment in which the machine is fast or
// slow weighs little beside the turns of the others, which take ten seconds.
const signingTurn = 5 * time.Second

// fanoutCase is one post on its way.
type fanoutCase struct {
	what    string
	inboxes int
	hosts   int // that they are spread over
	tls     bool
	warm    bool // another post went out just before
	bad     bool // of five hosts, one is dead, refuses, answers 500 or takes ten seconds, in turn
	aim     string
}

func fanoutCases(l *lab) []fanoutCase {
	var out []fanoutCase
	for _, n := range []int{100, 1000, 10_000} {
		n = l.n(n)
		out = append(out,
			fanoutCase{what: fmt.Sprintf("%d new hosts, plain", n), inboxes: n, hosts: n},
			fanoutCase{what: fmt.Sprintf("%d new hosts, TLS", n), inboxes: n, hosts: n, tls: true, aim: ">= 0.85"},
			fanoutCase{what: fmt.Sprintf("%d new hosts, TLS, one in five bad", n), inboxes: n, hosts: n, tls: true, bad: true},
		)
	}
	n := l.n(10_000)
	return append(out,
		fanoutCase{what: fmt.Sprintf("%d inboxes at 50 hosts kept alive, plain", n), inboxes: n, hosts: 50, warm: true, aim: ">= 0.90"},
		fanoutCase{what: fmt.Sprintf("%d inboxes at 50 hosts kept alive, TLS", n), inboxes: n, hosts: 50, tls: true, warm: true, aim: ">= 0.90"})
}

// warmRounds is how often signing, the node and the bare loop take turns at hosts
// kept alive: a figure of each alone moves more from one second to the next than
// they differ, where others share the machine's cores.
const warmRounds = 3

func fanout(ctx context.Context, l *lab) error {
	sign, err := bare(ctx, "sign", 3*time.Second)
	if err != nil {
		return err
	}
	l.add(result{group: "fanout", what: "RSA-2048 signing on all cores", figure: fmt.Sprintf("%.0f/s", sign.rate()),
		note: fmt.Sprintf("%.0f per CPU second", sign.perCPU())})
	var healthy *arrivals
	for _, c := range fanoutCases(l) {
		if !l.wants(c.what) {
			continue
		}
		a, err := c.run(ctx, l)
		if err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
		if c.bad && healthy != nil {
			c.compare(l, healthy, a)
		}
		healthy = a
	}
	return nil
}

// arrivals are when the healthy inboxes got theirs, since `publish` began.
type arrivals struct {
	at        []time.Duration
	node, all time.Duration // processor time of the node, and of the sink
	most      int64         // bytes of memory that the node had at most
}

func (a *arrivals) quantile(q float64) time.Duration {
	return a.at[min(len(a.at)-1, int(q*float64(len(a.at))))]
}

// rate is between the first and the last.
func (a *arrivals) rate() float64 {
	span := a.at[len(a.at)-1] - a.at[0]
	return float64(len(a.at)-1) / max(span, time.Microsecond).Seconds()
}

func (c fanoutCase) run(ctx context.Context, l *lab) (*arrivals, error) {
	var env []string
	orders := sinkOrders{}
	if c.tls {
		dir, err := l.folder("ca")
		if err != nil {
			return nil, err
		}
		orders.CA = filepath.Join(dir, "ca.pem")
		env = append(env, "SSL_CERT_FILE="+orders.CA)
	}
	s, err := role(ctx, "sink", orders)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	var ready sinkReady
	if err := s.hear(&ready); err != nil {
		return nil, err
	}
	good, all := c.addresses(ready)
	n, err := l.newNode(env...)
	if err != nil {
		return nil, err
	}
	defer n.stop()
	if err := n.fill(ctx, func(db *storage.DB) error { return follow(ctx, db, all) }); err != nil {
		return nil, err
	}
	if err := n.serve(ctx); err != nil {
		return nil, err
	}
	if c.warm {
		if _, err := c.publish(ctx, n, s, "warm", len(good)); err != nil {
			return nil, err
		}
	}
	if c.warm {
		return nil, c.takeTurns(ctx, l, n, s, good)
	}
	a, err := c.publish(ctx, n, s, "measured", len(good))
	if err != nil {
		return nil, err
	}
	if _, a.most, err = n.process.memory(); err != nil {
		return nil, err
	}
	if err := n.stop(); err != nil {
		return nil, err
	}
	return a, c.report(ctx, l, a)
}

// addresses are the inboxes that answer, and all.
func (c fanoutCase) addresses(ready sinkReady) (good, all []string) {
	scheme := "http"
	if c.tls {
		scheme = "https"
	}
	for i := range c.inboxes {
		network, port := healthyNet, ready.Port
		if c.bad && i%5 == 4 {
			switch i / 5 % 4 {
			case 0:
				port = ready.Dead
			case 1:
				port = ready.Refusing
			case 2:
				network = failingNet
			case 3:
				network = slowNet
			}
		}
		inbox := fmt.Sprintf("%s://%s:%d/users/u%d/inbox", scheme, hostAddress(network, i%c.hosts), port, i)
		all = append(all, inbox)
		if network == healthyNet && port == ready.Port {
			good = append(good, inbox)
		}
	}
	return good, all
}

// fanoutPatience bounds one fan-out.
const fanoutPatience = 5 * time.Minute

// publish publishes a post and waits until every healthy inbox has it.
func (c fanoutCase) publish(ctx context.Context, n *node, s *process, name string, want int) (*arrivals, error) {
	file, err := n.post(name, postSize)
	if err != nil {
		return nil, err
	}
	var before, report sinkReport
	if err := s.ask("reset", &before); err != nil {
		return nil, err
	}
	cpu, err := n.process.cpu()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := n.run(ctx, "publish", file); err != nil {
		return nil, err
	}
	for len(report.Arrivals) < want {
		if time.Since(began) > fanoutPatience {
			return nil, fmt.Errorf("%d of %d arrived", len(report.Arrivals), want)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		if err := s.ask("report", &report); err != nil {
			return nil, err
		}
	}
	if report.Unsigned > 0 {
		return nil, errors.New("requests came without a signature")
	}
	a := &arrivals{all: report.CPU - before.CPU}
	now, err := n.process.cpu()
	a.node = now - cpu
	for _, at := range report.Arrivals {
		a.at = append(a.at, time.Unix(0, at).Sub(began))
	}
	return a, err
}

// report measures the bare loop on the same servers' like and tells both.
func (c fanoutCase) report(ctx context.Context, l *lab, a *arrivals) error {
	r := result{group: "fanout", what: c.what, figure: fmt.Sprintf("%.0f/s", a.rate()), aim: c.aim, node: a.node, others: a.all,
		note: fmt.Sprintf("the first after %.2f s, p99 %.2f s, all after %.2f s; at most %d MB of memory",
			a.at[0].Seconds(), a.quantile(0.99).Seconds(), a.quantile(1).Seconds(), a.most>>20)}
	if c.bad {
		l.add(r)
		return nil
	}
	b, err := c.bareLoop(ctx, l)
	if err != nil {
		return err
	}
	r.bare, r.ratio = fmt.Sprintf("%.0f/s", b.rate()), a.rate()/b.rate()
	l.add(r)
	return nil
}

// takeTurns has signing, the node and the bare loop work one after the other,
// several times. Since the sink shares the cores, processor time is compared.
func (c fanoutCase) takeTurns(ctx context.Context, l *lab, n *node, s *process, good []string) error {
	var signing, delivering, posting bareReport
	r := result{group: "fanout", what: c.what, aim: c.aim}
	for round := range warmRounds {
		b, err := bare(ctx, "sign", signingTurn)
		if err != nil {
			return err
		}
		signing.add(b)
		a, err := c.publish(ctx, n, s, fmt.Sprintf("measured-%d", round), len(good))
		if err != nil {
			return err
		}
		delivering.add(bareReport{Count: len(a.at), Took: a.quantile(1), CPU: a.node})
		r.node, r.others = r.node+a.node, r.others+a.all
		if b, err = c.bareLoop(ctx, l); err != nil {
			return err
		}
		posting.add(b)
	}
	_, most, err := n.process.memory()
	if err != nil {
		return err
	}
	r.figure = fmt.Sprintf("%.0f/CPU s", delivering.perCPU())
	r.bare = fmt.Sprintf("%.0f signed/CPU s", signing.perCPU())
	r.ratio = delivering.perCPU() / signing.perCPU()
	r.note = fmt.Sprintf("%.2f of a bare loop's %.0f/CPU s; %.0f/s from publishing to the last, beside the sink on the same cores, where the bare loop has %.0f/s; at most %d MB of memory",
		delivering.perCPU()/posting.perCPU(), posting.perCPU(), delivering.rate(), posting.rate(), most>>20)
	l.add(r)
	return n.stop()
}

// bareLoop is the same on a sink of its own.
func (c fanoutCase) bareLoop(ctx context.Context, l *lab) (bareReport, error) {
	orders := sinkOrders{}
	if c.tls {
		dir, err := l.folder("ca")
		if err != nil {
			return bareReport{}, err
		}
		orders.CA = filepath.Join(dir, "ca.pem")
	}
	s, err := role(ctx, "sink", orders)
	if err != nil {
		return bareReport{}, err
	}
	defer s.stop()
	var ready sinkReady
	if err := s.hear(&ready); err != nil {
		return bareReport{}, err
	}
	good, _ := c.addresses(ready)
	return bare(ctx, "post", postOrders{Inboxes: good, Size: bodySize, Workers: 128, Warm: c.warm, CA: orders.CA})
}

// compare tells how much longer the healthy hosts waited for the bad ones' sake.
func (c fanoutCase) compare(l *lab, without, with *arrivals) {
	a, b := with.quantile(0.99), without.quantile(0.99)
	l.add(result{group: "fanout", what: c.what + ": p99 of the healthy", figure: fmt.Sprintf("%.2f s", a.Seconds()),
		bare: fmt.Sprintf("%.2f s", b.Seconds()), ratio: a.Seconds() / b.Seconds(), aim: "<= 1.2"})
}

// bare runs one of the bare loops to its end.
func bare(ctx context.Context, name string, orders any) (bareReport, error) {
	var r bareReport
	p, err := role(ctx, name, orders)
	if err != nil {
		return r, err
	}
	err = errors.Join(p.hear(&r), p.stop())
	if err == nil && r.Failed > 0 {
		err = fmt.Errorf("%d of %d failed in the bare loop", r.Failed, r.Count)
	}
	return r, err
}
