package storage

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// schemaOf is the newest migration that the database had.
func schemaOf(ctx context.Context, db *sql.DB) (schema int64, err error) {
	err = db.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version WHERE is_applied").Scan(&schema)
	return schema, err
}

// noteRelease writes down which version of the program this schema came with,
// unless that is known.
func noteRelease(ctx context.Context, db *sql.DB, o Options, schema int64) error {
	if releaseOf(ctx, db, schema) != "" {
		return nil
	}
	_, err := db.ExecContext(ctx, `INSERT INTO schema_release (version_id, program, since) VALUES ($1, $2, $3)
		ON CONFLICT (version_id) DO NOTHING`, schema, o.Program, millis(time.Now()))
	if err != nil {
		return fmt.Errorf("write down which version made the schema: %w", err)
	}
	return nil
}

// releaseOf is the version of the program that a schema came with; empty when
// the database does not know.
func releaseOf(ctx context.Context, db *sql.DB, schema int64) (program string) {
	_ = db.QueryRowContext(ctx, `SELECT program FROM schema_release WHERE version_id = $1`, schema).Scan(&program)
	return program
}

// tooNew is the ErrVersion of a schema that a later version made.
func tooNew(ctx context.Context, db *sql.DB, program string, have, want int64) error {
	return newerSchema(releaseOf(ctx, db, have), program, have, want)
}

func newerSchema(needed, program string, have, want int64) error {
	if needed == "" {
		needed = "a later version"
	}
	this := "this program"
	if program != "" {
		this = "this is limelight " + program + ", which"
	}
	return fmt.Errorf("%w: it needs limelight %s or newer, which made its schema %d; %s knows %d", ErrVersion, needed, have, this, want)
}

// newestSchema is the schema that this program knows.
func newestSchema() (newest int64) {
	entries, _ := migrationFiles.ReadDir("migrations") // embedded
	for _, e := range entries {
		digits, _, _ := strings.Cut(e.Name(), "_")
		n, _ := strconv.ParseInt(digits, 10, 64)
		newest = max(newest, n)
	}
	return newest
}

// Schema is the schema that this program knows and brings every database to.
func Schema() int64 { return newestSchema() }
