package storage

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// groupSize bounds how many members share one COMMIT.
const groupSize = 256

// busyAfter is how long a BEGIN takes when another process was in the way.
const busyAfter = 5 * time.Millisecond

// writer is the one goroutine that writes to SQLite for the serving process.
// Whoever waits is taken into the next group, so that one COMMIT with its
// fsync serves many: 27,000 durable commits a second instead of 5,200.
type writer struct {
	db       *sql.DB // one connection
	now      func() time.Time
	full     func() bool   // see Options
	patience time.Duration // with another process that keeps the database locked
	meter    *meter
	queue    chan *member
	stop     chan struct{} // closed by close
	done     chan struct{} // closed when the goroutine has ended
	once     sync.Once
}

// member is one method's transaction inside a group.
type member struct {
	run   func(*tx) error
	asked time.Time // by the monotonic clock
	err   error
	taken atomic.Bool   // by the writer, or by the caller that gave up
	done  chan struct{} // closed after COMMIT, or after its failure
}

func newWriter(db *sql.DB, now func() time.Time, full func() bool) *writer {
	w := &writer{
		db:       db,
		now:      now,
		full:     full,
		patience: busyTimeout,
		meter:    &meter{},
		queue:    make(chan *member, groupSize),
		stop:     make(chan struct{}),
		done:     make(chan struct{}),
	}
	go w.loop()
	return w
}

// write runs fn inside a group and returns after its COMMIT. The caller's
// context counts only until the writer takes the member up: an error of the
// context means that nothing was written.
func (w *writer) write(ctx context.Context, fn func(*tx) error) error {
	m := &member{run: fn, asked: time.Now(), done: make(chan struct{})}
	select {
	case <-w.stop:
		return ErrClosed
	default:
	}
	select {
	case w.queue <- m:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stop:
		return ErrClosed
	}
	select {
	case <-m.done:
		return m.err
	case <-ctx.Done():
		if m.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
	case <-w.done:
		if m.taken.CompareAndSwap(false, true) {
			return ErrClosed
		}
	}
	<-m.done
	return m.err
}

// close ends the goroutine after it has committed what was queued.
func (w *writer) close() {
	w.once.Do(func() { close(w.stop) })
	<-w.done
}

func (w *writer) loop() {
	defer close(w.done)
	s := &statements{db: w.db}
	defer s.close()
	for {
		select {
		case m := <-w.queue:
			w.commit(s, w.group(m))
		case <-w.stop:
			for {
				select {
				case m := <-w.queue:
					w.commit(s, w.group(m))
				default:
					return
				}
			}
		}
	}
}

// group is first and whoever else waits already.
func (w *writer) group(first *member) []*member {
	group := []*member{first}
	for len(group) < groupSize {
		select {
		case m := <-w.queue:
			group = append(group, m)
		default:
			return group
		}
	}
	return group
}

// commit runs the members that still wait in one transaction and lets each
// know how it went. They are taken only when it has begun: who gives up while
// another process keeps the database locked is free to go, with nothing written.
func (w *writer) commit(s *statements, group []*member) {
	err := w.begin(s)
	began := time.Now()
	live := group[:0]
	for _, m := range group {
		if m.taken.CompareAndSwap(false, true) {
			live = append(live, m)
		}
	}
	w.meter.waited(live, began)
	if err == nil {
		err = w.transact(s, live)
	}
	if err != nil {
		w.meter.fail(len(live))
		s.close() // whatever state its connection is in, the next group gets a new one
		for _, m := range live {
			if m.err == nil {
				m.err = err
			}
		}
	}
	for _, m := range live {
		close(m.done)
	}
}

// begin waits for another process to be done with the database, but not for good.
func (w *writer) begin(s *statements) error {
	ctx := context.Background()
	return beginning(patiently(ctx, w.patience, func() error {
		if err := s.open(ctx); err != nil {
			return err
		}
		if w.full != nil {
			size := "4294967294" // SQLite's own bound
			if w.full() {
				size = "1" // which means as large as it is
			}
			if _, err := s.conn.ExecContext(ctx, "PRAGMA max_page_count = "+size); err != nil {
				return err
			}
		}
		asked := time.Now()
		_, err := s.ExecContext(ctx, "BEGIN IMMEDIATE")
		if isBusy(err) || time.Since(asked) > busyAfter { // SQLite waits for a while itself
			w.meter.busy.Add(1)
		}
		return err
	}))
}

func (w *writer) transact(s *statements, live []*member) error {
	ctx := context.Background()
	t := &tx{ctx: ctx, on: s, now: wholeMillis(w.now())}
	for _, m := range live {
		if err := savepoint(t, m); err != nil {
			return err
		}
	}
	if err := t.settle(); err != nil {
		return fmt.Errorf("count what came: %w", err)
	}
	if _, err := s.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// savepoint runs one member so that its failure undoes only its own work. An
// error it returns is the transaction's, not the member's.
func savepoint(t *tx, m *member) error {
	if _, err := t.exec("SAVEPOINT member"); err != nil {
		return err
	}
	before := t.tallies
	if m.err = guarded(t, m.run); m.err != nil {
		t.tallies = before
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
	return run(t)
}
