package storage

import "context"

func (db *DB) clearLeases(ctx context.Context) error {
	return db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE delivery SET leased = FALSE, due = next_try WHERE state = 'pending' AND leased`)
		return wrap("clear the leases", err)
	})
}
