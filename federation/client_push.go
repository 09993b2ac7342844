package federation

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"limelight/federation/signature"
)

// maxSpoken bounds an answer that is a word or two.
const maxSpoken = 1 << 10 // bytes

// postPlain posts what is no activity: a feed to a subscriber, a ping to a hub. It is
// not signed by the actor, redirects are not followed, and answers and errors are
// as Post's.
func (c *Client) postPlain(ctx context.Context, address string, header http.Header, body []byte, more bool) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	u, err := c.address(address)
	if err != nil {
		return Answer{}, fmt.Errorf("post: %w", err)
	}
	req, err := c.request(ctx, message{method: http.MethodPost, url: u, header: header, body: signature.Body{Bytes: body}, more: more})
	if err != nil {
		return Answer{}, fmt.Errorf("post to %s: %w", u.Host, err)
	}
	resp, err := c.do(req)
	if err != nil {
		return Answer{}, fmt.Errorf("post to %s: %w", u.Host, err)
	}
	leave(resp)
	return Answer{Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"), c.now())}, nil
}

// PostPlain posts what is no activity where the configuration says: not signed by
// the actor, redirects not followed. Answers and errors are as Post's.
func (c *Client) PostPlain(ctx context.Context, address string, header http.Header, body []byte) (Answer, error) {
	return c.postPlain(ctx, address, header, body, false)
}

// askPlain asks an address, with more in its query, and returns the few words that
// it answers. A redirect is an answer and not followed. Errors are ErrRefused,
// ErrTooLarge, *StatusError, or of the network.
func (c *Client) askPlain(ctx context.Context, address string, query url.Values) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	u, err := c.address(address)
	if err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += query.Encode()
	req, err := c.request(ctx, message{method: http.MethodGet, url: u, header: http.Header{"Accept": {"text/plain, */*;q=0.1"}}})
	if err != nil {
		return "", fmt.Errorf("ask %s: %w", u.Host, err)
	}
	resp, err := c.do(req)
	if err != nil {
		return "", fmt.Errorf("ask %s: %w", u.Host, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return "", fmt.Errorf("ask %s: %w", u.Host, &StatusError{resp.StatusCode})
	}
	words, err := readAll(resp.Body, maxSpoken)
	if err != nil {
		return "", fmt.Errorf("ask %s: %w", u.Host, err)
	}
	return string(words), nil
}
