package storage

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5/stdlib"
)

// MakeSchema makes a database as the version that knew the schema did.
func MakeSchema(ctx context.Context, o Options, schema int64) error {
	if !o.Postgres() {
		_, err := makeSQLite(ctx, o.Database, schema, o)
		return err
	}
	config, err := parsePostgres(o.Database)
	if err != nil {
		return err
	}
	var pool *sql.DB = stdlib.OpenDB(*config)
	defer pool.Close()
	p, err := provider(pool, postgresEngine)
	if err == nil {
		_, err = p.UpTo(ctx, schema)
	}
	return err
}
