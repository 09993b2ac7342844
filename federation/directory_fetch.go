package federation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"limelight/storage"
)

// lookupTime is for all fetches of one lookup, of which there may be three.
const lookupTime = 30 * time.Second

// knownKey is what is remembered of a key. On a database with several processes
// storage is asked first: another one may know of a newer key, or that the actor
// is gone, and what it knows is dropped from memory here.
func (d *Directory) knownKey(ctx context.Context, keyID string) (known, bool, error) {
	if sameOrigin(keyID, d.blog.BaseURL) {
		return known{}, false, fmt.Errorf("%w: that is ourselves", ErrRefused)
	}
	remembered, ok := d.memory.GetIfPresent(keyID)
	ok = ok && remembered.public != nil && remembered.actor.KeyID == keyID
	if ok && !d.db.Shared() {
		return remembered, true, nil
	}
	a, err := d.db.ActorByKey(ctx, keyID)
	if errors.Is(err, storage.ErrNotFound) {
		return remembered, ok, nil
	}
	if err != nil {
		return known{}, false, fmt.Errorf("%w: %w", errUnasked, err)
	}
	k := knownAs(a)
	if k.public == nil || !sameOrigin(a.IRI, keyID) {
		return known{}, false, nil
	}
	if d.db.Shared() {
		d.memory.Invalidate(keyID)
	} else {
		d.memory.Set(keyID, k)
	}
	return k, true, nil
}

// knownActor is what is remembered of an actor, from storage before memory:
// there it is newer when another process fetched it.
func (d *Directory) knownActor(ctx context.Context, iri string) (known, bool, error) {
	a, err := d.db.Actor(ctx, iri)
	if err == nil {
		return knownAs(a), true, nil
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return known{}, false, fmt.Errorf("%w: %w", errUnasked, err)
	}
	k, ok := d.memory.GetIfPresent(iri)
	return k, ok && k.actor.IRI == iri, nil
}

// once has one of those who ask for the same at the same time do the work, for
// all of them. It goes on when the one who began it goes away.
func (d *Directory) once(ctx context.Context, what, id string, work func(context.Context) (known, error)) (known, error) {
	done, err := d.limits.wait(hostName(id))
	if err != nil {
		return known{}, err
	}
	defer done()
	result := d.flights.DoChan(what+" "+id, func() (_ any, err error) {
		// A panic in a flight would end the process.
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("it makes us panic: %v", v)
			}
		}()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTime)
		defer cancel()
		return work(ctx)
	})
	select {
	case r := <-result:
		if r.Err != nil {
			return known{}, r.Err
		}
		return r.Val.(known), nil
	case <-ctx.Done():
		return known{}, fmt.Errorf("%w: %w", errUnasked, ctx.Err())
	}
}

// fetchKey asks for a key, unless that failed lately, and remembers what comes
// of it.
func (d *Directory) fetchKey(ctx context.Context, keyID string) (known, error) {
	return d.remember(ctx, keyID, func(s *search) (known, error) { return s.key(keyID) })
}

// fetchActor asks for an actor, likewise.
func (d *Directory) fetchActor(ctx context.Context, iri string) (known, error) {
	return d.remember(ctx, iri, func(s *search) (known, error) { return s.actor(iri) })
}

func (d *Directory) remember(ctx context.Context, id string, find func(*search) (known, error)) (known, error) {
	if err := d.failures.of(id, d.now()); err != nil {
		return known{}, err
	}
	k, err := find(&search{ctx: ctx, d: d})
	if err != nil {
		err = verdict(err)
		d.failures.add(id, err, d.now())
		return known{}, err
	}
	d.memory.Set(k.actor.IRI, k)
	if k.public != nil {
		d.memory.Set(k.actor.KeyID, k)
	}
	_, err = d.db.Actor(ctx, k.actor.IRI)
	if err == nil {
		err = d.db.SaveActor(ctx, k.actor)
	}
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return known{}, fmt.Errorf("%w: %w", errUnasked, err)
	}
	return k, nil
}

// verdict sorts what went wrong into gone, unreachable and refused.
func verdict(err error) error {
	var status *StatusError
	switch {
	case errors.As(err, &status) && status.Gone():
		return fmt.Errorf("%w: %w", ErrGone, err)
	case Temporary(err):
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return err
}
