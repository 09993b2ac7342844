package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// busyAfter is how long a BEGIN takes when another process was in the way.
const busyAfter = 5 * time.Millisecond

// writer is the one goroutine that writes to SQLite for the serving process.
type writer struct {
	*grouper
	on       *statements // of one connection
	now      func() time.Time
	full     func() bool   // see Options
	patience time.Duration // with another process that keeps the database locked
	meter    *meter
}

func newWriter(db *sql.DB, now func() time.Time, full func() bool) *writer {
	w := &writer{on: &statements{db: db}, now: now, full: full, patience: busyTimeout, meter: &meter{}}
	w.grouper = newGrouper(w)
	return w
}

func (w *writer) end() { w.on.close() }

// commit runs the members that still wait in one transaction and lets each
// know how it went. They are taken only when it has begun: who gives up while
// another process keeps the database locked is free to go, with nothing written.
func (w *writer) commit(group []*member) {
	err := w.begin(w.on)
	began := time.Now()
	live := group[:0]
	for _, m := range group {
		if m.take() {
			live = append(live, m)
		}
	}
	w.meter.waited(live, began)
	if err == nil {
		err = w.transact(w.on, live)
	}
	if err != nil {
		w.meter.fail(len(live))
		w.on.close() // whatever state its connection is in, the next group gets a new one
		for _, m := range live {
			m.fail(err)
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
		return fmt.Errorf("commit: %w", overfull(err))
	}
	return nil
}
