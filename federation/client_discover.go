package federation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxDescriptor bounds a WebFinger answer, in bytes.
const maxDescriptor = 100 << 10

// errNobody is a handle that its server does not know, or that has no actor.
var errNobody = errors.New("there is nobody of that name")

// Discover asks the host of a handle for the id of its actor (RFC 7033), which
// may lie on another host: what the id serves decides. Errors are like Get's.
func (c *Client) Discover(ctx context.Context, name, host string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	resource := url.Values{"resource": {"acct:" + name + "@" + host}}.Encode()
	resp, err := c.follow(ctx, "https://"+host+"/.well-known/webfinger?"+resource, c.descriptorGet)
	if err != nil && c.private && errors.Is(err, errBroken) { // on one's own machine http will do
		resp, err = c.follow(ctx, "http://"+host+"/.well-known/webfinger?"+resource, c.descriptorGet)
	}
	var status *StatusError
	if errors.As(err, &status) && status.Gone() {
		err = errNobody
	}
	if err != nil {
		return "", fmt.Errorf("look up @%s@%s: %w", name, host, err)
	}
	defer resp.Body.Close()
	data, err := readAll(resp.Body, maxDescriptor)
	if err != nil {
		return "", fmt.Errorf("look up @%s@%s: %w", name, host, err)
	}
	iri := selfLink(data)
	if iri == "" {
		return "", fmt.Errorf("look up @%s@%s: %w", name, host, errNobody)
	}
	return iri, nil
}

func (c *Client) descriptorGet(ctx context.Context, u *url.URL) (*http.Request, error) {
	req, err := c.request(ctx, http.MethodGet, u, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", jrdType+", "+jsonType)
	return req, nil
}

// selfLink is the id of the actor that a WebFinger answer names, or empty. The
// types are the ones that Mastodon knows it by.
func selfLink(descriptor []byte) string {
	var d struct {
		Links []struct{ Rel, Type, Href string }
	}
	if err := json.Unmarshal(descriptor, &d); err != nil {
		return ""
	}
	for _, link := range d.Links {
		kind, _, _ := strings.Cut(link.Type, ";")
		if link.Rel == "self" && slices.Contains([]string{activityType, linkedType}, strings.TrimSpace(kind)) && hostName(link.Href) != "" {
			return link.Href
		}
	}
	return ""
}
