package storage

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
	"time"
)

// CheckSettings is what a server must be.
var CheckSettings = checkSettings

// SetClosePatience has Close wait no longer than that for PostgreSQL.
func (db *DB) SetClosePatience(d time.Duration) { db.patience = d }

// GroupBy has what comes in on PostgreSQL committed in groups of n, whoever waits
// until there are so many.
func (db *DB) GroupBy(n int) {
	var mu sync.Mutex
	var group []*member
	c := &postgresGroups{ctx: context.Background(), lost: new(atomic.Int64), pool: db.pool.(*sql.DB), now: db.now, meter: db.meter, turn: new(sync.Mutex)}
	db.together = func(_ context.Context, of string, fn func(*tx) error) error {
		m := &member{of: of, run: fn, asked: time.Now(), done: make(chan struct{})}
		mu.Lock()
		if group = append(group, m); len(group) == n {
			go c.commit(group)
			group = nil
		}
		mu.Unlock()
		<-m.done
		return m.err
	}
}

// LockOrder is how an actor stands in the order of locks, and the key of its lock.
func LockOrder(iri string) (class, key int32) { return actorLock, actorHash(iri) }
