package federation

import (
	"context"
	"net/http"

	"limelight/federation/signature"
)

// fitting is the body in full, unless the host refused one of its size lately.
func (c claimed) fitting() (signature.Body, error) {
	body, err := c.body.whole()
	if err == nil && c.TooLarge > 0 && len(body.Bytes) >= c.TooLarge {
		return c.body.short()
	}
	return body, err
}

// postFitting sends the body and, when that is too large for the inbox (413), the short
// form at once, once. Where the short form was the remedy, refused is the size to
// be remembered for the host.
func (n *Node) postFitting(ctx context.Context, c claimed, body signature.Body) (answer Answer, refused int, err error) {
	answer, err = n.post(ctx, &c, body)
	if err != nil || answer.Status != http.StatusRequestEntityTooLarge {
		return answer, 0, err
	}
	short, err := c.body.short()
	if err != nil || len(short.Bytes) >= len(body.Bytes) {
		return answer, 0, nil // what the inbox said stands
	}
	again, err := n.post(ctx, &c, short)
	if err != nil || again.Status == http.StatusRequestEntityTooLarge {
		return again, 0, err
	}
	return again, len(body.Bytes), nil
}
