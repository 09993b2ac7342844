package federation

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// Reach asks for the blog's actor as another server would, by way of base_url,
// and returns what such a server would meet; nil when it is this blog. It is the
// one request that may go to our own address, and nobody else chooses that.
func (n *Node) Reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, n.client.timeout)
	defer cancel()
	iri := n.blog.ActorIRI()
	u, err := url.Parse(iri)
	if err != nil {
		return fmt.Errorf("read the blog's own address: %w", err)
	}
	req, err := n.client.request(ctx, message{method: http.MethodGet, url: u, header: http.Header{"Accept": {acceptObject}}})
	if err != nil {
		return fmt.Errorf("ask for %s: %w", iri, err)
	}
	req.Close = true
	resp, err := n.client.do(req)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", iri, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusGone: // after delete-actor
		return nil
	case resp.StatusCode/100 == 3:
		return fmt.Errorf("%s answers with a redirect to %.200q; other servers take the account for another one", iri, resp.Header.Get("Location"))
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("%s answers %d", iri, resp.StatusCode)
	case !isActivityJSON(resp.Header.Get("Content-Type")):
		return fmt.Errorf("%s answers with %.100q and not with the account; something else is served there", iri, resp.Header.Get("Content-Type"))
	}
	body, err := readAll(resp.Body, maxDocument)
	var actor struct {
		ID string `json:"id"`
	}
	if err == nil {
		err = json.Unmarshal(body, &actor)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", iri, err)
	}
	if actor.ID != iri {
		return fmt.Errorf("%s is another account there: %.200q", iri, actor.ID)
	}
	return nil
}
