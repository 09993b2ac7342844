package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// postgresTries bounds how often a transaction is begun again after it lost
	// against another; postgresPause is the longest pause before the second try.
	postgresTries = 8
	postgresPause = 2 * time.Millisecond

	// postgresPatience bounds one transaction, also when the network swallows it.
	postgresPatience = time.Minute

	// migrationLock is the advisory lock of nodes that start at once.
	migrationLock = 0x6c696d65

	// blockLock is the advisory lock between what strangers do, who share it, and
	// new blocks; actorLock, with a hash, that of an actor.
	blockLock = 0x6c696d66
	actorLock = 0x6c696d67

	// closePatience is how long Close waits for what is under way, and once more
	// for what it then breaks off: together less than the time that a service
	// manager gives a program to stop.
	closePatience = 10 * time.Second

	defaultConnections = 16
	idleTime           = 5 * time.Minute // of a connection before it is given back
	lifeTime           = time.Hour       // of a connection, so that a fail-over is not missed for good
)

// openPostgres opens a pool of which every method takes one connection for its
// transaction, and with create makes or migrates the tables.
func openPostgres(ctx context.Context, db *DB, o Options, create bool) error {
	config, err := parsePostgres(o.Database)
	if err != nil {
		return err
	}
	if create {
		if err := preparePostgres(ctx, config, o); err != nil {
			return explain(err, config)
		}
	}
	limitStatements(config)
	pool := stdlib.OpenDB(*config)
	size := o.Connections
	if size <= 0 {
		size = defaultConnections
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(idleTime)
	pool.SetConnMaxLifetime(lifeTime)
	db.onClose(pool.Close)
	db.pool, db.search, db.skipLocked, db.shared = pool, postgresSearch, " FOR UPDATE OF d SKIP LOCKED", true
	db.write = func(ctx context.Context, fn func(*tx) error) error {
		return writePostgres(ctx, pool, db.now, db.meter, fn)
	}
	db.together = func(ctx context.Context, _ string, fn func(*tx) error) error { return db.write(ctx, fn) }
	if create {
		groups, end := context.WithCancel(context.Background())
		g, lost := newPostgresGrouper(groups, db, pool)
		g.abort = end
		db.onClose(func() error {
			defer end()
			g.close(db.patience)
			if n := lost.Load(); n > 0 {
				return fmt.Errorf("%d writes: %w", n, ErrGivenUp)
			}
			return nil
		})
		db.together = g.together
		return nil
	}
	return explain(checkVersion(ctx, pool, postgresEngine, o), config)
}

// newPostgresGrouper has two committers, until ctx ends, and counts what they had
// to give up then.
func newPostgresGrouper(ctx context.Context, db *DB, pool *sql.DB) (*grouper, *atomic.Int64) {
	turn, lost := new(sync.Mutex), new(atomic.Int64)
	one := postgresGroups{ctx: ctx, lost: lost, pool: pool, now: db.now, meter: db.meter, turn: turn}
	other := one
	return newGrouper(&one, &other), lost
}

func writePostgres(ctx context.Context, pool *sql.DB, now func() time.Time, m *meter, fn func(*tx) error) error {
	m.writes.Add(1)
	pause := postgresPause
	for try := 1; ; try++ {
		err := transactPostgres(ctx, pool, now, fn)
		switch lost := lostRace(err); {
		case err == nil:
			return nil
		case try == postgresTries || !lost:
			if lost || Unavailable(err) {
				m.fail(1)
			}
			return err
		}
		m.busy.Add(1)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(rand.N(pause)):
			pause *= 2
		}
	}
}

func transactPostgres(ctx context.Context, pool *sql.DB, now func() time.Time, fn func(*tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, postgresPatience)
	defer cancel()
	stx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer stx.Rollback()
	t := &tx{ctx: ctx, on: stx, now: wholeMillis(now()), shared: true}
	if err := guarded(t, fn); err != nil {
		return err
	}
	if err := t.settle(); err != nil {
		return err
	}
	if err := stx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// lostRace tells whether two transactions met and this one should be run
// again: serialization_failure, deadlock_detected, or the unique_violation of
// two that inserted the same new row.
func lostRace(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && slices.Contains([]string{"40001", "40P01", "23505"}, e.Code)
}
