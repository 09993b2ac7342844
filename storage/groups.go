package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// groupSize bounds how many members share one COMMIT.
const groupSize = 256

// grouper has whoever waits taken into the next group, so that one COMMIT with
// its fsync serves many: on SQLite 27,000 durable commits a second instead of 5,200.
type grouper struct {
	queue chan *member
	stop  chan struct{} // closed by close
	done  chan struct{} // closed when all goroutines have ended
	once  sync.Once
	abort func() // has the groups that are under way fail; nil where nothing can
}

// member is one method's transaction inside a group.
type member struct {
	of    string // whose it is; see together
	run   func(*tx) error
	asked time.Time // by the monotonic clock
	err   error
	taken atomic.Bool   // by the committer, or by the caller that gave up
	done  chan struct{} // closed after COMMIT, or after its failure
}

// take is false when the caller has given up.
func (m *member) take() bool { return m.taken.CompareAndSwap(false, true) }

// fail is for a group that was not committed. That the member had no effect counts
// for nothing then: what it saw may have gone with the others.
func (m *member) fail(err error) {
	if m.err == nil || errors.Is(m.err, errNoEffect) {
		m.err = err
	}
}

// committer runs groups, on one goroutine.
type committer interface {
	commit(group []*member) // takes those who still wait, runs them and lets each know
	end()
}

// newGrouper has each committer work on its own goroutine.
func newGrouper(each ...committer) *grouper {
	g := &grouper{queue: make(chan *member, groupSize), stop: make(chan struct{}), done: make(chan struct{})}
	var all sync.WaitGroup
	for _, c := range each {
		all.Go(func() { g.loop(c) })
	}
	go func() {
		all.Wait()
		close(g.done)
	}()
	return g
}

// write runs fn inside a group and returns after its COMMIT. The caller's
// context counts only until the member is taken up: an error of the
// context means that nothing was written.
func (g *grouper) write(ctx context.Context, fn func(*tx) error) error {
	return g.together(ctx, "", fn)
}

// together is write for what somebody does; see DB.together.
func (g *grouper) together(ctx context.Context, of string, fn func(*tx) error) error {
	m := &member{of: of, run: fn, asked: time.Now(), done: make(chan struct{})}
	select {
	case <-g.stop:
		return ErrClosed
	default:
	}
	select {
	case g.queue <- m:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.stop:
		return ErrClosed
	}
	select {
	case <-m.done:
		return m.err
	case <-ctx.Done():
		if m.take() {
			return ctx.Err()
		}
	case <-g.done:
		if m.take() {
			return ErrClosed
		}
	}
	<-m.done
	return m.err
}

// close ends the goroutines after they have committed what was queued. When that
// is not done within the patience, groups are aborted where they can be: nobody
// was told yet that what is in them is kept.
func (g *grouper) close(patience time.Duration) {
	g.once.Do(func() { close(g.stop) })
	if g.abort == nil || ended(g.done, patience) {
		<-g.done
		return
	}
	g.abort()
	ended(g.done, patience)
}

// ended waits for done, but no longer than for so long.
func ended(done <-chan struct{}, within time.Duration) bool {
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

func (g *grouper) loop(c committer) {
	defer c.end()
	for {
		select {
		case m := <-g.queue:
			c.commit(g.group(m))
		case <-g.stop:
			for {
				select {
				case m := <-g.queue:
					c.commit(g.group(m))
				default:
					return
				}
			}
		}
	}
}

// group is first and whoever else waits already.
func (g *grouper) group(first *member) []*member {
	group := []*member{first}
	for len(group) < groupSize {
		select {
		case m := <-g.queue:
			group = append(group, m)
		default:
			return group
		}
	}
	return group
}

// savepoint runs one member so that its failure undoes only its own work. An
// error it returns is the transaction's, not the member's.
func savepoint(t *tx, m *member) error {
	if _, err := t.exec("SAVEPOINT member"); err != nil {
		return err
	}
	tallies, keys := t.tallies, t.keys
	if m.err = guarded(t, m.run); m.err != nil {
		t.tallies, t.keys = tallies, keys
		if _, err := t.exec("ROLLBACK TO member"); err != nil {
			return err
		}
	}
	_, err := t.exec("RELEASE member")
	return err
}

// guarded turns a panic of one member into its error: it must not take the
// writer, and with it the whole node, along.
func guarded(t *tx, run func(*tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v", p)
		}
	}()
	return overfull(run(t))
}
