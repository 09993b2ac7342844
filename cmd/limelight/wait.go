package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"limelight/storage"
)

const (
	waitTimeout = 2 * time.Minute        // a dead server is given up for the first time in half of that
	waitPoll    = 200 * time.Millisecond // between two looks at the deliveries
	waitLine    = 5 * time.Second        // between two lines where no bar can be drawn
	waitResting = 3 * time.Second        // for servers that took nothing of late: a worker that does not leave them alone has tried them by then
	unserved    = 2                      // looks in a row that find nobody serving, lest a restart is taken for that
)

// waitFlags are the flags of what can wait for its deliveries.
type waitFlags struct {
	wait    *bool
	timeout *time.Duration
}

func addWaitFlags(f *flags) waitFlags {
	return waitFlags{
		f.Bool("wait", false, "wait until every server was tried once, but for those that are left alone since they took nothing of late, and tell how that went"),
		f.Duration("timeout", waitTimeout, "with -wait: for how `LONG` at most"),
	}
}

// check finds what makes no sense together.
func (w waitFlags) check(f *flags) error {
	if *w.timeout <= 0 {
		return usagef("-timeout is a time above 0, such as 30s or 5m")
	}
	if *w.timeout != waitTimeout && !*w.wait {
		return usagef("-timeout goes with -wait; `limelight %s -h` tells how it is used", f.Name())
	}
	return nil
}

// await waits until each delivery about the posts (UUIDs) that was not done
// before since was tried, or its server may be left alone: there is always one that is
// down, and nobody waits an hour for it. What it tells goes to stderr, since the last line of
// stdout is an address. Nothing that ends the wait ends the deliveries.
func (w waitFlags) await(ctx context.Context, e *env, o *opened, posts []string, since time.Time) error {
	if !*w.wait || len(posts) == 0 {
		return nil
	}
	deadline := time.NewTimer(*w.timeout)
	defer deadline.Stop()
	tick := time.NewTicker(waitPoll)
	defer tick.Stop()
	m := &meter{w: e.stderr}
	defer m.end()
	began := time.Now()
	for missing := 0; ; {
		p, err := o.db.Progress(ctx, posts, since)
		if ctx.Err() != nil {
			return errStopped
		}
		if err != nil {
			return fmt.Errorf("look after the deliveries: %w", err)
		}
		if p.Untried == 0 || p.Untried == p.Resting && time.Since(began) >= waitResting {
			m.end()
			return tellOutcome(e.stderr, p)
		}
		served, err := o.db.Served(ctx)
		switch {
		case err != nil:
			return err
		case !served:
			if missing++; missing == unserved {
				return fmt.Errorf("nothing is being sent, since `limelight serve` is not running here; %s will be told when it does", plural(p.Untried, "server"))
			}
		default:
			missing = 0
		}
		m.show(p)
		select {
		case <-ctx.Done():
			return errStopped
		case <-deadline.C:
			return fmt.Errorf("waited %v: %s; the deliveries go on, and `limelight deliveries` shows them", *w.timeout, triedOf(p))
		case <-tick.C:
		}
	}
}

var errStopped = errors.New("not waiting any longer; the deliveries go on by themselves")

func triedOf(p storage.Progress) string {
	return fmt.Sprintf("%d of %s tried", p.Total()-p.Untried, plural(p.Total(), "server"))
}

func tellOutcome(w io.Writer, p storage.Progress) error {
	if p.Total() == 0 {
		_, err := fmt.Fprintln(w, "No server is to be told.")
		return err
	}
	text := fmt.Sprintf("%d of %s told, %d waiting to be tried again, %d failed", p.Sent, plural(p.Total(), "server"), p.Untried+p.Waiting, p.Failed)
	if p.Untried+p.Waiting+p.Failed > 0 {
		text += " (`limelight deliveries -post` tells which)"
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// meter shows progress: a bar on a terminal, else a line now and then.
type meter struct {
	w    io.Writer
	bar  *progressbar.ProgressBar
	said time.Time
	last int // tried, when that was said
}

func (m *meter) show(p storage.Progress) {
	tried := p.Total() - p.Untried
	switch {
	case m.bar != nil:
		m.bar.ChangeMax(p.Total()) // somebody whom the post mentions may have been found
		_ = m.bar.Set(tried)
	case isTerminal(m.w):
		m.bar = progressbar.NewOptions(p.Total(), progressbar.OptionSetWriter(m.w), progressbar.OptionSetDescription("servers"),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(true)) // the last ones are the slow ones: no guess holds
		_ = m.bar.Set(tried)
	case m.said.IsZero() || tried > m.last && time.Since(m.said) >= waitLine:
		fmt.Fprintln(m.w, triedOf(p))
		m.said, m.last = time.Now(), tried
	}
}

// end takes the bar away.
func (m *meter) end() {
	if m.bar != nil {
		_ = m.bar.Clear()
		m.bar = nil
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
