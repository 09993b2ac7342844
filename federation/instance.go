package federation

import (
	"net/http"

	"limelight/federation/vocab"
)

// Instance answers the id of the server's own actor (FEP-2677), who signs what
// is fetched. Like the blog's actor it is given to whoever asks, unsigned: a
// server that checks a signed fetch of ours could not otherwise get the key
// without our checking a signed fetch of its own, and so on without end.
//
// It is named by its domain and found by WebFinger, without which Mastodon
// takes no actor. Inbox, outbox and url are its own: GoToSocial before 0.19
// stores no two accounts that share one.
func (n *Node) Instance(w http.ResponseWriter, r *http.Request) {
	n.answer(w, r, func() (document, error) {
		n.takeLatestKey(r.Context())
		b, s := n.blog, n.standing.Load()
		return activityDocument(vocab.Application{
			Context: vocab.InstanceContext,
			ID:      b.InstanceIRI(), Type: "Application", PreferredUsername: b.Domain(), WebFinger: b.InstanceAcct(),
			Name: b.Domain(), URL: n.instanceURL(), Inbox: b.InstanceIRI() + "/inbox", Outbox: b.InstanceIRI() + "/outbox",
			Endpoints:                 vocab.Endpoints{SharedInbox: b.InboxIRI()},
			ManuallyApprovesFollowers: true,
			Published:                 vocab.Time(b.Created),
			PublicKey:                 vocab.PublicKey{ID: s.instanceKey.ID, Owner: b.InstanceIRI(), PEM: s.publicPEM},
		})
	})
}

// instanceURL is a page for people who wonder who asked: the blog's, by an
// address that is not the blog's own url.
func (n *Node) instanceURL() string { return n.blog.HomeURL() + "#instance" }

// InstanceOutbox answers that the server's own actor says nothing.
func (n *Node) InstanceOutbox(w http.ResponseWriter, r *http.Request) {
	n.answer(w, r, func() (document, error) {
		return activityDocument(vocab.List[string]{
			Context: vocab.PlainContext, ID: n.blog.InstanceIRI() + "/outbox", Type: "OrderedCollection", OrderedItems: []string{},
		})
	})
}
