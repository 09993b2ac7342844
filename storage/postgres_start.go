package storage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	oldestPostgres = 15
	connectWithin  = 5 * time.Second
)

// statementLimits are what this program asks of PostgreSQL for each connection,
// where the URL does not say otherwise: nothing it does takes that long, and
// what a vanished node locked is free again soon.
var statementLimits = map[string]string{
	"statement_timeout":                   "30s",
	"idle_in_transaction_session_timeout": "60s",
}

// keepAlive finds out within half a minute that the database's machine is gone.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

func isPostgres(database string) bool {
	return strings.HasPrefix(database, "postgres:") || strings.HasPrefix(database, "postgresql:")
}

// CheckDatabase tells what is wrong with Options.Database as it is written,
// without looking whether anything is there. It never repeats it: it may hold a
// password.
func CheckDatabase(database string) error {
	switch {
	case database == "":
		return errors.New("is empty; it should name a file, such as limelight.db")
	case !isPostgres(database):
		return nil
	}
	_, err := parsePostgres(database)
	return err
}

// parsePostgres reads a URL. The errors of the parser quote it, password and
// all, so they are not passed on.
func parsePostgres(database string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(database)
	if err != nil || !strings.Contains(database, "://") {
		return nil, errors.New("is no PostgreSQL address that can be read; it should look like postgres://user:password@db.example.com:5432/limelight " +
			"(in user and password, letters such as @ : / ? # % are written as %40 %3A %2F %3F %23 %25)")
	}
	if config.ConnectTimeout <= 0 {
		config.ConnectTimeout = connectWithin
	}
	dialer := &net.Dialer{KeepAliveConfig: keepAlive}
	config.DialFunc = dialer.DialContext
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "limelight"
	}
	return config, nil
}

func limitStatements(config *pgx.ConnConfig) {
	for name, value := range statementLimits {
		if _, ok := config.RuntimeParams[name]; !ok {
			config.RuntimeParams[name] = value
		}
	}
}

// preparePostgres makes or migrates the tables, one node after the other when
// several start at once. A migration may take longer than other statements.
func preparePostgres(ctx context.Context, config *pgx.ConnConfig, o Options) error {
	pool := stdlib.OpenDB(*config)
	defer pool.Close()
	lock, err := pool.BeginTx(ctx, nil) // migrations go by another connection
	if err != nil {
		return err
	}
	defer lock.Rollback() // which gives the lock back
	if err := checkServer(ctx, lock); err != nil {
		return err
	}
	if _, err := lock.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, migrationLock); err != nil {
		return fmt.Errorf("wait for another node to migrate: %w", err)
	}
	keep := func(schema int64) error { return o.keepPostgres(ctx, schema) }
	return migrate(ctx, pool, postgresEngine, o, keep)
}

// checkServer refuses a PostgreSQL that is too old, or a database that cannot
// hold every text.
func checkServer(ctx context.Context, on runner) error {
	var number, version, encoding string
	err := on.QueryRowContext(ctx, `SELECT current_setting('server_version_num'), current_setting('server_version'),
		current_setting('server_encoding')`).Scan(&number, &version, &encoding)
	if err != nil {
		return err
	}
	return checkSettings(number, version, encoding)
}

func checkSettings(number, version, encoding string) error {
	if n, err := strconv.Atoi(number); err != nil || n/10000 < oldestPostgres {
		return fmt.Errorf("it is PostgreSQL %s; limelight needs %d or newer", version, oldestPostgres)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("its encoding is %s; make it anew with: createdb --encoding=UTF8 --template=template0 NAME", encoding)
	}
	return nil
}

// explain says of an error at the start what there is to do.
func explain(err error, config *pgx.ConnConfig) error {
	var server *pgconn.PgError
	var connect *pgconn.ConnectError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &server):
		switch server.Code {
		case "28P01", "28000": // invalid_password, invalid_authorization_specification
			return fmt.Errorf("PostgreSQL does not let %s in (%s); are user and password in its address right?", config.User, server.Message)
		case "3D000": // invalid_catalog_name
			return fmt.Errorf("PostgreSQL has no database %q; make it with: createdb --encoding=UTF8 --owner=%s %s", config.Database, config.User, config.Database)
		case "42501": // insufficient_privilege
			return fmt.Errorf("%w; %s must own the database, or may create in its schema public", err, config.User)
		}
	case errors.As(err, &connect):
		reason, _, _ := strings.Cut(connect.Unwrap().Error(), "\n") // the rest are other ways to the same place
		return fmt.Errorf("PostgreSQL cannot be reached at %s; does it run there, and does it let this machine in? (%s)", address(config), reason)
	}
	return err
}

func address(config *pgx.ConnConfig) string {
	if strings.HasPrefix(config.Host, "/") {
		return config.Host
	}
	return net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port)))
}

// postgresName is a URL without its password and options, for messages.
func postgresName(database string) string {
	config, err := parsePostgres(database)
	if err != nil {
		return "postgres://..."
	}
	u := url.URL{Scheme: "postgres", User: url.User(config.User), Host: address(config), Path: "/" + config.Database}
	if strings.HasPrefix(config.Host, "/") {
		u.Host, u.RawQuery = "", url.Values{"host": {config.Host}}.Encode()
	}
	return u.String()
}
