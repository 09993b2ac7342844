package storage

import (
	"context"
	"database/sql"
	"errors"
)

// lastID is the highest id that the table ever gave out, also to rows that are
// gone; 0 when there was none, or it gives out no ids.
func (e *copyEnd) lastID(ctx context.Context, table string) (last int64, err error) {
	if !e.postgres() {
		err = e.QueryRowContext(ctx, `SELECT seq FROM sqlite_sequence WHERE name = $1`, table).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return last, err
	}
	sequence, err := e.sequence(ctx, table)
	if err != nil || sequence == "" {
		return 0, err
	}
	var used bool
	err = e.QueryRowContext(ctx, `SELECT last_value, is_called FROM `+sequence).Scan(&last, &used)
	if !used {
		last = 0
	}
	return last, err
}

// goOnAfter has the table give out ids after last.
func (e *copyEnd) goOnAfter(ctx context.Context, table string, last int64) error {
	if last == 0 {
		return nil
	}
	if e.postgres() {
		_, err := e.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, table, last)
		return err
	}
	if _, err := e.ExecContext(ctx, `DELETE FROM sqlite_sequence WHERE name = $1`, table); err != nil {
		return err
	}
	_, err := e.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)`, table, last)
	return err
}

// sequence names what PostgreSQL takes the table's ids from; empty for nothing.
func (e *copyEnd) sequence(ctx context.Context, table string) (string, error) {
	var name sql.NullString
	err := e.QueryRowContext(ctx, `SELECT pg_get_serial_sequence(table_name, column_name) FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 AND column_name = 'id' AND is_identity = 'YES'`, table).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return name.String, err
}
