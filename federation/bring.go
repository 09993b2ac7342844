package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// What is fetched for somebody who brings a blog here, at the author's word and
// through the same guard as all else.

// maxPicture bounds a picture of the author's own.
const maxPicture = 64 << 20

const acceptFeed = "application/feed+json, application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"

// FetchPicture gets a picture that a post shows. One whose address begins with http://
// is asked for by https, unless its network is one that is spoken to in the open.
func (n *Node) FetchPicture(ctx context.Context, address string) ([]byte, error) {
	data, err := n.client.GetImage(ctx, address, maxPicture)
	if secure, ok := strings.CutPrefix(address, "http://"); ok && errors.Is(err, ErrRefused) {
		data, err = n.client.GetImage(ctx, "https://"+secure, maxPicture)
	}
	return data, err
}

// FetchFeed gets a feed of at most limit bytes, and tells where it was in the end.
// It is not signed: feeds are for everybody.
func (n *Node) FetchFeed(ctx context.Context, address string, limit int64) (data []byte, at string, err error) {
	ctx, cancel := context.WithTimeout(ctx, n.client.timeout)
	defer cancel()
	resp, err := n.client.follow(ctx, address, func(ctx context.Context, u *url.URL) (*http.Response, error) {
		req, err := n.client.request(ctx, message{method: http.MethodGet, url: u, header: http.Header{"Accept": {acceptFeed}}})
		if err != nil {
			return nil, err
		}
		return n.client.do(req)
	})
	if err != nil {
		return nil, "", fmt.Errorf("get the feed %.300s: %w", address, err)
	}
	defer resp.Body.Close()
	if data, err = readAll(resp.Body, limit); err != nil {
		return nil, "", fmt.Errorf("get the feed %.300s: %w", address, err)
	}
	return data, resp.Request.URL.String(), nil
}
