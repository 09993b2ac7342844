package federation

import (
	"context"
	"fmt"
	"strings"

	"limelight/federation/vocab"
)

// search is one lookup at another server, by the rules of SWICG's report on
// HTTP signatures and FEP-fe34: a document speaks for the id it was served
// under and for nothing else, a key and its owner name each other, and all of
// them lie on one host.
type search struct {
	ctx context.Context
	d   *Directory
}

// key finds the key with the id and its owner. The id leads to the actor
// itself (Mastodon and most), to a stub of the actor (GoToSocial's
// ".../main-key") or to a document of the key alone.
func (s *search) key(keyID string) (known, error) {
	doc, err := s.get(keyID)
	if err != nil {
		return known{}, err
	}
	own := &doc.Own
	actor := doc
	switch {
	case doc.isActor():
		if own = doc.key(keyID); !s.servedAs(doc) {
			actor, err = s.owner(doc.ID, keyID)
		}
	case own.PEM == "":
		return known{}, fmt.Errorf("its id leads to neither an actor nor a key: type %.100q", doc.Type)
	case own.ID != keyID:
		return known{}, fmt.Errorf("its document is of another key, %.300q", own.ID)
	default:
		actor, err = s.owner(own.Owner, keyID)
	}
	if err != nil {
		return known{}, err
	}
	listed := actor.key(keyID)
	if listed == nil {
		return known{}, fmt.Errorf("its owner %s does not list it", actor.ID)
	}
	return s.believe(actor, keyID, listed, own)
}

// believe checks that everything about the key agrees: what its owner lists
// and, unless nil, what its own document or a stub shows.
func (s *search) believe(actor *actorDocument, keyID string, listed, own *vocab.Key) (known, error) {
	if !sameOrigin(actor.ID, keyID) {
		return known{}, fmt.Errorf("its owner %s is on another host", actor.ID)
	}
	key := listed
	if own != nil && own.PEM != "" {
		if listed.PEM != "" && strings.TrimSpace(own.PEM) != strings.TrimSpace(listed.PEM) {
			return known{}, fmt.Errorf("it is another key in the document of its owner %s", actor.ID)
		}
		key = own
	}
	for _, k := range []*vocab.Key{listed, key} {
		if k.PEM != "" && k.Owner != actor.ID {
			return known{}, fmt.Errorf("it belongs to %.300q and not to %s, which lists it", k.Owner, actor.ID)
		}
	}
	public, err := parsePEM(key.PEM)
	if err != nil {
		return known{}, err
	}
	a, err := actor.blogActor(s.d.now())
	if err != nil {
		return known{}, err
	}
	a.KeyID, a.KeyPEM = keyID, encodePEM(public)
	return known{a, public}, nil
}

// owner is the actor that a key's own document names.
func (s *search) owner(iri, keyID string) (*actorDocument, error) {
	if !sameOrigin(iri, keyID) {
		return nil, fmt.Errorf("its owner %.300q is on another host", iri)
	}
	return s.whole(iri)
}

// actor finds the actor with the id, with the first of its keys that is surely
// its own, if any. An actor may list what it likes: a key that is not part of
// its document is its own only when the key's id was seen to lead back here
// (Akkoma 3.15 had keys filed under actors that only claimed them).
func (s *search) actor(iri string) (known, error) {
	doc, err := s.whole(iri)
	if err != nil {
		return known{}, err
	}
	for _, key := range doc.Keys {
		if address, _, _ := strings.Cut(key.ID, "#"); address != doc.ID && !s.seen(doc, &key) {
			continue
		}
		if k, err := s.believe(doc, key.ID, &key, nil); err == nil {
			return k, nil
		}
	}
	a, err := doc.blogActor(s.d.now())
	return known{actor: a}, err
}

// seen tells whether the key is the one that the actor is known by.
func (s *search) seen(doc *actorDocument, key *vocab.Key) bool {
	k, ok, err := s.d.knownActor(s.ctx, doc.ID)
	if err != nil || !ok || k.public == nil || k.actor.KeyID != key.ID {
		return false
	}
	public, err := parsePEM(key.PEM)
	return err == nil && encodePEM(public) == encodePEM(k.public)
}

// whole is the actor's document as served under its own id. What is found
// under another address of the same host is fetched once more by its id.
func (s *search) whole(iri string) (*actorDocument, error) {
	doc, err := s.get(iri)
	if err == nil && !s.servedAs(doc) && sameOrigin(doc.ID, doc.at) {
		doc, err = s.get(doc.ID)
	}
	switch {
	case err != nil:
		return nil, err
	case !doc.isActor():
		return nil, fmt.Errorf("%s is no actor: type %.100q", doc.at, doc.Type)
	case !s.servedAs(doc):
		return nil, fmt.Errorf("what %s serves has the id %.300q", doc.at, doc.ID)
	}
	return doc, nil
}

// servedAs tells whether the document came from the address that is its id.
// Akkoma 3.12 and Mastodon 4.2 learned what comes of believing others.
func (s *search) servedAs(doc *actorDocument) bool {
	u, err := s.d.client.address(doc.ID)
	return err == nil && u.String() == doc.at
}

// get fetches a document within the limits for its host.
func (s *search) get(iri string) (*actorDocument, error) {
	if hostName(iri) == "" {
		return nil, fmt.Errorf("%w: %.300q is no http(s) URL", ErrRefused, iri)
	}
	done, err := s.d.limits.begin(hostName(iri), s.d.now())
	if err != nil {
		return nil, err
	}
	defer done()
	doc, err := s.d.client.Get(s.ctx, iri)
	if err != nil {
		return nil, err
	}
	return readActor(doc)
}
