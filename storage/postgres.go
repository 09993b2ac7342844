package storage

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// postgresTries bounds how often a transaction is begun again after it lost
// against another.
const postgresTries = 5

// openPostgres opens a pool of which every method takes one connection for its
// transaction. Serving from it waits for nodes with ids of their own; the
// suite runs on it already.
func openPostgres(ctx context.Context, db *DB, dsn string, create bool) error {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(2 * readers)
	pool.SetMaxIdleConns(readers)
	db.onClose(pool.Close)
	db.pool, db.search, db.skipLocked = pool, postgresSearch, " FOR UPDATE OF d SKIP LOCKED"
	db.write = func(ctx context.Context, fn func(*tx) error) error {
		return writePostgres(ctx, pool, db.now, fn)
	}
	if create {
		return migrate(ctx, pool, postgresEngine)
	}
	return checkVersion(ctx, pool, postgresEngine)
}

func writePostgres(ctx context.Context, pool *sql.DB, now func() time.Time, fn func(*tx) error) error {
	for try := 1; ; try++ {
		err := writeAlone(ctx, pool, now, fn)
		if err == nil || try == postgresTries || !lostRace(err) {
			return err
		}
	}
}

// lostRace tells whether two transactions met and this one should be run
// again: serialization_failure, deadlock_detected, or the unique_violation of
// two that inserted the same new row.
func lostRace(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && slices.Contains([]string{"40001", "40P01", "23505"}, e.Code)
}
