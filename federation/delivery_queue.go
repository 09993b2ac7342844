package federation

import (
	"context"
	"sync"
	"time"

	"limelight/blog"
	"limelight/federation/signature"
	"limelight/storage"
)

// queue is what a dispatch works on: rows that are claimed, sent somewhere, and
// keep how that went.
type queue interface {
	next(ctx context.Context) (at time.Time, ok bool, err error)
	claim(ctx context.Context, n, perHost int, lease time.Duration, skip storage.Skip) ([]claimed, error)
	release(ctx context.Context, ids []int64) error
	earlier(ctx context.Context, by time.Duration) error // has all be due earlier, since the clock was set back
	// send tries once. Refused is the size of a body that was too large when a
	// shorter one was the remedy. An error is ErrMoot, errUnmade, or the client's.
	send(ctx context.Context, c claimed) (answer Answer, refused int, err error)
	record(ctx context.Context, rs []blog.Receipt) error
	far() string // what is sent to, in words
}

// errUnmade is a body that could not be made.
type errUnmade struct{ error }

// activities is the queue of what inboxes are told.
type activities struct{ n *Node }

func (q activities) next(ctx context.Context) (time.Time, bool, error) {
	return q.n.db.NextDelivery(ctx)
}

func (q activities) claim(ctx context.Context, n, perHost int, lease time.Duration, skip storage.Skip) ([]claimed, error) {
	got, err := q.n.db.ClaimDeliveries(ctx, n, perHost, lease, skip)
	bodies := map[string]*rendering{}
	var out []claimed
	for _, delivery := range got {
		body := bodies[delivery.Activity.ID]
		if body == nil {
			body = q.n.rendering(ctx, delivery.Activity)
			bodies[delivery.Activity.ID] = body
		}
		out = append(out, claimed{Delivery: delivery, body: body})
	}
	return out, err
}

func (q activities) release(ctx context.Context, ids []int64) error {
	return q.n.db.ReleaseDeliveries(ctx, ids)
}

func (q activities) earlier(ctx context.Context, by time.Duration) error {
	return q.n.db.DueEarlier(ctx, by)
}

func (q activities) send(ctx context.Context, c claimed) (Answer, int, error) {
	body, err := c.fitting()
	if err != nil {
		return Answer{}, 0, errUnmade{err}
	}
	return q.n.postFitting(ctx, c, body)
}

func (q activities) record(ctx context.Context, rs []blog.Receipt) error {
	return q.n.db.RecordReceipts(ctx, rs)
}

func (q activities) far() string { return "inbox" }

// Unwrap makes ErrMoot seen through it.
func (e errUnmade) Unwrap() error { return e.error }

// rendering is an activity as it is sent, each form made and digested once when
// the first attempt needs it.
type rendering struct {
	whole, short func() (signature.Body, error)
}

// The attempts that share a rendering may be broken off, which is nothing to it; but
// it waits for no database that is silent, and nobody who stops waits for it.
func (n *Node) rendering(ctx context.Context, a blog.Activity) *rendering {
	made := func(as form) func() (signature.Body, error) {
		return sync.OnceValues(func() (signature.Body, error) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), n.pace.making)
			defer cancel()
			return digested(n.renderAs(ctx, a, as))
		})
	}
	return &rendering{whole: made(whole), short: made(short)}
}

func digested(body []byte, err error) (signature.Body, error) {
	if err != nil {
		return signature.Body{}, err
	}
	return signature.NewBody(body), nil
}
