package federation

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"limelight/federation/signature"
	"limelight/storage"
)

// accountPoll is how often to look for what a command changed of the actor.
const accountPoll = 250 * time.Millisecond

// standing is the actor as it stood when the database was last looked at, with
// its keys ready for use. It is replaced as a whole, never changed.
type standing struct {
	storage.Account
	key         signature.Key
	instanceKey signature.Key // the same under the id that the server's own actor has it by
	replaced    signature.Key // the one before, zero when there was none
	publicPEM   string        // of key, as the actor shows it
}

// lastStanding is the latest standing, whatever reads it meanwhile.
type lastStanding struct {
	loading sync.Mutex // of LoadAccount
	atomic.Pointer[standing]
}

// standingOf is an actor that has this key and whose owner changed nothing yet.
func (n *Node) standingOf(name string, private *rsa.PrivateKey) (*standing, error) {
	s := &standing{
		key:         signature.Key{ID: n.keyIRI(name), Private: private},
		instanceKey: signature.Key{ID: n.blog.InstanceIRI() + "#" + name, Private: private},
		publicPEM:   encodePEM(private.Public()),
	}
	if s.publicPEM == "" {
		return nil, errors.New("the public key cannot be encoded")
	}
	return s, nil
}

// knownAs are the ids of the accounts that it was before; never nil.
func (s *standing) knownAs() []string {
	iris := []string{}
	for _, k := range s.KnownAs {
		iris = append(iris, k.IRI)
	}
	return iris
}

// LoadAccount takes over what commands changed of the actor: its key, for one.
// A database that cannot be read, or holds no blog, changes nothing.
func (n *Node) LoadAccount(ctx context.Context) error {
	n.standing.loading.Lock() // an older reading must not replace a newer one
	defer n.standing.loading.Unlock()
	a, err := n.db.Account(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	last := n.standing.Load()
	same := *last
	same.Account = a
	next := &same
	if a.Key != last.Key || a.Replaced != last.Replaced {
		if next, err = n.withKeys(a); err != nil {
			return fmt.Errorf("take over the actor's key: %w", err)
		}
		n.client.SignBy(next.key, next.instanceKey)
	}
	if last.Key.Name != "" && last.Key != a.Key {
		n.log.Info("the actor has a new key", "key", a.Key.Name)
	}
	if last.Gone.IsZero() && !a.Gone.IsZero() {
		n.log.Warn("the blog has left the fediverse, as its owner asked; its actor answers 410 from now on", "asked", a.Leaving)
	}
	n.standing.Store(next)
	return nil
}

// takeLatestKey is before an actor is shown. Another node may have signed by a new
// key the very moment it was there, and whom it wrote to fetches the actor here:
// one that does not find the key refuses what was signed, some for good. Without
// a database nobody has a new key, and the last one is shown.
func (n *Node) takeLatestKey(ctx context.Context) {
	if !n.db.Shared() {
		return
	}
	if err := n.LoadAccount(ctx); err != nil {
		n.log.Debug("the account cannot be read", "err", err) // WatchAccount tells of it
	}
}

func (n *Node) withKeys(a storage.Account) (*standing, error) {
	private, err := ParseKey(a.Key.PEM)
	if err != nil {
		return nil, err
	}
	s, err := n.standingOf(a.Key.Name, private)
	if err != nil {
		return nil, err
	}
	s.Account = a
	if a.Replaced.PEM != "" {
		if private, err = ParseKey(a.Replaced.PEM); err != nil {
			return nil, err
		}
		s.replaced = signature.Key{ID: n.keyIRI(a.Replaced.Name), Private: private}
	}
	return s, nil
}

// keyIRI is the id of the actor's key of that name. Each key has an id of its
// own: GoToSocial never fetches a key again that it has under its id, and
// Mastodon fetches the actor when a signature does not fit, whatever the id.
func (n *Node) keyIRI(name string) string { return n.blog.ActorIRI() + "#" + name }

// WatchAccount calls LoadAccount whenever it may be of use, until ctx ends, and
// sees a DeleteActor through.
func (n *Node) WatchAccount(ctx context.Context) {
	tick := time.NewTicker(accountPoll)
	defer tick.Stop()
	for {
		err := n.LoadAccount(ctx)
		if err == nil {
			err = n.depart(ctx)
		}
		if err != nil && ctx.Err() == nil {
			n.log.Error("the account cannot be looked after", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
