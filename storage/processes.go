package storage

import (
	"context"
	"database/sql"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	// missedBeats is how many beats of this process in a row another one may miss
	// before it is dead. Beats are counted and not timed, so that neither clocks
	// that differ nor a database that stood still for all of them kill anybody.
	missedBeats = 10

	// lately is for how long after its last beat a process counts as running when
	// there was no time to watch it.
	lately = time.Minute

	leaveWithin = 5 * time.Second // of Close
)

// process is this one among those that serve the same database.
type process struct {
	id     string
	mu     sync.Mutex
	others map[string]pulse // as seen at the last Beat
}

// pulse is how often another process had beaten, and how many beats of ours ago
// that was another number.
type pulse struct{ beats, missed int64 }

// Beat tells the other processes on this database that this one is alive, and
// looks after those that are not: what they had claimed is due again, and their
// leases are free. It is to be called once a second. Returns how many it found
// dead. SQLite is served by one process, which need tell nobody.
func (db *DB) Beat(ctx context.Context) (dead int, err error) {
	if !db.shared {
		return 0, nil
	}
	p := &db.process
	p.mu.Lock()
	defer p.mu.Unlock()
	beats, err := db.beat(ctx)
	if err != nil {
		return 0, wrap("tell that this process is alive", err)
	}
	seen := make(map[string]pulse, len(beats))
	for id, n := range beats {
		last, known := p.others[id]
		now := pulse{beats: n}
		if known && last.beats == n {
			now.missed = last.missed + 1
		}
		if now.missed < missedBeats {
			seen[id] = now
			continue
		}
		buried, err := db.bury(ctx, id, n)
		if err != nil {
			return dead, wrap("take over from a dead process", err)
		}
		if buried {
			dead++
		}
	}
	p.others = seen
	return dead, nil
}

// beat counts this process's own and returns those of the others.
func (db *DB) beat(ctx context.Context) (others map[string]int64, err error) {
	host, _ := os.Hostname() // a nicety
	err = db.write(ctx, func(t *tx) error {
		others = map[string]int64{}
		_, err := t.exec(`INSERT INTO process (id, host, beats, started, seen, channels) VALUES ($1, $2, 1, $3, $3, $4)
			ON CONFLICT (id) DO UPDATE SET beats = process.beats + 1, seen = excluded.seen`, db.process.id, host, millis(t.now), strings.Join(db.notices.Channels, " "))
		if err != nil {
			return err
		}
		return t.each(func(rows *sql.Rows) error {
			var id string
			var n int64
			err := rows.Scan(&id, &n)
			others[id] = n
			return err
		}, `SELECT id, beats FROM process WHERE id <> $1`, db.process.id)
	})
	return others, err
}

// bury removes a process that is still at that beat, and lets go of all it held.
// False when it moved after all, or another process was faster.
func (db *DB) bury(ctx context.Context, id string, beats int64) (buried bool, err error) {
	err = db.write(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM process WHERE id = $1 AND beats = $2`, id, beats)
		if buried = n > 0; err != nil || !buried {
			return err
		}
		return letGoOf(t, id)
	})
	return buried, err
}

// leave is the end of this process, known to the others at once.
func (db *DB) leave() error {
	ctx, cancel := context.WithTimeout(context.Background(), leaveWithin)
	defer cancel()
	err := db.write(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM process WHERE id = $1`, db.process.id); err != nil {
			return err
		}
		return letGoOf(t, db.process.id)
	})
	if Unavailable(err) {
		return nil // they will find out
	}
	return wrap("take leave of the other processes", err)
}

// letGoOf makes due again what a process had claimed, and its leases free, as
// are those of processes that are not there.
func letGoOf(t *tx, id string) error {
	for _, c := range []claimable{outbound(), pushes()} {
		if _, err := t.exec(c.freed()+` AND holder = $1`, id); err != nil {
			return err
		}
	}
	if err := freeUnused(t, id); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM lease WHERE holder = $1 OR holder NOT IN (SELECT id FROM process)`, id)
	return err
}

// TakeLease makes the work of that name this process's own, unless it is
// another's, and tells whether it is ours. It stays so until Close, or until the
// others find this process dead: ask again to know.
func (db *DB) TakeLease(ctx context.Context, name string) (bool, error) {
	if !db.shared {
		return true, nil
	}
	const mine = `SELECT holder FROM lease WHERE name = $1`
	holders, err := db.reading(ctx).texts(mine, name)
	if err == nil && len(holders) == 0 {
		err = db.write(ctx, func(t *tx) error {
			_, err := t.exec(`INSERT INTO lease (name, holder, since)
				SELECT CAST($1 AS TEXT), p.id, CAST($3 AS BIGINT) FROM process p WHERE p.id = $2
				ON CONFLICT (name) DO NOTHING`, name, db.process.id, millis(t.now))
			if err == nil {
				holders, err = t.texts(mine, name)
			}
			return err
		})
	}
	return err == nil && len(holders) > 0 && holders[0] == db.process.id, wrap("take the lease of "+name, err)
}

// Shared tells whether other processes may serve the same database.
func (db *DB) Shared() bool { return db.shared }

// others tells whether another process serves the database, or did a moment ago.
func (t *tx) others(id string) (bool, error) {
	return t.exists(`SELECT 1 FROM process WHERE id <> $1 AND seen > $2 LIMIT 1`, id, millis(t.now.Add(-lately)))
}

// newProcess is one that has not beaten yet.
func newProcess() (string, error) {
	id, err := uuid.NewV7()
	return id.String(), err
}
