package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"limelight/blog"
)

// KeyWindow is how long a key that was replaced is kept: as long as a delivery
// may be tried, and a server may be away that still knows the blog by it.
const KeyWindow = 7 * 24 * time.Hour

// Account is how the blog's actor stands: what its owner changed of it by
// commands. It is the zero Account but for Key as long as nobody did.
type Account struct {
	Key      Key
	Replaced Key       // the one before Key; zero when there was none, or Prune forgot it
	Rotated  time.Time // when Key took its place
	MovedTo  string    // id of the actor that followers are sent to; empty means none
	Moved    time.Time // when
	KnownAs  []KnownAs // the accounts that it says it was before
	Leaving  time.Time // when DeleteActor was called; zero means never
	Gone     time.Time // when everyone had been told of that, as far as possible
}

// Key is a key of the actor.
type Key struct {
	Name string // fragment of its id: "main-key", "key-2"
	PEM  string // PKCS #8, private
}

// Account returns it; ErrNotFound before StartBlog.
func (db *DB) Account(ctx context.Context) (Account, error) {
	a, err := readAccount(db.reading(ctx))
	return a, wrap("read the account", err)
}

func readAccount(t *tx) (Account, error) {
	var a Account
	err := t.row(`SELECT private_key, key_name, replaced_key, replaced_name, rotated, moved_to, moved,
			leaving, gone FROM node WHERE id = 1`).
		Scan(&a.Key.PEM, &a.Key.Name, &a.Replaced.PEM, &a.Replaced.Name, stamp{&a.Rotated}, &a.MovedTo, stamp{&a.Moved},
			stamp{&a.Leaving}, stamp{&a.Gone})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return a, err
	}
	a.KnownAs, err = readKnownAs(t)
	return a, err
}

// RotateOptions are the owner's wishes for one RotateKey.
type RotateOptions struct {
	Again bool // even when the last rotation is less than KeyWindow ago
}

// RotateKey has the actor sign by the key (PKCS #8 PEM) from now on, under an
// id of its own, keeps the one before for KeyWindow, and writes an Update of
// the actor to everyone whose server knows it. ErrRotated when the one before
// was replaced within KeyWindow: who has not heard of that yet would not hear
// of this, so it takes the option. Returns the number of deliveries.
func (db *DB) RotateKey(ctx context.Context, pem string, o RotateOptions) (Account, int, error) {
	var (
		a          Account
		deliveries int
	)
	err := db.write(ctx, func(t *tx) (err error) {
		if a, err = readStanding(t); err != nil {
			return err
		}
		if !o.Again && !a.Rotated.IsZero() && t.now.Sub(a.Rotated) < KeyWindow {
			return ErrRotated
		}
		a.Replaced, a.Rotated = a.Key, t.now
		a.Key = Key{Name: nextKey(a.Key.Name), PEM: pem}
		_, err = t.exec(`UPDATE node SET private_key = $1, key_name = $2, replaced_key = $3, replaced_name = $4, rotated = $5`,
			a.Key.PEM, a.Key.Name, a.Replaced.PEM, a.Replaced.Name, millis(a.Rotated))
		if err != nil {
			return err
		}
		deliveries, err = deliverKey(t, a.Key.Name)
		return err
	})
	if err != nil {
		return Account{}, 0, fmt.Errorf("rotate the key: %w", err)
	}
	return a, deliveries, nil
}

// nextKey is the name after "main-key" or "key-2". Names are never used again:
// GoToSocial takes a key for what it once was under its id.
func nextKey(name string) string {
	n, err := strconv.Atoi(strings.TrimPrefix(name, "key-"))
	if err != nil {
		n = 1
	}
	return "key-" + strconv.Itoa(n+1)
}

// deliverKey tells everyone of the actor with the key of that name.
func deliverKey(t *tx, name string) (int, error) {
	a, err := t.act(blog.Activity{Type: "Update", Object: blog.ActorObject, Ref: name})
	if err != nil {
		return 0, err
	}
	if err := replacePending(t, `object_type = 'actor' AND type = 'Update' AND ref = $2`, ""); err != nil {
		return 0, err
	}
	return fanOut(t, a, insertDeliveries+`(`+toAcquainted+`) x WHERE x.inbox <> ''`+onceEach)
}

// toAcquainted are the servers of everyone who ever had to do with the blog
// and is not blocked.
const toAcquainted = `SELECT DISTINCT a.delivery_inbox AS inbox, a.delivery_host AS host FROM actor a WHERE a.gone <= $4` + unlessBlocked

// forgetKeys forgets keys that were replaced long enough ago.
func (db *DB) forgetKeys(ctx context.Context, now time.Time) error {
	return db.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE node SET replaced_key = '', replaced_name = '' WHERE rotated < $1 AND replaced_key <> ''`,
			millis(now.Add(-KeyWindow)))
		return err
	})
}
