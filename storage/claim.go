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

// claimable is a table of what is to be sent. It has id, host, state, next_try,
// due, leased and holder.
type claimable struct {
	table string
	ready string // holds for a pending row named d that may go now
	urged string // holds for one that goes also to hosts that rest
}

// Skip is which hosts a claim leaves for later, 4,096 of each kind at most.
type Skip struct {
	Busy    []string // have enough in hand
	Resting []string // were in trouble; what the author wants tried (see RetryDeliveries) goes there all the same
}

// outbound are the deliveries of activities: no earlier one about the same object
// to the same inbox may be ahead.
func outbound() claimable {
	return claimable{`delivery`, `NOT EXISTS (SELECT 1 FROM delivery e
		WHERE e.inbox = d.inbox AND e.object = d.object AND e.state = 'pending' AND e.id < d.id)`, `d.urged`}
}

// ClaimDeliveries leases up to n deliveries that are due, oldest first, to
// the caller for the given time. Two claims never hold the same one. A delivery
// waits while an earlier one about the same object to the same inbox is
// pending. perHost bounds how many of one host a single claim hands out (0 means
// any number), and skip says which hosts get none. One whose lease ended without
// a receipt, or whose process is dead (see Beat), is due again.
func (db *DB) ClaimDeliveries(ctx context.Context, n, perHost int, lease time.Duration, skip Skip) ([]blog.Delivery, error) {
	if n <= 0 {
		return nil, nil
	}
	var claimed []blog.Delivery
	err := db.write(ctx, func(t *tx) error {
		claimed = nil
		ids, err := db.claim(t, outbound(), n, perHost, lease, skip)
		if err != nil || len(ids) == 0 {
			return err
		}
		args, list := in(nil, ids)
		claimed, err = selectDeliveries(t, `WHERE d.id IN `+list+` ORDER BY d.next_try, d.id`, args...)
		return err
	})
	return claimed, wrap("claim deliveries", err)
}

// claim leases what can be.
func (db *DB) claim(t *tx, c claimable, n, perHost int, lease time.Duration, skip Skip) ([]int64, error) {
	ids, err := db.choose(t, c, n, perHost, skip)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return db.takeLeases(t, c, ids, lease)
}

// choose picks what can be leased. It looks again as long as hosts that have
// had their share stood in the way of others.
func (db *DB) choose(t *tx, c claimable, n, perHost int, skip Skip) ([]int64, error) {
	leaveOut := hosts(skip.Busy)
	first, resting := in([]any{millis(t.now), n}, hosts(skip.Resting))
	taken := map[string]int{}
	var ids []int64
	for range claimPasses {
		found, full := 0, len(leaveOut)
		args, busy := in(slices.Clip(first), leaveOut)
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
		}, `SELECT d.id, d.host FROM `+c.table+` d WHERE d.state = 'pending' AND d.due <= $1
				AND d.host NOT IN `+busy+` AND (d.host NOT IN `+resting+` OR `+c.urged+`) AND `+c.ready+`
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

// hosts are those of a list that SQL can compare with: no host is empty, and NOT IN ()
// is no SQL.
func hosts(list []string) []string {
	return append([]string{""}, list[:min(len(list), maxSkip)]...)
}

// cutShort marks what is leased already: whoever had it is gone, and it may have
// arrived or not. See createPending.
const cutShort = `error = CASE WHEN leased THEN 'cut short' ELSE error END, status = CASE WHEN leased THEN 0 ELSE status END`

// takeLeases leases those that are still free. The condition is repeated here
// because on PostgreSQL two claims may have chosen the same rows.
func (db *DB) takeLeases(t *tx, c claimable, ids []int64, lease time.Duration) ([]int64, error) {
	args, list := in([]any{millis(t.now), millis(t.now.Add(lease)), db.process.id}, ids)
	var got []int64
	err := t.each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		got = append(got, id)
		return err
	}, `UPDATE `+c.table+` SET `+cutShort+`, leased = TRUE, due = $2, holder = $3
		WHERE id IN `+list+` AND state = 'pending' AND due <= $1 RETURNING id`, args...)
	return got, err
}

// NextDelivery is when the next pending delivery is due: now or before when one
// can be claimed, else the earliest next try or end of a lease. Those that wait
// for an earlier one do not count. ok is false when none is.
func (db *DB) NextDelivery(ctx context.Context) (at time.Time, ok bool, err error) {
	at, ok, err = db.next(ctx, outbound())
	return at, ok, wrap("look for the next delivery", err)
}

func (db *DB) next(ctx context.Context, c claimable) (at time.Time, ok bool, err error) {
	err = db.reading(ctx).row(`SELECT d.due FROM ` + c.table + ` d WHERE d.state = 'pending' AND ` + c.ready + `
		ORDER BY d.due, d.id LIMIT 1`).Scan(stamp{&at})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	return at, err == nil, err
}

// release ends the leases of these without an attempt.
func (db *DB) release(ctx context.Context, c claimable, ids []int64) error {
	return db.write(ctx, func(t *tx) error {
		for _, id := range ids {
			_, err := t.exec(`UPDATE `+c.table+` SET leased = FALSE, due = next_try
				WHERE id = $1 AND state = 'pending' AND leased AND holder = $2`, id, db.process.id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// freed is the statement that makes due again what is leased.
func (c claimable) freed() string {
	return `UPDATE ` + c.table + ` SET ` + cutShort + `, leased = FALSE, due = next_try WHERE state = 'pending' AND leased`
}

// clearLeases makes due again what a killed process had in its hands, where
// there is one at a time, and what a clock that was wrong then put off.
func (db *DB) clearLeases(ctx context.Context) error {
	return db.write(ctx, func(t *tx) error {
		for _, c := range []claimable{outbound(), pushes()} {
			if _, err := t.exec(c.freed()); err != nil {
				return wrap("clear the leases", err)
			}
		}
		if _, err := t.exec(`UPDATE unused_media SET holder = '' WHERE holder <> ''`); err != nil {
			return wrap("clear the leases", err)
		}
		return wrap("clear the leases", t.dueByTheClock())
	})
}
