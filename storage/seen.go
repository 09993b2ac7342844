package storage

import (
	"cmp"
	"context"
	"errors"
)

// Incoming names the activity that an effect comes from. An effect is applied
// once per (Actor, ID); the methods that take it return false when it was
// applied before. A zero Incoming is never recorded.
type Incoming struct {
	Actor string // IRI of the verified actor
	ID    string // the activity's id
}

// apply runs the effect of an incoming activity once. It returns false, with
// nothing written, when the activity had its effect before, when its actor is
// blocked, or when the effect itself turns out to be none (errNoEffect).
func (db *DB) apply(ctx context.Context, in Incoming, effect func(*tx) error) (bool, error) {
	return db.applyOf(ctx, in, in.Actor, effect)
}

// applyOf is apply for what somebody did that may have been fetched and not sent:
// then nobody but its author orders it among what is written together.
func (db *DB) applyOf(ctx context.Context, in Incoming, author string, effect func(*tx) error) (bool, error) {
	return db.once(ctx, cmp.Or(in.Actor, author), effect, func(t *tx) error {
		switch {
		case in.Actor == "":
			return t.see(in)
		case in.ID == "":
			return t.refuseBlocked(in.Actor)
		}
		return t.seeUnlessBlocked(in)
	})
}

// applyDeletion is apply for what counts from the blocked too.
func (db *DB) applyDeletion(ctx context.Context, in Incoming, effect func(*tx) error) (bool, error) {
	return db.once(ctx, in.Actor, effect, func(t *tx) error { return t.see(in) })
}

// once runs the actor's effect when admit lets it, in one transaction.
func (db *DB) once(ctx context.Context, actor string, effect, admit func(*tx) error) (bool, error) {
	err := db.together(ctx, actor, func(t *tx) error {
		if actor != "" {
			if err := t.lockActor(actor); err != nil {
				return err
			}
		}
		if err := admit(t); err != nil {
			return err
		}
		return effect(t)
	})
	if errors.Is(err, errNoEffect) {
		return false, nil
	}
	return err == nil, err
}

// see records the activity, or returns errNoEffect when it is known.
func (t *tx) see(in Incoming) error {
	if in.ID == "" {
		return nil
	}
	n, err := t.exec(`INSERT INTO seen (actor, id, at) VALUES ($1, $2, $3)
		ON CONFLICT (actor, id) DO NOTHING`, in.Actor, in.ID, millis(t.now))
	if err == nil && n == 0 {
		return errNoEffect
	}
	return err
}

// seeUnlessBlocked is refuseBlocked and see in one statement: nearly all that
// comes in passes here.
func (t *tx) seeUnlessBlocked(a Incoming) error {
	args, places := placed([]any{a.Actor, a.ID, millis(t.now)}, blockTargets(a.Actor))
	n, err := t.exec(`INSERT INTO seen (actor, id, at)
		SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT) WHERE NOT `+names("block", places)+`
		ON CONFLICT (actor, id) DO NOTHING`, args...)
	if err == nil && n == 0 {
		return errNoEffect
	}
	return err
}

// refuseBlocked is errNoEffect when the actor or its host is blocked.
func (t *tx) refuseBlocked(actorIRI string) error {
	blocked, err := isBlocked(t, actorIRI)
	if err == nil && blocked {
		return errNoEffect
	}
	return err
}

// bury remembers that the actor took the object or activity back.
func (t *tx) bury(actor, iri string) error {
	_, err := t.exec(`INSERT INTO tombstone (actor, iri, at) VALUES ($1, $2, $3)
		ON CONFLICT (actor, iri) DO UPDATE SET at = excluded.at`, actor, iri, millis(t.now))
	return err
}

// refuseBuried is errNoEffect when the actor took the object back before it came.
func (t *tx) refuseBuried(actor, iri string) error {
	gone, err := t.exists(`SELECT 1 FROM tombstone WHERE actor = $1 AND iri = $2`, actor, iri)
	if err == nil && gone {
		return errNoEffect
	}
	return err
}
