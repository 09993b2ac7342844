package federation

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"limelight/blog"
)

const (
	tellBatch = 16
	tellLease = 5 * time.Minute // longer than a hub can take to answer for each
)

// tellDue does a batch of what is due and tells whether there was any.
func (h *Hub) tellDue(ctx context.Context) bool {
	changes, err := h.n.db.ClaimFeedChanges(ctx, tellBatch, tellLease)
	if err != nil && ctx.Err() == nil {
		h.n.log.Error("changes of feeds cannot be claimed", "err", err)
	}
	for _, c := range changes {
		h.tell(ctx, c)
	}
	return len(changes) > 0 && ctx.Err() == nil
}

// tell tells of one change whoever is to know. What fails here is due again after
// its lease.
func (h *Hub) tell(ctx context.Context, c blog.FeedChange) {
	defer h.n.recoverFrom("telling of a feed", c.Below)
	var err error
	switch {
	case h.own():
		err = h.tellSubscribers(ctx, c)
	case h.url != "":
		err = h.tellHub(ctx, c)
	default:
		_, err = h.n.db.SettleFeedChange(ctx, c, nil)
	}
	if err != nil && ctx.Err() == nil {
		h.n.log.Error("subscribers cannot be told of a feed", "feed", c.Below, "err", err)
	}
}

// tellSubscribers has the feed sent to those who have another content. What gives
// the same bytes as before is sent to nobody.
func (h *Hub) tellSubscribers(ctx context.Context, c blog.FeedChange) error {
	topics, err := h.n.db.SubscribedTopics(ctx, c.Below)
	if err != nil {
		return err
	}
	contents := map[string]string{}
	for _, topic := range topics {
		now, err := h.content(ctx, topic)
		switch {
		case errors.Is(err, blog.ErrNoFeed):
			contents[topic] = ""
		case err != nil:
			return err
		default:
			contents[topic] = now.digest
		}
	}
	n, err := h.n.db.SettleFeedChange(ctx, c, contents)
	if n > 0 {
		select {
		case h.wake <- struct{}{}:
		default:
		}
	}
	return err
}

// tellHub pings the hub elsewhere about each format. WebSub leaves to publisher and
// hub how; all known ones take the form of PubSubHubbub, with the address as
// hub.url, some as hub.topic.
func (h *Hub) tellHub(ctx context.Context, c blog.FeedChange) error {
	for _, file := range blog.FeedFiles() {
		topic := h.n.blog.URL(c.Below + "/" + file)
		form := url.Values{"hub.mode": {publishingMode}, "hub.url": {topic}, "hub.topic": {topic}}
		answer, err := h.n.client.postPlain(ctx, h.url, http.Header{"Content-Type": {formType}}, []byte(form.Encode()), true)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil && answer.Status/100 == 2 {
			continue
		}
		log := h.n.log.With("hub", hostName(h.url), "feed", topic, "status", answer.Status, "try", c.Tries+1, "err", err)
		next, more := h.pace.schedule.next(c.Tries+1, h.n.now(), answer.RetryAfter)
		if more && (err != nil && Temporary(err) || err == nil && !final(answer.Status)) {
			log.Debug("the hub is pinged again later", "next", next)
			return h.n.db.PostponeFeedChange(ctx, c.Below, next)
		}
		log.Warn("the hub does not take the ping")
	}
	_, err := h.n.db.SettleFeedChange(ctx, c, nil)
	return err
}
