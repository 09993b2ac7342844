package storagetest

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"limelight/storage"
)

// PileNotifications notes that the author is to be told of a reply by the channel,
// n times, as when a channel fails for long. The ids lie so long ago, and so far
// from others, as they do when other channels went on.
func PileNotifications(t testing.TB, o storage.Options, channel string, n int) {
	t.Helper()
	alter(t, o, `INSERT INTO notification (id, channel, kind, ref, at)
		WITH RECURSIVE n (i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < -1)
		SELECT i * 10, CAST($2 AS TEXT), 'reply', '1', CAST($3 AS BIGINT) FROM n`, -n, channel, time.Now().UnixMilli())
}

// DropPiled takes n of what PileNotifications noted away, from the first.
func DropPiled(t testing.TB, o storage.Options, channel string, n int) {
	t.Helper()
	alter(t, o, `DELETE FROM notification WHERE id IN (SELECT id FROM notification WHERE channel = $1 ORDER BY id LIMIT $2)`, channel, n)
}

// AgeMessages has the messages that arrived be from long ago, so that the next one
// need not wait until it may go.
func AgeMessages(t testing.TB, o storage.Options) {
	t.Helper()
	alter(t, o, `UPDATE notifier SET sent = $1 WHERE sent > $1`, 1)
}

func alter(t testing.TB, o storage.Options, query string, args ...any) {
	t.Helper()
	driver, name := "sqlite", o.Database+"?_pragma=busy_timeout(5000)"
	if o.Postgres() {
		driver, name = "pgx", o.Database
	}
	db, err := sql.Open(driver, name)
	if err == nil {
		_, err = db.ExecContext(t.Context(), query, args...)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
