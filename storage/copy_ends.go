package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// copyEnd is one of the two databases of Copy: a connection in a transaction.
type copyEnd struct {
	*sql.Conn
	engine engine
	closes []func() error
}

func (e *copyEnd) close() {
	for _, end := range slices.Backward(e.closes) {
		_ = end() // what counted is committed or has failed
	}
}

func (e *copyEnd) postgres() bool { return e.engine == postgresEngine }

// connect opens o for one long transaction that begin begins. An SQLite file is
// locked against serve.
func (e *copyEnd) connect(ctx context.Context, o Options, begin string) error {
	var pool *sql.DB
	if o.Postgres() {
		config, err := parsePostgres(o.Database)
		if err != nil {
			return err
		}
		e.engine, pool = postgresEngine, stdlib.OpenDB(*config)
	} else {
		lock, err := lockFile(o.path() + ".lock")
		if err != nil {
			return err
		}
		e.closes = append(e.closes, lock.Close)
		e.engine = sqliteEngine
		if pool, err = sql.Open("sqlite", dsn(o.path(), "rw", "busy_timeout(5000)")); err != nil {
			return err
		}
	}
	e.closes = append(e.closes, pool.Close)
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	e.Conn, e.closes = conn, append(e.closes, conn.Close)
	return e.exec(ctx, begin)
}

// openSource begins to read. Whoever may be serving it would take what is then
// lost, so nobody may.
func openSource(ctx context.Context, o Options) (*copyEnd, error) {
	if db, err := Open(ctx, o); err != nil { // which says what is wrong
		return nil, err
	} else if err := db.Close(); err != nil {
		return nil, err
	}
	e := &copyEnd{}
	begin := `BEGIN`
	if o.Postgres() {
		begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`
	}
	err := e.connect(ctx, o, begin)
	if err == nil && o.Postgres() {
		var served bool
		served, err = (&tx{ctx: ctx, on: e.Conn, now: newDB(o).now()}).others("")
		if err == nil && served {
			err = fmt.Errorf("%w, or did a minute ago", ErrInUse)
		}
	}
	if err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// openTarget makes the tables, unless something is there, and begins to write.
func openTarget(ctx context.Context, o Options) (*copyEnd, error) {
	if err := checkVacant(ctx, o); err != nil {
		return nil, err
	}
	db, err := Serve(ctx, o)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return nil, err
	}
	e := &copyEnd{}
	begin := `BEGIN IMMEDIATE`
	if o.Postgres() {
		begin = `BEGIN`
	}
	if err = e.connect(ctx, o, begin); err == nil && !e.postgres() {
		err = e.exec(ctx, `PRAGMA defer_foreign_keys = ON`) // a comment may be older than the one it answers
	}
	for _, table := range copiedTables {
		var n int64
		if err == nil && table != "revision" { // which migrations fill
			n, err = e.count(ctx, table)
		}
		if err == nil && n > 0 {
			err = fmt.Errorf("%w: it has rows in %s", ErrNotEmpty, table)
		}
	}
	if err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// checkVacant refuses a database that is somebody's before anything is made in
// it. Tables of ours without a blog are no harm.
func checkVacant(ctx context.Context, o Options) error {
	db, err := Open(ctx, o)
	if errors.Is(err, ErrNoDatabase) {
		if o.Postgres() {
			return checkForeign(ctx, o)
		}
		return nil
	}
	if err != nil {
		return err
	}
	_, err = db.Node(ctx)
	if err == nil {
		err = fmt.Errorf("%w: there is a blog in it", ErrNotEmpty)
	} else if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return errors.Join(err, db.Close())
}

// checkForeign refuses a PostgreSQL database with tables of something else.
func checkForeign(ctx context.Context, o Options) error {
	config, err := parsePostgres(o.Database)
	if err != nil {
		return err
	}
	pool := stdlib.OpenDB(*config)
	defer pool.Close()
	var n int64
	err = pool.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()`).Scan(&n)
	if err == nil && n > 0 {
		return fmt.Errorf("%w: it has tables of another program", ErrNotEmpty)
	}
	return explain(err, config)
}

func (e *copyEnd) exec(ctx context.Context, statement string) error {
	_, err := e.ExecContext(ctx, statement)
	return err
}

func (e *copyEnd) count(ctx context.Context, table string) (n int64, err error) {
	err = e.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+table).Scan(&n)
	return n, err
}

// read begins to read a table: all columns, in their order when columns is nil.
func (e *copyEnd) read(ctx context.Context, table string, columns []string) (*copyRows, error) {
	list := `*`
	if columns != nil {
		list = strings.Join(columns, `, `)
	}
	rows, err := e.QueryContext(ctx, `SELECT `+list+` FROM `+table)
	if err != nil {
		return nil, err
	}
	return newCopyRows(rows)
}

// fill writes the rows into the table. On PostgreSQL that is one COPY, at whose
// end the foreign keys are looked at.
func (e *copyEnd) fill(ctx context.Context, table string, rows *copyRows) error {
	if e.postgres() {
		return e.Raw(func(driver any) error {
			_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, rows.columns, rows)
			return err
		})
	}
	places := make([]string, len(rows.columns))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	insert, err := e.PrepareContext(ctx, `INSERT INTO `+table+` (`+strings.Join(rows.columns, `, `)+`) VALUES (`+strings.Join(places, `, `)+`)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for rows.Next() {
		if _, err := insert.ExecContext(ctx, rows.values...); err != nil {
			return err
		}
	}
	return rows.Err()
}
