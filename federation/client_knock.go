package federation

import (
	"context"
	"net/http"
	"net/url"

	"limelight/federation/signature"
)

// knock sends a request signed by the key and the scheme that the host is known to take, by
// default draft-cavage, and where the answer is 400 or 401 once more, signed anew
// by the other scheme. Mastodon 4.7 and Fedify do the same; it is what lets hosts
// leave the draft behind. The body of the answer is the caller's to close.
func (c *Client) knock(ctx context.Context, key signature.Key, method string, u *url.URL, header http.Header, body []byte) (*http.Response, error) {
	scheme := c.schemes.of(method, u.Host)
	first, err := c.send(ctx, key, method, u, header, body, scheme)
	if err != nil || first.StatusCode != http.StatusBadRequest && first.StatusCode != http.StatusUnauthorized {
		return first, err
	}
	leave(first)
	second, err := c.send(ctx, key, method, u, header, body, scheme.Other())
	if err != nil {
		return nil, err
	}
	if second.StatusCode/100 == 2 {
		c.schemes.learn(method, u.Host, scheme.Other())
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
func (c *Client) send(ctx context.Context, key signature.Key, method string, u *url.URL, header http.Header, body []byte, scheme signature.Scheme) (*http.Response, error) {
	req, err := c.request(ctx, method, u, header, body)
	if err != nil {
		return nil, err
	}
	if err := key.Sign(req, body, scheme, c.now()); err != nil {
		return nil, err
	}
	return c.do(req)
}
