package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"

	"limelight/blog"
)

// blockedActors are the actors that the target $1 keeps out; $2 is the pattern
// of its subdomains.
const blockedActors = `SELECT b.iri FROM actor b
	WHERE (b.iri = $1 OR b.host = $1 OR b.domain = $1 OR b.domain LIKE $2 ESCAPE '!')`

// AddBlock blocks an actor's IRI or a domain with its subdomains: their
// follows, pending deliveries and lookups go, their reactions and the leave they
// were given are removed, and a veil hides what they said until the block is
// lifted. A domain with a port is that port of that host alone. Blocking what
// is blocked is no error, and cleans up again.
func (db *DB) AddBlock(ctx context.Context, target string) error {
	target, err := blockTarget(target)
	if err == nil {
		err = db.write(ctx, func(t *tx) error { return addBlock(t, target) })
	}
	return wrap("block "+target, err)
}

func addBlock(t *tx, target string) error {
	if err := putBlock(t, blog.Block{Target: target}); err != nil {
		return err
	}
	return t.enforceBlocks(target)
}

// putBlock writes the block and records that it is new.
func putBlock(t *tx, b blog.Block) error {
	if err := t.lockStrangers(); err != nil {
		return err
	}
	n, err := t.exec(`INSERT INTO block (target, note, since) VALUES ($1, $2, $3) ON CONFLICT (target) DO NOTHING`, b.Target, b.Note, millis(t.now))
	if err != nil || n == 0 {
		return err
	}
	return t.decided(blog.Decision{Action: blog.BlockAction, Object: b.Target, Note: b.Note})
}

// enforceBlocks takes away what there is of whom the targets keep out.
func (t *tx) enforceBlocks(targets ...string) error {
	for _, target := range targets {
		if _, err := t.exec(`DELETE FROM lookup WHERE host = $1 OR host LIKE $2 ESCAPE '!'`, target, subdomains(target)); err != nil {
			return err
		}
	}
	reached, err := t.reach(targets)
	if err != nil {
		return err
	}
	for _, w := range reached {
		if err := t.takeAway(w); err != nil {
			return err
		}
	}
	return nil
}

// takeAway takes away what there is of some actors, and veils what they said.
func (t *tx) takeAway(w whom) error {
	blocked, args := w.actors()
	if met, err := t.exists(`SELECT 1 FROM (`+blocked+` LIMIT 1) met`, args...); err != nil || !met {
		return err
	}
	posts, err := t.postsOf(blocked, args...)
	if err != nil {
		return err
	}
	if err := t.veil(blockVeil, blocked, args...); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM reaction WHERE actor IN (` + blocked + `)`,
		`DELETE FROM follower WHERE actor IN (` + blocked + `)`,
		`UPDATE actor SET follows = FALSE WHERE follows AND iri IN (` + blocked + `)`,
		`UPDATE approval SET state = 'refused' WHERE state <> 'refused' AND actor IN (` + blocked + `)`,
		`DELETE FROM delivery WHERE state = 'pending' AND activity_id IN (
			SELECT id FROM activity WHERE target IN (` + blocked + `))`,
		// What a blocked actor's inbox shares with a follower still goes there.
		`DELETE FROM delivery WHERE state = 'pending'
			AND (inbox IN (SELECT delivery_inbox FROM actor WHERE iri IN (` + blocked + `))
				OR inbox IN (SELECT inbox FROM actor WHERE iri IN (` + blocked + `)))
			AND NOT EXISTS (SELECT 1 FROM actor f WHERE f.follows AND f.delivery_inbox = delivery.inbox)`,
	} {
		if _, err := t.exec(statement, args...); err != nil {
			return err
		}
	}
	return t.recount(posts...)
}

// RemoveBlock lifts a block: what it hid is back as it was, unless another one
// keeps it hidden. Follows and reactions do not come back by themselves.
// ErrNotFound when there was none.
func (db *DB) RemoveBlock(ctx context.Context, target string) error {
	target, err := blockTarget(target)
	if err == nil {
		err = db.write(ctx, func(t *tx) error {
			n, err := t.exec(`DELETE FROM block WHERE target = $1`, target)
			if err == nil && n == 0 {
				return ErrNotFound
			}
			if err != nil {
				return err
			}
			return t.liftBlock(target)
		})
	}
	return wrap("unblock "+target, err)
}

func (t *tx) liftBlock(target string) error {
	args := []any{target, subdomains(target)}
	shut, err := t.shutAbove()
	if err != nil {
		return err
	}
	unveiled, list := in(args, append(shut, ""))
	unblockedActors := blockedActors + ` AND NOT EXISTS (SELECT 1 FROM block k WHERE k.target IN (b.iri, b.host, b.domain))
		AND NOT EXISTS (SELECT 1 FROM block k WHERE k.target IN ` + list + ` AND b.domain LIKE '%.' || k.target)`
	if err := t.unveil(blockVeil, unblockedActors, unveiled...); err != nil {
		return err
	}
	posts, err := t.postsOf(blockedActors, args...)
	if err == nil {
		err = t.recount(posts...)
	}
	if err != nil {
		return err
	}
	return t.decided(blog.Decision{Action: blog.UnblockAction, Object: target})
}

// Blocks lists them by the time they were set.
func (db *DB) Blocks(ctx context.Context) ([]blog.Block, error) {
	var out []blog.Block
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var b blog.Block
		err := rows.Scan(&b.Target, &b.Note, stamp{&b.Since})
		out = append(out, b)
		return err
	}, `SELECT target, note, since FROM block ORDER BY since, target`)
	return out, wrap("list blocks", err)
}

// Reception is what stands in the way of an actor.
type Reception struct {
	Blocked bool // the actor, its host or a domain above it
	Decided bool // the author decided something about it: see StandingOf
	Ruled   bool // there are Rules for what comments say
}

// ReceptionOf looks all of that up by one query. Nearly always nothing is there.
func (db *DB) ReceptionOf(ctx context.Context, actorIRI string) (Reception, error) {
	var r Reception
	args, places := placed(nil, blockTargets(actorIRI))
	err := db.reading(ctx).row(`SELECT `+names("block", places)+`, `+names("standing", places)+`, EXISTS (SELECT 1 FROM rule)`, args...).
		Scan(&r.Blocked, &r.Decided, &r.Ruled)
	return r, wrap("look for a block", err)
}

// Blocked tells whether the actor or its host is blocked.
func (db *DB) Blocked(ctx context.Context, actorIRI string) (bool, error) {
	blocked, err := isBlocked(db.reading(ctx), actorIRI)
	return blocked, wrap("look for a block", err)
}

// isBlocked tells whether the actor, its host or a domain above it is blocked.
func isBlocked(t *tx, actorIRI string) (bool, error) {
	args, places := placed(nil, blockTargets(actorIRI))
	return t.exists(`SELECT 1 WHERE `+names("block", places), args...)
}

// names is a condition: a row of the table has one of the places as its target.
// SQLite looks each up in the index; for an IN it first makes a table of them,
// which takes twice as long as all the rest.
func names(table string, places []string) string {
	each := make([]string, len(places))
	for i, place := range places {
		each[i] = "EXISTS (SELECT 1 FROM " + table + " WHERE target = " + place + ")"
	}
	return "(" + strings.Join(each, " OR ") + ")"
}

// blockTarget is a target as it is stored: an IRI as it is, a domain as peers
// spell it.
func blockTarget(target string) (string, error) {
	target = strings.TrimSpace(target)
	if strings.Contains(target, "://") {
		return target, nil
	}
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		host, port = strings.Trim(target, "[]"), ""
	}
	host = asciiHost(host)
	if host == "" || strings.ContainsAny(host, "/@% \t\n") || len(host) > 253 {
		return target, errors.New("it is neither an actor's address (https://...) nor a domain")
	}
	if port != "" {
		return net.JoinHostPort(host, port), nil
	}
	return host, nil
}

// subdomains is the LIKE pattern of every domain below the target; of an IRI
// or an address there are none.
func subdomains(target string) string {
	if strings.ContainsAny(target, ":/") {
		return ""
	}
	return fmt.Sprintf("%%.%s", strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(target))
}
