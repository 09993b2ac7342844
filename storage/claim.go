package storage

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"limelight/blog"
)

const (
	// claimPasses bounds how often one claim looks past hosts that have their share.
	claimPasses = 32
	// maxSkip bounds how many hosts a claim can leave out.
	maxSkip = 4096
)

// ready holds for a delivery named d that no earlier one about the same object
// to the same inbox is ahead of.
const ready = `NOT EXISTS (SELECT 1 FROM delivery e
	WHERE e.inbox = d.inbox AND e.object = d.object AND e.state = 'pending' AND e.id < d.id)`

// ClaimDeliveries leases up to n deliveries that are due, oldest first, to
// the caller for the given time. Two claims never hold the same one. A delivery
// waits while an earlier one about the same object to the same inbox is
// pending. perHost bounds how many of one host a single claim hands out (0 means
// any number). Hosts in skip (4,096 at most) are left for later. One whose lease
// ended without a receipt, or whose process is dead (see Beat), is due again.
func (db *DB) ClaimDeliveries(ctx context.Context, n, perHost int, lease time.Duration, skip []string) ([]blog.Delivery, error) {
	if n <= 0 {
		return nil, nil
	}
	var claimed []blog.Delivery
	err := db.write(ctx, func(t *tx) error {
		ids, err := db.choose(t, n, perHost, skip)
		claimed = nil
		if err != nil || len(ids) == 0 {
			return err
		}
		if ids, err = db.takeLeases(t, ids, lease); err != nil || len(ids) == 0 {
			return err
		}
		args, list := in(nil, ids)
		claimed, err = selectDeliveries(t, `WHERE d.id IN `+list+` ORDER BY d.next_try, d.id`, args...)
		return err
	})
	return claimed, wrap("claim deliveries", err)
}

// choose picks what can be leased. It looks again as long as hosts that have
// had their share stood in the way of others.
func (db *DB) choose(t *tx, n, perHost int, skip []string) ([]int64, error) {
	leaveOut := append([]string{""}, skip[:min(len(skip), maxSkip)]...) // no host is empty; NOT IN () is no SQL
	taken := map[string]int{}
	var ids []int64
	for range claimPasses {
		found, full := 0, len(leaveOut)
		args, hosts := in([]any{millis(t.now), n}, leaveOut)
		err := t.each(func(rows *sql.Rows) error {
			var id int64
			var host string
			if err := rows.Scan(&id, &host); err != nil {
				return err
			}
			found++
			if len(ids) == n || perHost > 0 && taken[host] == perHost || slices.Contains(ids, id) {
				return nil
			}
			ids = append(ids, id)
			if taken[host]++; taken[host] == perHost {
				leaveOut = append(leaveOut, host)
			}
			return nil
		}, `SELECT d.id, d.host FROM delivery d WHERE d.state = 'pending' AND d.due <= $1
				AND d.host NOT IN `+hosts+` AND `+ready+`
			ORDER BY d.due, d.id LIMIT $2`+db.skipLocked, args...)
		if err != nil {
			return nil, err
		}
		if len(ids) == n || found < n || len(leaveOut) == full {
			break
		}
	}
	return ids, nil
}

// cutShort marks what is leased already: whoever had it is gone, and it may have
// arrived or not. See createPending.
const cutShort = `error = CASE WHEN leased THEN 'cut short' ELSE error END, status = CASE WHEN leased THEN 0 ELSE status END`

// takeLeases leases those that are still free. The condition is repeated here
// because on PostgreSQL two claims may have chosen the same rows.
func (db *DB) takeLeases(t *tx, ids []int64, lease time.Duration) ([]int64, error) {
	args, list := in([]any{millis(t.now), millis(t.now.Add(lease)), db.process.id}, ids)
	var got []int64
	err := t.each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		got = append(got, id)
		return err
	}, `UPDATE delivery SET `+cutShort+`, leased = TRUE, due = $2, holder = $3
		WHERE id IN `+list+` AND state = 'pending' AND due <= $1 RETURNING id`, args...)
	return got, err
}

// NextDelivery is when the next pending delivery is due: now or before when one
// can be claimed, else the earliest next try or end of a lease. Those that wait
// for an earlier one do not count. ok is false when none is.
func (db *DB) NextDelivery(ctx context.Context) (at time.Time, ok bool, err error) {
	err = db.reading(ctx).row(`SELECT d.due FROM delivery d WHERE d.state = 'pending' AND ` + ready + `
		ORDER BY d.due, d.id LIMIT 1`).Scan(stamp{&at})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	return at, err == nil, wrap("look for the next delivery", err)
}

// clearLeases makes due again what a killed process had in its hands, where
// there is one at a time, and what a clock that was wrong then put off.
func (db *DB) clearLeases(ctx context.Context) error {
	return db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE delivery SET ` + cutShort + `, leased = FALSE, due = next_try WHERE state = 'pending' AND leased`)
		if err == nil {
			err = t.dueByTheClock()
		}
		return wrap("clear the leases", err)
	})
}
