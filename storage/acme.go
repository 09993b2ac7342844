package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// challengeAge is how long answers to an authority's challenges are kept: they
// are taken back when it has looked, unless the program was killed meanwhile.
const challengeAge = 24 * time.Hour

// staleChallenges are such answers, by the names that autocert gives them.
const staleChallenges = `acme_cache WHERE (directory, name) IN (SELECT directory, name FROM acme_cache
	WHERE updated < $1 AND (name LIKE '%+token' OR name LIKE '%+http-01') LIMIT $2)`

// ACMEData is what was kept under the name for the authority at directory, and
// when it was put there. It may be a private key. ErrNotFound.
func (db *DB) ACMEData(ctx context.Context, directory, name string) ([]byte, time.Time, error) {
	var data string
	var updated time.Time
	err := db.reading(ctx).row(`SELECT data, updated FROM acme_cache WHERE directory = $1 AND name = $2`, directory, name).
		Scan(&data, stamp{&updated})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, time.Time{}, fmt.Errorf("certificate data %q: %w", name, ErrNotFound)
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read certificate data: %w", err)
	}
	return []byte(data), updated, nil
}

// ACMEUpdated is when what is kept under the name was put there; ErrNotFound. It
// is what a node asks again and again, to see whether another one has renewed.
func (db *DB) ACMEUpdated(ctx context.Context, directory, name string) (time.Time, error) {
	var updated time.Time
	err := db.reading(ctx).row(`SELECT updated FROM acme_cache WHERE directory = $1 AND name = $2`, directory, name).
		Scan(stamp{&updated})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("certificate data %q: %w", name, ErrNotFound)
	}
	return updated, wrap("look for certificate data", err)
}

// PutACMEData keeps data, which is text, in place of what was there before. It is
// durable on return, and its time later than that of what it replaces.
func (db *DB) PutACMEData(ctx context.Context, directory, name string, data []byte) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO acme_cache (directory, name, data, updated) VALUES ($1, $2, $3, $4)
			ON CONFLICT (directory, name) DO UPDATE SET data = excluded.data,
				updated = CASE WHEN excluded.updated > acme_cache.updated THEN excluded.updated ELSE acme_cache.updated + 1 END`,
			directory, name, string(data), millis(t.now))
		return err
	})
	return wrap("keep certificate data", err)
}

// DeleteACMEData forgets what is kept under the name, if anything is.
func (db *DB) DeleteACMEData(ctx context.Context, directory, name string) error {
	err := db.write(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM acme_cache WHERE directory = $1 AND name = $2`, directory, name)
		return err
	})
	return wrap("forget certificate data", err)
}
