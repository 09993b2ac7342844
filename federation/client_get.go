package federation

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"limelight/federation/signature"
)

const (
	maxDocument  = 1 << 20 // bytes
	maxRedirects = 3
	maxLeftover  = 64 << 10 // bytes of an answer read only to keep the connection
	leftoverTime = time.Second

	activityType = "application/activity+json"
	linkedType   = "application/ld+json"
	vocabulary   = "https://www.w3.org/ns/activitystreams"
	acceptObject = activityType + `, ` + linkedType + `; profile="` + vocabulary + `"`
)

// Document is an ActivityStreams document as a server gave it out.
type Document struct {
	URL  string // where it was in the end, after redirects; its id should be this
	Body []byte // at most 1 MB
}

// Get fetches an ActivityStreams document by a GET signed by the server, since
// many servers give none without. The fragment of iri is left out; up to three
// redirects are followed, each checked and signed as the first, in the scheme
// that its own host takes. Errors are
// ErrRefused, ErrTooLarge, ErrWrongType, ErrRedirected, *StatusError, or of the
// network; see Temporary.
func (c *Client) Get(ctx context.Context, iri string) (Document, error) {
	d, err := c.get(ctx, iri)
	return d, c.fetched.count(fetchDocument, err)
}

func (c *Client) get(ctx context.Context, iri string) (Document, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	resp, err := c.follow(ctx, iri, c.signedGet)
	if err != nil {
		return Document{}, fmt.Errorf("get %.300s: %w", iri, err)
	}
	defer resp.Body.Close()
	if !isActivityJSON(resp.Header.Get("Content-Type")) {
		return Document{}, fmt.Errorf("get %.300s: %w: %.100q instead of %s", iri, ErrWrongType, resp.Header.Get("Content-Type"), activityType)
	}
	body, err := readAll(resp.Body, maxDocument)
	if err != nil {
		return Document{}, fmt.Errorf("get %.300s: %w", iri, err)
	}
	return Document{URL: resp.Request.URL.String(), Body: body}, nil
}

// GetImage fetches a picture of at most limit bytes, with errors like Get's. It
// is not signed: pictures lie in public, often at a storage provider that
// stumbles over signatures not its own.
func (c *Client) GetImage(ctx context.Context, address string, limit int64) ([]byte, error) {
	data, err := c.getImage(ctx, address, limit)
	return data, c.fetched.count(fetchImage, err)
}

func (c *Client) getImage(ctx context.Context, address string, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	resp, err := c.follow(ctx, address, c.imageGet)
	if err != nil {
		return nil, fmt.Errorf("get the image %.300s: %w", address, err)
	}
	defer resp.Body.Close()
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if !strings.HasPrefix(kind, "image/") && kind != "application/octet-stream" {
		return nil, fmt.Errorf("get the image %.300s: %w: %.100q", address, ErrWrongType, kind)
	}
	data, err := readAll(resp.Body, limit)
	if err != nil {
		return nil, fmt.Errorf("get the image %.300s: %w", address, err)
	}
	return data, nil
}

func (c *Client) signedGet(ctx context.Context, u *url.URL) (*http.Response, error) {
	return c.knock(ctx, message{key: c.keys.Load().fetch, method: http.MethodGet, url: u, header: http.Header{"Accept": {acceptObject}}})
}

func (c *Client) imageGet(ctx context.Context, u *url.URL) (*http.Response, error) {
	req, err := c.request(ctx, message{method: http.MethodGet, url: u, header: http.Header{"Accept": {"image/*"}}})
	if err != nil {
		return nil, err
	}
	return c.do(req)
}

// follow asks for address and where it redirects, and returns the answer when
// it is a 2xx. Its body is the caller's to close.
func (c *Client) follow(ctx context.Context, address string, ask func(context.Context, *url.URL) (*http.Response, error)) (*http.Response, error) {
	var seen []string
	for {
		u, err := c.address(address)
		if err != nil {
			return nil, err
		}
		if slices.Contains(seen, u.String()) {
			return nil, fmt.Errorf("%w: back to %.200s", ErrRedirected, u)
		}
		if seen = append(seen, u.String()); len(seen) > 1+maxRedirects {
			return nil, fmt.Errorf("%w: after %d steps still to %.200s", ErrRedirected, maxRedirects, u)
		}
		resp, err := ask(ctx, u)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode/100 == 2 {
			return resp, nil
		}
		leave(resp)
		if address, err = redirect(resp); err != nil {
			return nil, err
		}
	}
}

// redirect is where an answer that is no success leads on to.
func redirect(resp *http.Response) (string, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		to, err := resp.Location()
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrRedirected, err)
		}
		return to.String(), nil
	}
	return "", &StatusError{resp.StatusCode}
}

// message is what a request is made of.
type message struct {
	key    signature.Key // that signs it
	method string
	url    *url.URL
	header http.Header
	body   signature.Body
	more   bool // others wait for its connection
}

// request makes a request of ours, not signed yet.
func (c *Client) request(ctx context.Context, m message) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, m.method, m.url.String(), bytes.NewReader(m.body.Bytes))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	req.Header = m.header.Clone()
	req.Header.Set("User-Agent", c.userAgent)
	req.Close = !m.more && c.connections.many()
	return req, nil
}

// do sends one request.
func (c *Client) do(req *http.Request) (*http.Response, error) {
	client := c.secure
	if req.URL.Scheme == "http" {
		client = c.plain
	}
	resp, err := client.Do(req)
	return resp, broken(err)
}

// readAll reads a body to its end, or to the limit.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, broken(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return data, nil
}

// leave closes an answer of no interest, so that its connection serves again
// unless much is left of it, or it comes slowly.
func leave(resp *http.Response) {
	slow := time.AfterFunc(leftoverTime, func() { resp.Body.Close() })
	defer slow.Stop()
	_, _ = io.CopyN(io.Discard, resp.Body, maxLeftover)
	resp.Body.Close()
}

// isActivityJSON tells whether a document may be taken for ActivityStreams. A
// server that lets people upload files gives them out as another type, so that
// nobody can pose as one of its actors by an upload (GHSA-jhrq-qvrm-qr36).
func isActivityJSON(contentType string) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	return kind == activityType || kind == linkedType && slices.Contains(strings.Fields(params["profile"]), vocabulary)
}
