package federation

import (
	"context"
	"net/http"
)

// fitting is the body in full, unless the host refused one of its size lately.
func (c claimed) fitting() ([]byte, error) {
	body, err := c.body.whole()
	if err == nil && c.TooLarge > 0 && len(body) >= c.TooLarge {
		return c.body.short()
	}
	return body, err
}

// post sends the body and, when that is too large for the inbox (413), the short
// form at once, once. Where the short form was the remedy, refused is the size to
// be remembered for the host.
func (d *dispatch) post(ctx context.Context, c claimed, body []byte) (answer Answer, refused int, err error) {
	answer, err = d.n.post(ctx, &c.Delivery, body)
	if err != nil || answer.Status != http.StatusRequestEntityTooLarge {
		return answer, 0, err
	}
	short, err := c.body.short()
	if err != nil || len(short) >= len(body) {
		return answer, 0, nil // what the inbox said stands
	}
	again, err := d.n.post(ctx, &c.Delivery, short)
	if err != nil || again.Status == http.StatusRequestEntityTooLarge {
		return again, 0, err
	}
	return again, len(body), nil
}
