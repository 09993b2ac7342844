package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// postgresGroups commits together what comes in. All of it changes the talk, and
// so waits for the one row of revisions until the commit before is on disk: one at
// a time, that was some two hundred replies a second. There are two of them, which
// take turns: one works while the other's commit is on its way.
//
// Members lock their actors in one order in every group (see lockActor); the keys
// that members of several actors write come after all of them, sorted (see
// sharedKeys), and posts and revisions last (see settle): so nodes do not lock each
// other out. Whoever loses all the same is done again.
type postgresGroups struct {
	ctx   context.Context // ends when Close has waited long enough
	lost  *atomic.Int64   // members that were given up then
	pool  *sql.DB
	now   func() time.Time
	meter *meter
	turn  *sync.Mutex // held while members run, not while they are committed
}

func (g *postgresGroups) end() {}

// inLockOrder is the order of the members' locks; those without an actor come last.
func inLockOrder(a, b *member) int {
	if (a.of == "") != (b.of == "") {
		return strings.Compare(b.of, a.of)
	}
	return cmp.Or(cmp.Compare(actorHash(a.of), actorHash(b.of)), strings.Compare(a.of, b.of))
}

// commit takes the members up when the transaction has begun: who gives up while
// the database has no connection to spare is free to go.
func (g *postgresGroups) commit(group []*member) {
	slices.SortStableFunc(group, inLockOrder)
	ctx, cancel := context.WithTimeout(g.ctx, postgresPatience)
	defer cancel()
	stx, err := g.pool.BeginTx(ctx, nil)
	live := slices.DeleteFunc(group, func(m *member) bool { return !m.take() })
	g.meter.waited(live, time.Now())
	if err == nil {
		err = g.transact(ctx, stx, live)
	} else {
		err = fmt.Errorf("begin: %w", err)
	}
	if lostRace(err) { // all of them did
		for _, m := range live {
			m.err = nil
		}
		if stx, err = g.pool.BeginTx(ctx, nil); err == nil {
			err = g.transact(ctx, stx, live)
		}
	}
	var again []*member
	for _, m := range live {
		if err != nil {
			m.fail(err)
		}
		if err != nil && g.ctx.Err() != nil {
			g.giveUp(m)
			continue
		}
		switch {
		case lostRace(m.err):
			again = append(again, m)
			continue
		case Unavailable(m.err):
			g.meter.fail(1)
		}
		close(m.done)
	}
	for _, m := range again {
		if m.err = writePostgres(ctx, g.pool, g.now, g.meter, m.run); errors.Is(m.err, context.Canceled) {
			g.giveUp(m)
			continue
		}
		close(m.done)
	}
}

// giveUp lets a member know that it was not kept, or that nobody knows whether it was.
func (g *postgresGroups) giveUp(m *member) {
	g.lost.Add(1)
	m.err = fmt.Errorf("%w: %w", ErrClosed, m.err)
	close(m.done)
}

// transact runs the members in one transaction. An error it returns is that of
// all whose own is nil.
func (g *postgresGroups) transact(ctx context.Context, stx *sql.Tx, live []*member) error {
	defer stx.Rollback()
	if err := g.run(&tx{ctx: ctx, on: stx, now: wholeMillis(g.now()), shared: true}, live); err != nil {
		return err
	}
	if err := stx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (g *postgresGroups) run(t *tx, live []*member) error {
	g.turn.Lock()
	defer g.turn.Unlock()
	for _, m := range live {
		if err := savepoint(t, m); err != nil {
			return err
		}
	}
	if err := t.settle(); err != nil {
		return fmt.Errorf("count what came: %w", err)
	}
	return nil
}
