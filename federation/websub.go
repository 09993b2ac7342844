package federation

import (
	"context"
	"errors"
	"time"

	"limelight/blog"
)

// Feeds finds a feed of the blog by its path, as readers get it at this moment.
// blog.ErrNoFeed when there is none.
type Feeds func(ctx context.Context, path string) (blog.FeedDocument, error)

// Hub pushes feeds to those who do not want to poll them (WebSub, W3C
// Recommendation of 2018): it takes subscriptions, has each confirmed by the
// callback that it names, and sends the feed there when it changes. Or it tells
// another hub, which does all that.
type Hub struct {
	n     *Node
	feeds Feeds
	url   string  // that feeds name; empty means that nobody is told
	asks  *floods // requests by who asks, and by whom they aim at
	pace  pace    // of what goes to subscribers
	rest  time.Duration
	wake  chan struct{}
}

// NewHub makes the hub that has the URL: the blog's own (blog.Blog.HubURL),
// another, or none when it is empty. It notes which in the database, by which
// what changes feeds knows whom to tell.
func (n *Node) NewHub(ctx context.Context, url string, feeds Feeds) (*Hub, error) {
	if feeds == nil {
		return nil, errors.New("make the hub: feeds are needed")
	}
	h := &Hub{n: n, feeds: feeds, url: url, asks: newFloods(), pace: pushPace(), rest: time.Second, wake: make(chan struct{}, 1)}
	outside := url
	if h.own() {
		outside = ""
	}
	return h, n.db.UseHub(ctx, outside)
}

// own tells whether subscriptions are ours to take.
func (h *Hub) own() bool { return h.url == h.n.blog.HubURL() }

// pushPace is that of deliveries, by fewer at a time: there are fewer subscribers
// than followers, and each gets a whole feed.
func pushPace() pace {
	p := defaultPace()
	p.attempts, p.maxLate, p.batch, p.poll = 32, 128, 64, time.Second
	return p
}

// Verify has what was asked for confirmed, until ctx ends.
func (h *Hub) Verify(ctx context.Context) { drain(ctx, h.rest, h.verifyDue) }

// Tell tells of feeds that changed, until ctx ends.
func (h *Hub) Tell(ctx context.Context) { drain(ctx, h.rest, h.tellDue) }

// Deliver sends feeds to their subscribers, until ctx ends, by the rules that hold
// for activities.
func (h *Hub) Deliver(ctx context.Context) {
	if h.own() {
		h.n.dispatchOf(pushes{h}, h.pace, h.wake).run(ctx)
	}
}
