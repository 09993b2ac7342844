package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"limelight/blog"
)

// actorColumns are what actorFields takes, of an actor named a. The COALESCEs
// are for joins that find no row.
const actorColumns = `COALESCE(a.type, ''), COALESCE(NULLIF(a.told_handle, ''), a.handle, ''), COALESCE(a.name, ''), COALESCE(a.url, ''),
	COALESCE(a.inbox, ''), COALESCE(a.shared_inbox, ''), COALESCE(a.avatar_url, ''), COALESCE(a.avatar, ''),
	COALESCE(a.key_id, ''), COALESCE(a.key_pem, ''), COALESCE(a.fetched, 0),
	COALESCE(a.joined, 0), COALESCE(a.noblog, FALSE)`

func actorFields(a *blog.Actor) []any {
	return []any{&a.Type, &a.Handle, &a.Name, &a.URL, &a.Inbox, &a.SharedInbox, &a.AvatarURL, &a.Avatar,
		&a.KeyID, &a.KeyPEM, stamp{&a.Fetched}, stamp{&a.Joined}, &a.NoBlog}
}

// SaveActor inserts or refreshes a remote actor as fetched (a zero Fetched
// means now). a.Avatar is ignored: a changed AvatarURL makes the avatar due
// again, an empty one drops our copy. What pages show of it moves the
// comments' revision.
func (db *DB) SaveActor(ctx context.Context, a blog.Actor) error {
	err := db.write(ctx, func(t *tx) error {
		if err := t.lockActor(a.IRI); err != nil {
			return err
		}
		before, err := findActor(t, a.IRI)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		known := err == nil
		if a.Fetched.IsZero() {
			a.Fetched = t.now
		}
		if err := putActor(t, a, `TRUE`); err != nil || !known {
			return err
		}
		if before.NoBlog != a.NoBlog {
			return t.consent(a)
		}
		after, err := findActor(t, a.IRI) // its handle may be the one that its domain tells
		if err != nil {
			return err
		}
		if before.Name != after.Name || before.Handle != after.Handle || before.URL != after.URL || before.Avatar != after.Avatar {
			return t.reviseTalkOf(a.IRI)
		}
		return nil
	})
	return wrap("save the actor "+a.IRI, err)
}

// meet writes the actor that comes with an effect: inserted when it is new,
// refreshed when it was fetched later than the row.
func (t *tx) meet(a blog.Actor) error {
	if a.IRI == "" {
		return errors.New("an actor without an id")
	}
	return putActor(t, a, `excluded.fetched > actor.fetched`)
}

func putActor(t *tx, a blog.Actor, refreshIf string) error {
	inbox := a.DeliveryInbox()
	before, err := t.inboxesOf(a.IRI)
	if err != nil {
		return err
	}
	n, err := t.exec(`INSERT INTO actor (iri, type, host, domain, handle, name, url, inbox, shared_inbox,
			delivery_inbox, delivery_host, gone, avatar_url, avatar, avatar_due, key_id, key_pem, fetched, joined, noblog)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, '', 0, $13, $14, $15, $16, $17)
		ON CONFLICT (iri) DO UPDATE SET type = excluded.type, handle = excluded.handle, name = excluded.name,
			url = excluded.url, inbox = excluded.inbox, shared_inbox = excluded.shared_inbox,
			delivery_inbox = excluded.delivery_inbox, delivery_host = excluded.delivery_host, gone = 0,
			told_handle = CASE WHEN actor.handle = excluded.handle THEN actor.told_handle ELSE '' END,
			handle_due = CASE WHEN actor.handle = excluded.handle THEN actor.handle_due ELSE 0 END,
			avatar_due = CASE WHEN actor.avatar_url = excluded.avatar_url THEN actor.avatar_due ELSE 0 END,
			avatar = CASE WHEN excluded.avatar_url = '' THEN '' ELSE actor.avatar END,
			avatar_url = excluded.avatar_url, key_id = excluded.key_id, key_pem = excluded.key_pem,
			fetched = excluded.fetched, joined = excluded.joined, noblog = excluded.noblog
		WHERE `+refreshIf,
		a.IRI, a.Type, hostOf(a.IRI), domainOf(a.IRI), a.Handle, a.Name, a.URL, a.Inbox, a.SharedInbox,
		inbox, hostOf(inbox), a.AvatarURL, a.KeyID, a.KeyPEM, millis(a.Fetched), millis(a.Joined), a.NoBlog)
	if err != nil || n == 0 {
		return err
	}
	return t.forward(a.IRI, before, inboxes{a.Inbox, inbox})
}

// Actor by IRI; ErrNotFound.
func (db *DB) Actor(ctx context.Context, iri string) (blog.Actor, error) {
	a, err := findActor(db.reading(ctx), iri)
	return a, wrap("read an actor", err)
}

func findActor(t *tx, iri string) (blog.Actor, error) {
	a := blog.Actor{IRI: iri}
	err := t.row(`SELECT `+actorColumns+` FROM actor a WHERE a.iri = $1`, iri).Scan(actorFields(&a)...)
	if errors.Is(err, sql.ErrNoRows) {
		return blog.Actor{}, fmt.Errorf("%q: %w", iri, ErrNotFound)
	}
	return a, err
}

// ActorByKey finds the actor whose KeyID it is, the one fetched last when
// several claim it; ErrNotFound.
func (db *DB) ActorByKey(ctx context.Context, keyID string) (blog.Actor, error) {
	var a blog.Actor
	err := sql.ErrNoRows
	if keyID != "" {
		err = db.reading(ctx).row(`SELECT a.iri, `+actorColumns+` FROM actor a WHERE a.key_id = $1
			ORDER BY a.fetched DESC, a.iri LIMIT 1`, keyID).Scan(append([]any{&a.IRI}, actorFields(&a)...)...)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%q: %w", keyID, ErrNotFound)
	}
	return a, wrap("find the actor of a key", err)
}

// ForgetActor is the deletion of an account: its follow, reactions, pending
// deliveries and row go, its comments are erased, whether it is blocked or not.
// False when it was not known.
func (db *DB) ForgetActor(ctx context.Context, in Incoming) (bool, error) {
	ok, err := db.applyDeletion(ctx, in, func(t *tx) error {
		return forget(t, in.Actor)
	})
	return ok, wrap("forget the actor "+in.Actor, err)
}

func forget(t *tx, iri string) error {
	if _, err := findActor(t, iri); errors.Is(err, ErrNotFound) {
		return errNoEffect
	} else if err != nil {
		return err
	}
	posts, err := t.texts(`SELECT post_id FROM comment WHERE actor = $1 UNION SELECT post_id FROM reaction WHERE actor = $1
		UNION SELECT post_id FROM mention WHERE actor = $1 UNION SELECT post_id FROM citation WHERE actor = $1`, iri)
	if err != nil {
		return err
	}
	tallies, err := t.talliesOf(iri)
	if err != nil {
		return err
	}
	if _, err := t.unfollow(iri); err != nil {
		return err
	}
	if err := t.dropContent(`comment_id IN (SELECT id FROM comment WHERE actor = $1)`, iri); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM reaction WHERE actor = $1`,
		`DELETE FROM approval WHERE actor = $1`,
		`UPDATE mention SET state = 'unknown', actor = '', name = '' WHERE actor = $1`,
		`DELETE FROM citation WHERE actor = $1`,
		`UPDATE decision SET actor = '' WHERE actor = $1`,
		`UPDATE comment SET ` + eraseComment + ` WHERE actor = $1`,
		`DELETE FROM actor WHERE iri = $1`,
	} {
		if _, err := t.exec(statement, iri); err != nil {
			return err
		}
	}
	for _, s := range tallies {
		t.countBy(s.post, s.column, -s.n)
	}
	t.revise(posts...)
	return nil
}

// ActorByHandle finds somebody who has been here by name@host, in any case, the
// one fetched last when several have it; ErrNotFound.
func (db *DB) ActorByHandle(ctx context.Context, handle string) (blog.Actor, error) {
	return db.actorBy(ctx, "handle "+handle, `LOWER(a.handle) = LOWER($1) OR LOWER(a.told_handle) = LOWER($1)`, handle)
}

// ActorByURL finds somebody who has been here by the actor's id or the address
// of the profile page; ErrNotFound.
func (db *DB) ActorByURL(ctx context.Context, u string) (blog.Actor, error) {
	return db.actorBy(ctx, "address "+u, `a.iri = $1 OR a.url = $1`, u)
}

// actorBy is for what a person types: it may look at every row.
func (db *DB) actorBy(ctx context.Context, what, cond, arg string) (blog.Actor, error) {
	var a blog.Actor
	err := db.reading(ctx).row(`SELECT a.iri, `+actorColumns+` FROM actor a WHERE `+cond+`
		ORDER BY CASE WHEN a.iri = $1 THEN 0 ELSE 1 END, a.fetched DESC, a.iri LIMIT 1`, arg).Scan(append([]any{&a.IRI}, actorFields(&a)...)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return a, wrap("find the actor with the "+what, err)
}
