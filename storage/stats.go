package storage

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"sync/atomic"
	"time"
)

// Stats is how the database does, since this process opened it.
type Stats struct {
	Postgres  bool
	Writes    int64         // transactions of methods, whatever became of them
	Failed    int64         // of those, or of their groups, that could not be begun or committed
	WriteWait time.Duration // of all writes together, from being asked for to their begin
	FailedAt  time.Time     // the last of those; zero when there was none
	Busy      int64         // times that another process, or another transaction, had to be waited for
	File, WAL int64         // bytes of the SQLite file and its write-ahead log
	Open, Use int           // connections to PostgreSQL, and those of them in use
}

// meter is what Stats reads. Counting is an addition, without lock or memory.
type meter struct {
	writes, failed, wait, busy atomic.Int64
	failedAt                   atomic.Int64 // Unix milliseconds
}

// fail counts writes that could not be begun or committed.
func (m *meter) fail(n int) {
	m.failed.Add(int64(n))
	m.failedAt.Store(time.Now().UnixMilli())
}

// waited counts the members of a group that has begun, all by one addition.
func (m *meter) waited(group []*member, began time.Time) {
	var all time.Duration
	for _, member := range group {
		all += began.Sub(member.asked)
	}
	m.writes.Add(int64(len(group)))
	m.wait.Add(int64(all))
}

// Stats tells how the database does. It asks the file system, and not the
// database.
func (db *DB) Stats() Stats {
	s := Stats{Postgres: db.shared, Writes: db.meter.writes.Load(), Failed: db.meter.failed.Load(),
		WriteWait: time.Duration(db.meter.wait.Load()), FailedAt: fromMillis(db.meter.failedAt.Load()), Busy: db.meter.busy.Load()}
	if pool, ok := db.pool.(*sql.DB); ok && db.shared {
		all := pool.Stats()
		s.Open, s.Use = all.OpenConnections, all.InUse
		s.WriteWait += all.WaitDuration
	}
	if db.file != "" {
		s.File, s.WAL = sizeOf(db.file), sizeOf(db.file+"-wal")
	}
	return s
}

// sizeOf is 0 for a file that is not there, as the log of a fresh database.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// Waiting is what waits in a queue.
type Waiting struct {
	Size    int
	Oldest  time.Time // when the first of it was made; zero when nothing waits, or nobody knows
	Overdue time.Time // since when something could have been sent; zero when nothing could
}

// WaitingDeliveries tells what waits for inboxes. What goes to the hosts in skip
// is not Overdue, whatever its time.
func (db *DB) WaitingDeliveries(ctx context.Context, skip []string) (Waiting, error) {
	t := db.reading(ctx)
	var w Waiting
	var first sql.NullInt64
	// By the ids alone, which stand in the index of what is pending.
	err := t.row(`SELECT COUNT(*), MIN(id) FROM delivery WHERE state = 'pending'`).Scan(&w.Size, &first)
	if err == nil && first.Valid {
		if err = t.row(`SELECT created FROM delivery WHERE id = $1`, first.Int64).Scan(stamp{&w.Oldest}); errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
	}
	if err == nil {
		w.Overdue, err = t.overdue(outbound(), skip)
	}
	return w, wrap("look at the queue of deliveries", err)
}

// OverdueDeliveries is Overdue of WaitingDeliveries, without counting what waits.
func (db *DB) OverdueDeliveries(ctx context.Context, skip []string) (time.Time, error) {
	since, err := db.reading(ctx).overdue(outbound(), skip)
	return since, wrap("look for overdue deliveries", err)
}

// WaitingFeeds tells what waits for subscribers to feeds, and how many of those
// there are.
func (db *DB) WaitingFeeds(ctx context.Context) (w Waiting, subscriptions int, err error) {
	t := db.reading(ctx)
	err = t.row(`SELECT COUNT(*) FROM subscription WHERE state = 'pending'`).Scan(&w.Size)
	if err == nil {
		err = t.row(`SELECT COUNT(*) FROM subscription`).Scan(&subscriptions)
	}
	if err == nil {
		w.Overdue, err = t.overdue(pushes(), nil)
	}
	return w, subscriptions, wrap("look at the queue of feeds", err)
}

// overdue is since when the first that could go has waited for nobody but us.
func (t *tx) overdue(c claimable, skip []string) (since time.Time, err error) {
	args, left := in([]any{millis(t.now)}, hosts(skip))
	err = t.row(`SELECT d.due FROM `+c.table+` d WHERE d.state = 'pending' AND d.due <= $1 AND d.host NOT IN `+left+` AND `+c.ready+`
		ORDER BY d.due LIMIT 1`, args...).Scan(stamp{&since})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return since, err
}

// TryWrite has a transaction begun and ended in its turn, with nothing in it: who
// gets an answer knows that others do.
func (db *DB) TryWrite(ctx context.Context) error {
	return wrap("write nothing", db.write(ctx, func(*tx) error { return nil }))
}
