package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
)

// Counter has PostgreSQL count the rows that each statement reads.
type Counter struct {
	runner
	rows    int
	heavy   string // the plan of the statement that read most
	most    int
	problem error
}

// CountRows has everything that a method of a PostgreSQL database reads
// counted, and tells of the statement that read most.
func CountRows(ctx context.Context, db *DB, method func() error) (rows int, heavy string, err error) {
	pool := db.pool
	all := &Counter{runner: pool}
	defer func() { db.pool = pool }()
	db.pool = all
	defer db.around(func(t *tx, fn func(*tx) error) error {
		on := t.on
		defer func() { t.on = on }()
		here := &Counter{runner: on}
		t.on = here
		err := fn(t)
		if err == nil {
			err = t.settle()
		}
		all.add(here.rows, here.most, here.heavy, here.problem)
		return err
	})()
	err = method()
	if err == nil {
		err = all.problem
	}
	return all.rows, all.heavy, err
}

// around has every transaction run by do.
func (db *DB) around(do func(t *tx, fn func(*tx) error) error) (undo func()) {
	write, together := db.write, db.together
	db.write = func(ctx context.Context, fn func(*tx) error) error {
		return write(ctx, func(t *tx) error { return do(t, fn) })
	}
	db.together = func(ctx context.Context, of string, fn func(*tx) error) error {
		return together(ctx, of, func(t *tx) error { return do(t, fn) })
	}
	return func() { db.write, db.together = write, together }
}

// Write runs one statement, to fill a database.
func Write(ctx context.Context, db *DB, statement string, args ...any) error {
	return db.write(ctx, func(t *tx) error {
		_, err := t.exec(statement, args...)
		return err
	})
}

func (c *Counter) add(rows, most int, heavy string, problem error) {
	c.rows += rows
	if most > c.most {
		c.most, c.heavy = most, heavy
	}
	if c.problem == nil {
		c.problem = problem
	}
}

// planNode is a node of a plan as PostgreSQL explains it.
type planNode struct {
	Type    string     `json:"Node Type"`
	Rows    float64    `json:"Actual Rows"`
	Loops   float64    `json:"Actual Loops"`
	Removed float64    `json:"Rows Removed by Filter"`
	Checked float64    `json:"Rows Removed by Index Recheck"`
	Plans   []planNode `json:"Plans"`
}

// read is how many rows the scans below a node touched.
func (n planNode) read() int {
	sum := 0
	if strings.Contains(n.Type, "Scan") && n.Type != "CTE Scan" && n.Type != "Subquery Scan" {
		sum = int((n.Rows + n.Removed + n.Checked) * n.Loops)
	}
	for _, below := range n.Plans {
		sum += below.read()
	}
	return sum
}

// count runs the statement as an experiment that is undone.
func (c *Counter) count(ctx context.Context, query string, args []any) {
	verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(query)), " ")
	writes := verb != "SELECT" && verb != "WITH" || strings.Contains(query, "FOR UPDATE") || strings.Contains(query, "INSERT INTO")
	if writes {
		if _, err := c.runner.ExecContext(ctx, "SAVEPOINT experiment"); err != nil {
			c.add(0, 0, "", err)
			return
		}
	}
	var text string
	err := c.runner.QueryRowContext(ctx, "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) "+query, args...).Scan(&text)
	if writes {
		if _, err := c.runner.ExecContext(ctx, "ROLLBACK TO experiment"); err != nil {
			c.add(0, 0, "", err)
		}
	}
	var explained []struct{ Plan planNode }
	if err == nil {
		err = json.Unmarshal([]byte(text), &explained)
	}
	for _, e := range explained {
		rows := e.Plan.read()
		c.add(rows, rows, query+"\n"+text, nil)
	}
	c.add(0, 0, "", err)
}

// ExecContext implements runner.
func (c *Counter) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	c.count(ctx, query, args)
	return c.runner.ExecContext(ctx, query, args...)
}

// QueryContext implements runner.
func (c *Counter) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	c.count(ctx, query, args)
	return c.runner.QueryContext(ctx, query, args...)
}

// QueryRowContext implements runner.
func (c *Counter) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	c.count(ctx, query, args)
	return c.runner.QueryRowContext(ctx, query, args...)
}

// Count is the one number that a query answers.
func Count(ctx context.Context, db *DB, query string) (n int, err error) {
	err = db.reading(ctx).row(query).Scan(&n)
	return n, err
}
