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
)

// inbox has replies come in as fast as the node takes them, from a sender on the
// same cores, and the same for the bare steps.
func inbox(ctx context.Context, l *lab) error {
	count := l.n(20_000)
	b, bareCPU, err := l.bareInbox(ctx, count)
	if err != nil {
		return fmt.Errorf("the bare steps: %w", err)
	}
	n, post, err := l.openNode(ctx)
	if err != nil {
		return err
	}
	defer n.stop()
	r, cpu, err := l.sendReplies(ctx, n.process, senderOrders{Inbox: n.url + "/ap/inbox", Blog: n.url, Post: post, Count: count, Actors: senderActors, Workers: senderWorkers}, nil)
	if err != nil {
		return err
	}
	now, most, err := n.process.memory()
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
	l.add(result{group: "inbox", what: fmt.Sprintf("%d replies, verified, sanitised, durable", count), figure: fmt.Sprintf("%.0f/CPU s", perCPU),
		bare: fmt.Sprintf("%.0f/CPU s", barePerCPU), ratio: perCPU / barePerCPU, aim: ">= 0.50", node: cpu, others: r.CPU,
		note: fmt.Sprintf("%.0f/s beside the sender on the same cores, where the bare steps have %.0f/s; memory %d MB after it, at most %d MB",
			r.rate(), b.rate(), now>>20, most>>20)})
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
	file, err := n.post("talked-about", bodySize/2)
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

// sendReplies has a sender send to the process, and measures its processor time
// over all but the first reply of each actor. Key is told the actors' when it is
// not nil.
func (l *lab) sendReplies(ctx context.Context, to *process, orders senderOrders, key func([]byte) error) (r senderReport, cpu time.Duration, err error) {
	s, err := role(ctx, "sender", orders)
	if err != nil {
		return r, 0, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	var ready senderReady
	if err := s.hear(&ready); err != nil {
		return r, 0, err
	}
	if key != nil {
		if err := key(ready.Key); err != nil {
			return r, 0, err
		}
	}
	if err := s.ask("go", &r); err != nil {
		return r, 0, err
	}
	if r.Failed > 0 {
		return r, 0, fmt.Errorf("the first replies were answered %v", r.Statuses)
	}
	before, err := to.cpu()
	if err != nil {
		return r, 0, err
	}
	r = senderReport{}
	if err := s.ask("go", &r); err != nil {
		return r, 0, err
	}
	after, err := to.cpu()
	return r, after - before, err
}

// bareInbox measures the same steps with nothing around them.
func (l *lab) bareInbox(ctx context.Context, count int) (r senderReport, cpu time.Duration, err error) {
	dir, err := l.folder("bare")
	if err != nil {
		return r, 0, err
	}
	p, err := role(ctx, "inbox", dir)
	if err != nil {
		return r, 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	var url, ready string
	if err := p.hear(&url); err != nil {
		return r, 0, err
	}
	return l.sendReplies(ctx, p, senderOrders{Inbox: url + "/ap/inbox", Blog: url, Post: url + "/ap/posts/1", Count: count, Actors: senderActors, Workers: senderWorkers},
		func(key []byte) error { return p.ask(key, &ready) })
}
