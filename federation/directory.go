package federation

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"limelight/blog"
	"limelight/storage"
)

// Errors of the Directory that callers tell apart with errors.Is. Whatever is
// neither means that the actor or key is not to be believed.
var (
	// ErrGone is an actor or key that its server says is not there (404, 410).
	ErrGone = errors.New("it is gone")
	// ErrUnreachable is an actor or key that cannot be had for now.
	ErrUnreachable = errors.New("it cannot be reached for now")
)

const (
	actorAge   = 7 * 24 * time.Hour // after which an actor is fetched again when it is heard of
	refetchAge = 5 * time.Minute    // between two fetches on the ground of a bad signature or an Update
	justNow    = 5 * time.Second    // an actor fetched since then is not fetched again at all
	memorySize = 8 << 20            // bytes, roughly, of actors and keys
)

// Directory knows actors at other servers and their keys: from memory, else
// from storage, else by asking their server. What was fetched is kept in memory
// only; storage gets the actors that something came of, and here keeps them up
// to date, so that strangers cannot fill it. It is safe for concurrent use.
type Directory struct {
	client   *Client
	db       *storage.DB
	now      func() time.Time
	blog     *blog.Blog
	memory   *otter.Cache[string, known] // by the id of the actor and of its key
	failures *failures
	limits   *limits
	flights  singleflight.Group
}

// fetcher is fetchKey or fetchActor.
type fetcher func(ctx context.Context, id string) (known, error)

// known is an actor as it was last seen.
type known struct {
	actor  blog.Actor
	public crypto.PublicKey // nil when it has no key that can be read
}

// NewDirectory makes the directory of a node.
func NewDirectory(c *Client, db *storage.DB, b *blog.Blog) *Directory {
	return &Directory{
		client: c,
		db:     db,
		now:    c.now,
		blog:   b,
		memory: otter.Must(&otter.Options[string, known]{
			MaximumWeight: memorySize,
			Weigher:       func(key string, k known) uint32 { return uint32(len(key) + k.size()) },
		}),
		failures: newFailures(),
		limits:   newLimits(),
	}
}

// Key is the public key with the id and the actor that it belongs to and that
// lists it. Errors are ErrGone, ErrUnreachable, or else the key is refused.
func (d *Directory) Key(ctx context.Context, keyID string) (blog.Actor, crypto.PublicKey, error) {
	k, ok, err := d.knownKey(ctx, keyID)
	if err == nil {
		k, err = d.look(ctx, keyID, k, ok, d.fetchKey)
	}
	if err == nil && k.public == nil {
		err = errors.New("there is none")
	}
	if err != nil {
		return blog.Actor{}, nil, fmt.Errorf("the key %.300s: %w", keyID, err)
	}
	return k.actor, k.public, nil
}

// FreshKey is Key past what is remembered, for a signature that did not verify:
// the key may have been changed. A key is fetched again at most every five
// minutes; in between it is what the last fetch brought.
func (d *Directory) FreshKey(ctx context.Context, keyID string) (blog.Actor, crypto.PublicKey, error) {
	k, ok, err := d.knownKey(ctx, keyID)
	if err == nil {
		k, err = d.refetch(ctx, keyID, k, ok, d.fetchKey)
	}
	if err == nil && k.public == nil {
		err = errors.New("there is none")
	}
	if err != nil {
		return blog.Actor{}, nil, fmt.Errorf("the key %.300s: %w", keyID, err)
	}
	return k.actor, k.public, nil
}

// Actor is the actor with the id. Errors are ErrGone, ErrUnreachable, or else
// there is no such actor to be believed.
func (d *Directory) Actor(ctx context.Context, iri string) (blog.Actor, error) {
	k, ok, err := d.knownActor(ctx, iri)
	if err == nil {
		k, err = d.look(ctx, iri, k, ok, d.fetchActor)
	}
	if err != nil {
		return blog.Actor{}, fmt.Errorf("the actor %.300s: %w", iri, err)
	}
	return k.actor, nil
}

// FreshActor is Actor past what is remembered, after an Update of it, at most
// every five minutes like FreshKey.
func (d *Directory) FreshActor(ctx context.Context, iri string) (blog.Actor, error) {
	k, ok, err := d.knownActor(ctx, iri)
	if err == nil {
		k, err = d.refetch(ctx, iri, k, ok, d.fetchActor)
	}
	if err != nil {
		return blog.Actor{}, fmt.Errorf("the actor %.300s: %w", iri, err)
	}
	return k.actor, nil
}

// Forget drops an actor from memory, after its deletion.
func (d *Directory) Forget(iri string) {
	if k, ok := d.memory.Invalidate(iri); ok {
		d.memory.Invalidate(k.actor.KeyID)
	}
}

// look returns what is known unless it is old, else fetches it. What is old is
// still good when the fetch fails.
func (d *Directory) look(ctx context.Context, id string, k known, ok bool, fetch fetcher) (known, error) {
	if ok && d.isYoung(k) {
		return k, nil
	}
	fetched, err := d.once(ctx, "look", id, func(ctx context.Context) (known, error) {
		// Another flight may have landed since.
		if k, ok := d.memory.GetIfPresent(id); ok && d.isYoung(k) {
			return k, nil
		}
		return fetch(ctx, id)
	})
	if err != nil && ok {
		return k, nil
	}
	return fetched, err
}

func (d *Directory) isYoung(k known) bool { return d.now().Sub(k.actor.Fetched) < actorAge }

// refetch fetches anew what has the id, or returns what is known when that was
// done lately.
func (d *Directory) refetch(ctx context.Context, id string, k known, ok bool, fetch fetcher) (known, error) {
	if ok && d.now().Sub(k.actor.Fetched) < justNow {
		return k, nil
	}
	return d.once(ctx, "fresh", id, func(ctx context.Context) (known, error) {
		if !d.limits.refetch(id, d.now()) {
			if k, ok := d.memory.GetIfPresent(id); ok {
				return k, nil
			}
			if ok {
				return k, nil
			}
		}
		return fetch(ctx, id)
	})
}
