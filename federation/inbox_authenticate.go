package federation

import (
	"context"
	"crypto"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"limelight/blog"
	"limelight/federation/signature"
	"limelight/federation/vocab"
	"limelight/storage"
)

// sender is the verified actor of a request.
type sender struct {
	blog.Actor
	reception *storage.Reception // what was looked up of it already; nil for nothing
}

// authenticate finds who sent the activity: the owner of the key that signed
// the request, who is not blocked unless to delete. Nothing of the activity is
// acted on before (CVE-2025-54888: Fedify did), and who is not its actor only
// passes it on.
func (n *Node) authenticate(r *http.Request, body []byte, a *vocab.Activity) (from sender, err error) {
	signed, err := signature.Parse(r)
	if err != nil {
		return from, unsigned(err)
	}
	deletes, err := n.deletesOwn(r.Context(), a)
	if err != nil {
		return from, err
	}
	if !deletes { // Not even a key is fetched from a server that is blocked.
		if from.reception, err = n.unblocked(r.Context(), a.Actor); err != nil {
			return from, err
		}
		if owner, _, _ := strings.Cut(signed.KeyID, "#"); owner != a.Actor { // as hardly any has it
			if err := n.refuseBlocked(r.Context(), signed.KeyID); err != nil {
				return from, err
			}
		}
	}
	from.Actor, err = n.signer(r, body, signed)
	if err != nil || from.IRI == a.Actor { // looked at above
		return from, err
	}
	from.reception, err = n.unblocked(r.Context(), from.IRI)
	return from, err
}

// deletesOwn tells whether an actor deletes itself or a comment of its own that
// is here. That counts from the blocked too, as at Mastodon: what they take back
// is not to be kept against their will.
func (n *Node) deletesOwn(ctx context.Context, a *vocab.Activity) (bool, error) {
	if a.Type != "Delete" || len(a.Objects) != 1 {
		return false, nil
	}
	if aboutItself(a) {
		return true, nil
	}
	c, err := n.db.CommentByIRI(ctx, a.Objects[0].ID)
	return err == nil && c.Author.IRI == a.Actor, quiet(err)
}

// refuseBlocked is a 403 when the actor, or its server, is blocked.
func (n *Node) refuseBlocked(ctx context.Context, iri string) error {
	_, err := n.unblocked(ctx, iri)
	return err
}

// unblocked is refuseBlocked with what else was found.
func (n *Node) unblocked(ctx context.Context, iri string) (*storage.Reception, error) {
	r, err := n.db.ReceptionOf(ctx, iri)
	if err == nil && r.Blocked {
		err = reject(http.StatusForbidden, "blocked here")
	}
	return &r, err
}

// signer is the owner of the key that made the signature. A signature that does
// not fit may be by a key that replaced the one we know.
func (n *Node) signer(r *http.Request, body []byte, signed *signature.Signature) (blog.Actor, error) {
	verify := func(public crypto.PublicKey) error {
		return signed.Verify(r, body, n.blog.BaseURL, n.now(), public)
	}
	owner, public, err := n.directory.Key(r.Context(), signed.KeyID)
	if err != nil {
		return owner, keyless(err)
	}
	err = verify(public)
	if errors.Is(err, signature.ErrMismatch) {
		fresh, newer, fetchErr := n.directory.FreshKey(r.Context(), signed.KeyID)
		if fetchErr == nil && !reflect.DeepEqual(newer, public) {
			owner, err = fresh, verify(newer)
		}
	}
	if err != nil {
		return owner, unsigned(err)
	}
	return owner, nil
}

// unsigned is the answer to a signature that cannot be read or proves nothing.
func unsigned(err error) error {
	if errors.Is(err, signature.ErrMalformed) {
		return reject(http.StatusBadRequest, "%v", err)
	}
	return reject(http.StatusUnauthorized, "%v", err)
}

// keyless is the answer when the key cannot be had.
func keyless(err error) error {
	if errors.Is(err, ErrUnreachable) {
		return reject(http.StatusServiceUnavailable, "%v", err)
	}
	return reject(http.StatusUnauthorized, "%v", err)
}

// aboutUnknownActor tells whether the activity is the deletion, or an Update,
// of an actor that nothing here came from. Mastodon sends deletions to every
// server it knows of, when the key is gone already; there is nothing to do, so
// nothing is fetched.
func (n *Node) aboutUnknownActor(ctx context.Context, a *vocab.Activity) (bool, error) {
	if !aboutItself(a) {
		return false, nil
	}
	_, err := n.db.Actor(ctx, a.Actor)
	if errors.Is(err, storage.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// aboutItself tells whether an actor deletes or updates itself.
func aboutItself(a *vocab.Activity) bool {
	return (a.Type == "Delete" || a.Type == "Update") && len(a.Objects) == 1 && a.Objects[0].ID == a.Actor
}

// isGone tells whether the activity deletes an actor whose own server says that
// it is gone: then it does not matter whether the deletion can be verified.
// Only 410 counts: 404 may be a mistake.
func (n *Node) isGone(ctx context.Context, a *vocab.Activity) bool {
	if a.Type != "Delete" || !aboutItself(a) {
		return false
	}
	_, err := n.directory.FreshActor(ctx, a.Actor)
	var status *StatusError
	return errors.As(err, &status) && status.Status == http.StatusGone
}
