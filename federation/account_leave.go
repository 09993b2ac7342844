package federation

import (
	"context"
	"net/http"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
)

// farewell tells that the actor is no more: Mastodon and the rest then delete
// the account and all its posts. It is never sent unless the database says that
// the owner asked for it.
func (n *Node) farewell(a blog.Activity) (any, error) {
	if n.standing.Load().Leaving.IsZero() {
		return nil, ErrMoot
	}
	return vocab.Outgoing[string]{
		Context: vocab.PlainContext, ID: n.blog.ActivityIRI(a.ID), Type: "Delete", Actor: n.blog.ActorIRI(),
		To: []string{vocab.Public}, Object: n.blog.ActorIRI(),
	}, nil
}

// depart sees whether everyone has been told of the deletion.
func (n *Node) depart(ctx context.Context) error {
	s := n.standing.Load()
	if s.Leaving.IsZero() || !s.Gone.IsZero() {
		return nil
	}
	if err := n.db.Depart(ctx); err != nil {
		return err
	}
	return n.LoadAccount(ctx)
}

// Present passes requests on as long as the blog is in the fediverse. After the
// owner deleted the actor (and for no other reason, since 410 has other servers
// delete all they know of it) the inbox answers 410 at once. The actor with its
// key, and all the rest, does when everyone has been told: they need the key to
// verify that.
func (n *Node) Present(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := n.standing.Load()
		inbox := r.URL.Path == "/ap/inbox"
		rest := strings.HasPrefix(r.URL.Path, "/ap/") || r.URL.Path == "/.well-known/webfinger"
		if !s.Leaving.IsZero() && inbox || !s.Gone.IsZero() && rest {
			n.refuse(w, r, refusal(http.StatusGone))
			return
		}
		next.ServeHTTP(w, r)
	})
}
