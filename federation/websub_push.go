package federation

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// pushes is the queue of feeds on their way to subscribers.
type pushes struct{ h *Hub }

// push is a feed on its way to one of them.
type push struct {
	feed          func() (content, error) // made once for all in the batch, when the first needs it
	topic, secret string
	sent          string // digest of what was
}

// content is what a feed says at a moment.
type content struct {
	blog.FeedDocument
	digest string
}

func (h *Hub) content(ctx context.Context, topic string) (content, error) {
	doc, err := h.feeds(ctx, topic)
	sum := sha256.Sum256(doc.Body)
	return content{doc, hex.EncodeToString(sum[:])}, err
}

func (q pushes) next(ctx context.Context) (time.Time, bool, error) { return q.h.n.db.NextPush(ctx) }

func (q pushes) claim(ctx context.Context, n, perHost int, lease time.Duration, skip storage.Skip) ([]claimed, error) {
	got, err := q.h.n.db.ClaimPushes(ctx, n, perHost, lease, skip)
	feeds := map[string]func() (content, error){}
	var out []claimed
	for _, s := range got {
		if feeds[s.Topic] == nil {
			feeds[s.Topic] = sync.OnceValues(func() (content, error) {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.h.pace.making)
				defer cancel()
				return q.h.content(ctx, s.Topic)
			})
		}
		out = append(out, claimed{
			Delivery: blog.Delivery{ID: s.ID, Inbox: s.Callback, Host: s.Host, Tries: s.Tries, Activity: blog.Activity{Type: "feed"}},
			push:     &push{feed: feeds[s.Topic], topic: s.Topic, secret: s.Secret},
		})
	}
	return out, err
}

func (q pushes) release(ctx context.Context, ids []int64) error {
	return q.h.n.db.ReleasePushes(ctx, ids)
}

func (q pushes) earlier(ctx context.Context, by time.Duration) error {
	return q.h.n.db.PushEarlier(ctx, by)
}

func (q pushes) record(ctx context.Context, rs []blog.Receipt) error {
	return q.h.n.db.RecordPushes(ctx, rs)
}

func (q pushes) far() string { return "callback" }

// send posts the whole feed (WebSub section 7). Who gave a secret can tell by the
// signature (section 7.1) that it comes from here.
func (q pushes) send(ctx context.Context, c claimed) (Answer, int, error) {
	n := q.h.n
	blocked, err := n.db.Blocked(ctx, c.Inbox)
	if err != nil {
		return Answer{}, 0, errUnmade{err}
	}
	if blocked {
		return Answer{}, 0, ErrMoot
	}
	doc, err := c.push.feed()
	if errors.Is(err, blog.ErrNoFeed) {
		return Answer{}, 0, ErrMoot
	}
	if err != nil {
		return Answer{}, 0, errUnmade{err}
	}
	c.push.sent = doc.digest
	header := http.Header{
		"Content-Type": {doc.Type},
		"Link":         {fmt.Sprintf(`<%s>; rel="hub"`, q.h.url), fmt.Sprintf(`<%s>; rel="self"`, n.blog.URL(c.push.topic))},
	}
	if c.push.secret != "" {
		header["X-Hub-Signature"] = []string{hubSignature(c.push.secret, doc.Body)}
	}
	answer, err := n.client.postPlain(ctx, c.Inbox, header, doc.Body, c.more)
	return answer, 0, err
}

// hubSignature is the value of X-Hub-Signature. Of the methods that section 7.1.1
// names sha256 is the one that subscribers know and that nobody has broken.
func hubSignature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
