package federation

import (
	"context"
	"net/http"

	"limelight/federation/signature"
)

// knock sends a request signed by the key and the scheme that the host is known to take, by
// default draft-cavage, and where the answer is 400 or 401 once more, signed anew
// by the other scheme. Mastodon 4.7 and Fedify do the same; it is what lets hosts
// leave the draft behind. The body of the answer is the caller's to close.
func (c *Client) knock(ctx context.Context, m message) (*http.Response, error) {
	scheme := c.schemes.of(m.method, m.url.Host)
	first, err := c.send(ctx, m, scheme)
	if err != nil || first.StatusCode != http.StatusBadRequest && first.StatusCode != http.StatusUnauthorized {
		return first, err
	}
	leave(first)
	second, err := c.send(ctx, m, scheme.Other())
	if err != nil {
		return nil, err
	}
	if second.StatusCode/100 == 2 {
		c.schemes.learn(m.method, m.url.Host, scheme.Other())
	}
	if !settles(second.StatusCode) {
		leave(second)
		return first, nil
	}
	return second, nil
}

// settles tells whether the answer to a second knock is to be believed rather
// than that to the first. It is not when it may be about the signature, which the
// host may just be unable to read: a 400 to the second would end a delivery that
// a 401 to the first has tried again.
func settles(status int) bool {
	err := &StatusError{status}
	return status < 400 || err.Gone() || status == http.StatusRequestEntityTooLarge || Temporary(err)
}

// send sends one request, signed by the scheme.
func (c *Client) send(ctx context.Context, m message, scheme signature.Scheme) (*http.Response, error) {
	req, err := c.request(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := c.sign(req, m, scheme); err != nil {
		return nil, err
	}
	return c.do(req)
}

// sign has no more signed at a time than there are cores. Signing is nearly all
// the work of a delivery: a hundred at once would have connections, and readers
// of pages, wait behind all of them.
func (c *Client) sign(req *http.Request, m message, scheme signature.Scheme) error {
	c.signing <- struct{}{}
	defer func() { <-c.signing }()
	return m.key.Sign(req, m.body, scheme, c.now())
}
