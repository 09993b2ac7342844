package federation

import (
	"context"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

// received is an activity whose sender is known for sure.
type received struct {
	*vocab.Activity
	from      blog.Actor
	reception *storage.Reception // of from, when it was looked up
	how       blog.Source        // empty means Delivered
	told      bool               // it was fetched since somebody sent word of it
}

// object is the first of what it is about, zero when it is about nothing.
func (a received) object() vocab.Object {
	if len(a.Objects) == 0 {
		return vocab.Object{}
	}
	return a.Objects[0]
}

// once names the activity for storage, which lets it have its effect once.
func (a received) once() storage.Incoming {
	return storage.Incoming{Actor: a.from.IRI, ID: a.ID}
}

// again is once for what may well come twice under one id: Misskey follows
// under the same id as before it unfollowed. Its effect is the same each time.
func (a received) again() storage.Incoming { return storage.Incoming{Actor: a.from.IRI} }

// take has the activity take effect. What is of no concern here is taken and
// forgotten, as it would be at a server that knows more of it.
func (n *Node) take(ctx context.Context, from sender, activity *vocab.Activity) error {
	a := received{Activity: activity, from: from.Actor, reception: from.reception}
	handle := n.takers()[a.Type]
	switch {
	case handle == nil:
		return errIgnored
	case len(a.Objects) == 0:
		return reject(http.StatusBadRequest, "the %s is about nothing", a.Type)
	}
	return handle(ctx, a)
}

// takers are what becomes of each type of activity. FEDERATION.md names them.
func (n *Node) takers() map[string]func(context.Context, received) error {
	return map[string]func(context.Context, received) error{
		"Follow":     n.takeFollow,
		"Block":      n.takeBlock,
		"Undo":       n.takeUndo,
		"Create":     n.takeCreate,
		"Update":     n.takeUpdate,
		"Delete":     n.takeDelete,
		"Like":       n.takeReaction,
		"EmojiReact": n.takeReaction,
		"Announce":   n.takeReaction,
		"Flag":       n.takeFlag,
		"Move":       n.takeMove,
		"Accept":     n.takeAnswer,
		"Reject":     n.takeAnswer,

		"QuoteRequest":    n.takeRequest,
		"ReplyRequest":    n.takeRequest,
		"LikeRequest":     n.takeRequest,
		"AnnounceRequest": n.takeRequest,
	}
}

// tell logs what somebody did, by the host alone.
func (n *Node) tell(a received, what string, about ...any) {
	n.log.Info(what, append([]any{"host", hostName(a.from.IRI)}, about...)...)
}
