package storage

import (
	"context"
	"fmt"
)

// UseHandle remembers that the blog goes by name@host, for HandleHosts. Both
// are in lower case.
func (db *DB) UseHandle(ctx context.Context, name, host string) error {
	const known = `SELECT 1 FROM handle WHERE name = $1 AND host = $2`
	have, err := db.reading(ctx).exists(known, name, host)
	if err == nil && !have { // a start that changes nothing writes nothing
		err = db.write(ctx, func(t *tx) error {
			_, err := t.exec(`INSERT INTO handle (name, host, since) VALUES ($1, $2, $3) ON CONFLICT (name, host) DO NOTHING`,
				name, host, millis(t.now))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("use the handle %s@%s: %w", name, host, err)
	}
	return nil
}

// HandleHosts are the hosts at which the blog has or had the name, none when it
// never did.
func (db *DB) HandleHosts(ctx context.Context, name string) ([]string, error) {
	hosts, err := db.reading(ctx).texts(`SELECT host FROM handle WHERE name = $1 ORDER BY host`, name)
	return hosts, wrap("look for a handle", err)
}
