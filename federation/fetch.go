package federation

import (
	"context"
	"fmt"

	"limelight/federation/vocab"
)

// fetchObject gets a note or the like from its own server. It is what its id
// serves, or it is not believed: what another address of the same host serves
// is fetched once more by its id. Errors are ErrGone, ErrUnreachable, or else
// there is no such object to be believed.
func (n *Node) fetchObject(ctx context.Context, iri string) (vocab.Object, error) {
	o, at, err := fetchOnce(ctx, n, iri, vocab.DecodeObject)
	if err == nil && !n.servedAs(o.ID, at) && sameOrigin(o.ID, at) {
		o, at, err = fetchOnce(ctx, n, o.ID, vocab.DecodeObject)
	}
	if err == nil && !n.servedAs(o.ID, at) {
		err = fmt.Errorf("what %.300s serves has the id %.300q", at, o.ID)
	}
	if err != nil {
		return vocab.Object{}, fmt.Errorf("the object %.300s: %w", iri, err)
	}
	return o, nil
}

// errBlocked is something that is not fetched since its server is blocked. The
// block may be lifted.
var errBlocked = fmt.Errorf("%w: its server is blocked", ErrRefused)

// fetchOnce gets what is served at an address, within the limits for its host,
// and where that was in the end. From a blocked server nothing is fetched.
func fetchOnce[T any](ctx context.Context, n *Node, iri string, decode func([]byte) (T, error)) (o T, at string, err error) {
	host := hostName(iri)
	if host == "" {
		return o, "", fmt.Errorf("%w: it is no http(s) URL", ErrRefused)
	}
	switch blocked, err := n.db.Blocked(ctx, iri); {
	case err != nil:
		return o, "", err
	case blocked:
		return o, "", errBlocked
	}
	waited, err := n.directory.limits.wait(host)
	if err != nil {
		return o, "", err
	}
	defer waited()
	done, err := n.directory.limits.begin(host, n.now())
	if err != nil {
		return o, "", err
	}
	defer done()
	doc, err := n.client.Get(ctx, iri)
	if err != nil {
		return o, "", verdict(err)
	}
	o, err = decode(doc.Body)
	return o, doc.URL, err
}

// servedAs tells whether what was found at the address has it as its id.
func (n *Node) servedAs(id, at string) bool {
	u, err := n.client.address(id)
	return err == nil && u.String() == at
}
