package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// postgresGroups commits together what comes in. All of it changes the talk, and
// so waits for the one row of revisions until the commit before is on disk: one at
// a time, that was some two hundred replies a second. There are two, so that one
// works while the other's commit is on its way.
//
// All members lock their actor first (see lockActor), in one order in every
// group, and the posts and revisions come last (see settle), so that groups do not
// lock each other out. What loses a race nevertheless is done again by itself.
type postgresGroups struct {
	pool  *sql.DB
	now   func() time.Time
	meter *meter
}

func (g *postgresGroups) end() {}

func (g *postgresGroups) commit(group []*member) {
	live := slices.DeleteFunc(group, func(m *member) bool { return !m.take() })
	slices.SortStableFunc(live, func(a, b *member) int { return strings.Compare(a.of, b.of) })
	if len(live) > 1 {
		g.meter.waited(live, time.Now())
		if err := g.transact(live); err != nil {
			for _, m := range live {
				if m.err == nil {
					m.err = err
				}
				if !lostRace(m.err) && Unavailable(m.err) {
					g.meter.fail(1)
				}
			}
		}
	}
	for _, m := range live {
		if len(live) == 1 || lostRace(m.err) {
			m.err = writePostgres(context.Background(), g.pool, g.now, g.meter, m.run)
		}
		close(m.done)
	}
}

// transact runs the members in one transaction. An error it returns is that of
// all whose own is nil.
func (g *postgresGroups) transact(live []*member) error {
	ctx, cancel := context.WithTimeout(context.Background(), postgresPatience)
	defer cancel()
	stx, err := g.pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer stx.Rollback()
	t := &tx{ctx: ctx, on: stx, now: wholeMillis(g.now()), shared: true}
	for _, m := range live {
		if err := savepoint(t, m); err != nil {
			return err
		}
	}
	if err := t.settle(); err != nil {
		return fmt.Errorf("count what came: %w", err)
	}
	if err := stx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
