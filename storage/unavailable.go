package storage

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// away are the states of PostgreSQL in which it can do nothing for us now, but
// probably soon: it stops or starts, is full or overloaded, took too long, or is
// a standby that was not promoted yet.
var away = []string{"08", "53", "57", "58", "25006", "40001", "40P01", "55P03"}

// Unavailable tells whether an error means that the database, or the media, cannot
// be reached or are too busy for now: the same may work when it is tried again.
func Unavailable(err error) bool {
	if errors.Is(err, errAway) {
		return true
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		for _, code := range away {
			if strings.HasPrefix(server.Code, code) {
				return true
			}
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case err == nil:
		return false
	case errors.As(err, &connect), errors.As(err, &network), isBusy(err):
		return true
	}
	for _, lost := range []error{driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, context.DeadlineExceeded} {
		if errors.Is(err, lost) {
			return true
		}
	}
	// pgx has no name for the error of a connection that broke between two statements.
	return strings.HasSuffix(err.Error(), "conn closed")
}
