package storage

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// runner is what SQL can be run on: *sql.DB, *sql.Tx, or the writer's
// connection with its prepared statements.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// tx is one transaction, or for a reading method the pool of readers. It
// carries the context it lives in, since a transaction of the writer lives in
// the writer's and not in its caller's.
type tx struct {
	ctx     context.Context
	on      runner
	now     time.Time // when it began: UTC, whole milliseconds
	shared  bool      // other transactions run at the same time; see lock
	tallies []tally   // what it adds to posts when it ends
	keys    sharedKeys
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	res, err := t.on.ExecContext(t.ctx, query, clean(args)...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// row runs a query for one row.
func (t *tx) row(query string, args ...any) *sql.Row {
	return t.on.QueryRowContext(t.ctx, query, clean(args)...)
}

// exists tells whether the query has a row.
func (t *tx) exists(query string, args ...any) (bool, error) {
	var n int64
	err := t.row(query, args...).Scan(&n)
	if err == sql.ErrNoRows {
		return false, nil
	}
	return err == nil, err
}

// each runs a query and calls scan once for every row.
func (t *tx) each(scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := t.on.QueryContext(t.ctx, query, clean(args)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// texts returns the one text column of a query.
func (t *tx) texts(query string, args ...any) ([]string, error) {
	var out []string
	err := t.each(func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		out = append(out, s)
		return err
	}, query, args...)
	return out, err
}

// clean makes strangers' texts storable: PostgreSQL refuses a NUL and invalid
// UTF-8 in a TEXT, and an error there would be a 5xx for a bad input.
func clean(args []any) []any {
	for i, a := range args {
		s, ok := a.(string)
		if !ok || utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
			continue
		}
		args[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	}
	return args
}

// in appends values to args and returns the placeholders for an IN list. The
// list is padded with its last value to a power of two, so that few different
// statements are ever prepared; an empty one becomes (NULL), which nothing is in.
func in[T any](args []any, values []T) ([]any, string) {
	if len(values) == 0 {
		return args, "(NULL)"
	}
	args, places := placed(args, values)
	return args, "(" + strings.Join(places, ",") + ")"
}

// placed appends values to args, padded as for in, and returns their placeholders.
func placed[T any](args []any, values []T) ([]any, []string) {
	size := 1
	for size < len(values) {
		size *= 2
	}
	places := make([]string, size)
	for i := range places {
		args = append(args, values[min(i, len(values)-1)])
		places[i] = "$" + strconv.Itoa(len(args))
	}
	return args, places
}
