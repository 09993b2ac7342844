package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"limelight/federation/signature"
)

// Answer is what an inbox said to a delivery.
type Answer struct {
	Status     int
	RetryAfter time.Duration // 0 when it did not ask to wait
}

// Post delivers an activity, signed for this try and, where the inbox does not
// take that, once more by the other scheme. Whatever the inbox answers, redirects
// too, is an Answer; an error means that there was none: ErrRefused, or one of
// the network that Temporary is true for.
func (c *Client) Post(ctx context.Context, inbox string, body []byte) (Answer, error) {
	return c.post(ctx, inbox, message{key: c.keys.Load().post, body: signature.NewBody(body)})
}

// post is Post of a message that has its key and body.
func (c *Client) post(ctx context.Context, inbox string, m message) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var err error
	if m.url, err = c.address(inbox); err != nil {
		return Answer{}, fmt.Errorf("post: %w", err)
	}
	m.method, m.header = http.MethodPost, http.Header{"Content-Type": {activityType}, "Accept": {activityType}}
	resp, err := c.knock(ctx, m)
	if err != nil {
		return Answer{}, fmt.Errorf("post to %s: %w", m.url.Host, err)
	}
	leave(resp)
	return Answer{Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"), c.now())}, nil
}

// retryAfter reads the header of RFC 9110 section 10.2.3, seconds or a date;
// 0 for what is neither or has passed. Who waits bounds it: a number that is too large
// for us still asks to wait long.
func retryAfter(value string, now time.Time) time.Duration {
	if n, err := strconv.ParseUint(value, 10, 31); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
