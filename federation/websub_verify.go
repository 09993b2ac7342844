package federation

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"limelight/blog"
)

const (
	verifyBatch = 16               // claimed at a time
	verifyOnce  = 4                // asked side by side
	verifyLease = 5 * time.Minute  // longer than a batch can take
	verifyTime  = 10 * time.Second // for one answer
)

// verifyPauses are between the tries to reach a callback that gives no answer. Any
// answer counts at once.
func verifyPauses() []time.Duration { return []time.Duration{time.Minute, 10 * time.Minute} }

// errNotMeant is a callback that answers, but not that it means what was asked.
var errNotMeant = errors.New("the callback did not repeat the challenge")

// verifyDue does a batch of what is due and tells whether there was any.
func (h *Hub) verifyDue(ctx context.Context) bool {
	claimed, err := h.n.db.ClaimSubscriptionRequests(ctx, verifyBatch, verifyLease)
	if err != nil && ctx.Err() == nil {
		h.n.log.Error("requests for subscriptions cannot be claimed", "err", err)
	}
	sideBySide(claimed, verifyOnce, func(r blog.SubscriptionRequest) { h.verify(ctx, r) })
	return len(claimed) > 0 && ctx.Err() == nil
}

// verify asks the callback whether it means what was asked in its name (section
// 5.3), or tells it that it gets nothing, any more (section 5.2). Nothing else is
// ever sent to it before that.
func (h *Hub) verify(ctx context.Context, r blog.SubscriptionRequest) {
	host := hostName(r.Callback)
	defer h.n.recoverFrom("a verification", host)
	if r.Mode == blog.Subscribe {
		if _, err := h.feeds(ctx, r.Topic); errors.Is(err, blog.ErrNoFeed) { // gone meanwhile
			r.Mode = blog.Denied
		}
	}
	err := h.confirm(ctx, r)
	switch pauses := verifyPauses(); {
	case ctx.Err() != nil:
		return
	case errors.Is(err, errBroken) && r.Tries < len(pauses):
		err = h.n.db.PostponeSubscriptionRequest(ctx, r, h.n.now().Add(pauses[r.Tries]))
	default:
		log := h.n.log.With("mode", r.Mode, "host", host, "topic", r.Topic)
		switch {
		case r.Mode == blog.Denied:
			log.Info("a subscriber was told that the feed is gone", "err", err)
		case err != nil:
			log.Info("a subscription was not confirmed", "err", err)
		default:
			log.Info("a subscription was confirmed")
		}
		err = h.n.db.SettleSubscriptionRequest(ctx, r, err == nil)
	}
	if err != nil && ctx.Err() == nil {
		h.n.log.Error("a verification failed", "host", host, "err", err)
	}
}

func (h *Hub) confirm(ctx context.Context, r blog.SubscriptionRequest) error {
	ctx, cancel := context.WithTimeout(ctx, verifyTime)
	defer cancel()
	if r.Mode == blog.Denied { // whatever it says to that
		_, err := h.n.client.askPlain(ctx, r.Callback, url.Values{"hub.mode": {string(r.Mode)}, "hub.topic": {h.n.blog.URL(r.Topic)}, "hub.reason": {"the feed is gone"}})
		return err
	}
	challenge := rand.Text()
	query := url.Values{"hub.mode": {string(r.Mode)}, "hub.topic": {h.n.blog.URL(r.Topic)}, "hub.challenge": {challenge}}
	if r.Mode == blog.Subscribe {
		query.Set("hub.lease_seconds", strconv.FormatInt(int64(r.Lease/time.Second), 10))
	}
	said, err := h.n.client.askPlain(ctx, r.Callback, query)
	if err != nil {
		return err
	}
	if strings.TrimSpace(said) != challenge { // many a script ends it by a newline
		return errNotMeant
	}
	return nil
}
