//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

const (
	senderWorkers = 64
	senderActors  = 50
	inboxRounds   = 8 // in which the node and the bare steps take turns
)

// inbox has replies come in as fast as the node takes them, from a sender on the
// same cores, and the same for the bare steps. Both take turns, so that what else
// the machine does meets both.
func inbox(ctx context.Context, l *lab) error {
	count := l.n(20_000)
	bare, err := l.bareInbox(ctx, count)
	if err != nil {
		return fmt.Errorf("the bare steps: %w", err)
	}
	defer bare.stop()
	n, post, err := l.openNode(ctx)
	if err != nil {
		return err
	}
	defer n.stop()
	node, err := l.replies(ctx, n.process, senderOrders{Inbox: n.url + "/ap/inbox", Blog: n.url, Post: post,
		Count: count, Actors: senderActors, Workers: senderWorkers, Rounds: inboxRounds}, nil)
	if err != nil {
		return err
	}
	defer node.stop()
	for range inboxRounds {
		if err := node.round(); err != nil {
			return err
		}
		if err := bare.round(); err != nil {
			return fmt.Errorf("the bare steps: %w", err)
		}
	}
	r, b, cpu, bareCPU := node.senderReport, bare.senderReport, node.cpu, bare.cpu
	_, most, err := n.process.memory()
	if err != nil {
		return err
	}
	now, err := n.process.settled(ctx)
	if err != nil {
		return err
	}
	kept, err := n.comments(ctx)
	if err != nil {
		return err
	}
	if want := count + senderActors; kept != want || r.Failed > 0 {
		return fmt.Errorf("%d of %d replies are kept; answers: %v", kept, want, r.Statuses)
	}
	perCPU, barePerCPU := float64(count)/cpu.Seconds(), float64(count)/bareCPU.Seconds()
	l.add(result{group: "inbox", what: fmt.Sprintf("%d replies, verified, sanitised, durable", count), figure: fmt.Sprintf("%.0f/s", r.rate()),
		bare: fmt.Sprintf("%.0f/s", b.rate()), ratio: r.rate() / b.rate(), aim: ">= 0.50", node: cpu, others: r.CPU,
		note: fmt.Sprintf("beside the sender on the same cores, as are the bare steps; by processor time alone %.0f/CPU s of %.0f/CPU s, ratio %.2f; memory at most %d MB, %d MB when it is over",
			perCPU, barePerCPU, perCPU/barePerCPU, most>>20, now>>20)})
	l.add(result{group: "inbox", what: fmt.Sprintf("p99 of an answer, %d senders at once", senderWorkers), figure: milliseconds(r.P99),
		bare: milliseconds(b.P99), aim: "< 100 ms", note: fmt.Sprintf("p50 %s, bare %s", milliseconds(r.P50), milliseconds(b.P50))})
	return nil
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// openNode is a node with one post that takes any number of replies, and the
// post's IRI.
func (l *lab) openNode(ctx context.Context, env ...string) (*node, string, error) {
	n, err := l.newNode(append(env, "LIMELIGHT_COMMENTS_ACTOR_PER_HOUR=0", "LIMELIGHT_COMMENTS_HOST_PER_HOUR=0")...)
	if err != nil {
		return nil, "", err
	}
	if err := n.serve(ctx); err != nil {
		return nil, "", err
	}
	file, err := n.post("talked-about", postSize)
	if err == nil {
		err = n.run(ctx, "publish", file)
	}
	var post string
	if err == nil {
		post, err = n.postIRI(ctx)
	}
	if err != nil {
		return nil, "", errors.Join(err, n.stop())
	}
	return n, post, nil
}

// postIRI is that of the newest post.
func (n *node) postIRI(ctx context.Context) (string, error) {
	var posts []struct{ ID string }
	if err := n.list(ctx, &posts, "posts"); err != nil {
		return "", err
	}
	if len(posts) == 0 {
		return "", errors.New("nothing is published")
	}
	return n.url + "/ap/posts/" + posts[0].ID, nil
}

// comments is how many the node keeps.
func (n *node) comments(ctx context.Context) (int, error) {
	var comments []struct{ ID int64 }
	err := n.list(ctx, &comments, "comments")
	return len(comments), err
}

// list runs a command that lists as JSON.
func (n *node) list(ctx context.Context, to any, command string) error {
	out, err := n.command(ctx, command, "-json").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("limelight %s: %w\n%s", command, err, exit.Stderr)
		}
		return err
	}
	return json.Unmarshal(out, to)
}

// replies is a sender that sends to a process, and what that process spent on all
// but the first reply of each actor.
type replies struct {
	senderReport
	cpu    time.Duration
	to     *process
	sender *process
	more   func() error // ends what the process is part of
}

// replies starts a sender and has each of its actors send one. Key is told the
// actors' when it is not nil.
func (l *lab) replies(ctx context.Context, to *process, orders senderOrders, key func([]byte) error) (*replies, error) {
	s, err := role(ctx, "sender", orders)
	if err != nil {
		return nil, err
	}
	r := &replies{to: to, sender: s}
	var ready senderReady
	err = s.hear(&ready)
	if err == nil && key != nil {
		err = key(ready.Key)
	}
	if err == nil {
		err = s.ask("go", &r.senderReport)
	}
	if err == nil && r.Failed > 0 {
		err = fmt.Errorf("the first replies were answered %v", r.Statuses)
	}
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return r, nil
}

// round has the next of them sent.
func (r *replies) round() error {
	before, err := r.to.cpu()
	if err != nil {
		return err
	}
	r.senderReport = senderReport{}
	if err := r.sender.ask("go", &r.senderReport); err != nil {
		return err
	}
	after, err := r.to.cpu()
	r.cpu += after - before
	return err
}

func (r *replies) stop() error {
	err := r.sender.stop()
	if r.more != nil {
		err = errors.Join(err, r.more())
	}
	return err
}

// sendReplies has a sender send all of them in one round.
func (l *lab) sendReplies(ctx context.Context, to *process, orders senderOrders) (senderReport, error) {
	r, err := l.replies(ctx, to, orders, nil)
	if err != nil {
		return senderReport{}, err
	}
	err = errors.Join(r.round(), r.stop())
	return r.senderReport, err
}

// bareInbox is a sender to the same steps with nothing around them.
func (l *lab) bareInbox(ctx context.Context, count int) (*replies, error) {
	dir, err := l.folder("bare")
	if err != nil {
		return nil, err
	}
	p, err := role(ctx, "inbox", dir)
	if err != nil {
		return nil, err
	}
	var url, ready string
	err = p.hear(&url)
	var r *replies
	if err == nil {
		r, err = l.replies(ctx, p, senderOrders{Inbox: url + "/ap/inbox", Blog: url, Post: url + "/ap/posts/1",
			Count: count, Actors: senderActors, Workers: senderWorkers, Rounds: inboxRounds},
			func(key []byte) error { return p.ask(key, &ready) })
	}
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	r.more = p.stop
	return r, nil
}
