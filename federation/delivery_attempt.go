package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"limelight/blog"
)

// outcome is how an attempt ended, or that it is late.
type outcome struct {
	claimed
	late     *lateAttempt // not nil: it goes on, and nothing else is set
	receipt  blog.Receipt
	answered bool          // the host gave an HTTP answer that tells of no trouble of its own
	troubled bool          // it could not be reached, or answered 429 or 5xx
	untried  bool          // nothing was tried: no receipt
	pause    time.Duration // for which the host asked to be left alone
}

// attempt tries once. It never panics: whatever goes wrong becomes a receipt.
func (d *dispatch) attempt(ctx context.Context, c claimed) (o outcome) {
	o.claimed = c
	defer func() {
		if v := recover(); v != nil {
			d.n.log.Error("a delivery panicked", "host", c.Host, "type", c.Activity.Type, "panic", v, "stack", string(debug.Stack()))
			o = outcome{claimed: c, receipt: d.again(c, 0, fmt.Sprintf("panic: %v", v), Answer{})}
		}
	}()
	if !d.n.now().Before(c.until) {
		o.untried = true
		return o
	}
	answer, refused, err := d.queue.send(ctx, c)
	var unmade errUnmade
	switch {
	case errors.Is(err, ErrMoot):
		o.receipt = blog.Receipt{ID: c.ID, State: blog.Replaced, At: d.n.now()}
		return o
	case errors.As(err, &unmade):
		o.receipt = d.again(c, 0, fmt.Sprintf("render: %v", unmade.error), Answer{})
		return o
	}
	if err != nil && ctx.Err() != nil {
		if err = context.Cause(ctx); !errors.Is(err, errOusted) {
			o.receipt = d.cutShort(c)
			return o
		}
		o.troubled, o.receipt = true, d.again(c, 0, err.Error(), Answer{})
		return o
	}
	o.troubled = inTrouble(answer, err)
	o.answered = err == nil && !o.troubled
	o.pause = min(answer.RetryAfter, maxRetryAfter)
	o.receipt = d.judge(c, answer, err)
	o.receipt.TooLarge, o.receipt.Asked = refused, true
	if c.push != nil {
		o.receipt.Content = c.push.sent
	}
	return o
}

// judge turns an answer into a receipt. Which answers are final is what
// Mastodon decides (its salvageable errors): 501 and every 4xx but 401, 408
// and 429.
func (d *dispatch) judge(c claimed, answer Answer, err error) blog.Receipt {
	r := blog.Receipt{ID: c.ID, Status: answer.Status, At: d.n.now()}
	switch status := answer.Status; {
	case err != nil && !Temporary(err):
		r.State, r.Status, r.Error = blog.Failed, 0, err.Error()
	case err != nil:
		return d.again(c, 0, err.Error(), Answer{})
	case status/100 == 2:
		r.State = blog.Sent
	case final(status):
		r.State, r.Error = blog.Failed, d.answered(status)
		r.Gone = status == http.StatusNotFound || status == http.StatusGone
	default:
		return d.again(c, status, d.answered(status), answer)
	}
	return r
}

// again puts the delivery off to its next try, or gives it up after its last.
func (d *dispatch) again(c claimed, status int, text string, answer Answer) blog.Receipt {
	r := blog.Receipt{ID: c.ID, State: blog.Pending, Status: status, Error: text, At: d.n.now()}
	tries := c.Tries + 1
	next, ok := d.schedule.next(tries, r.At, answer.RetryAfter)
	if !ok {
		r.State, r.Error = blog.Failed, fmt.Sprintf("given up after %d tries: %s", tries, text)
	}
	r.NextTry = next
	return r
}

// cutShort has the delivery due at the next start: it may have arrived or not,
// which an edit made until then needs to know. That we stopped is no fault of the
// inbox's.
func (d *dispatch) cutShort(c claimed) blog.Receipt {
	now := d.n.now()
	return blog.Receipt{ID: c.ID, State: blog.Pending, Error: "cut short", At: now, NextTry: now, Cut: true}
}

// inTrouble tells whether a host shows that it cannot take more now. What it
// does not speak at all (501) is no trouble.
func inTrouble(answer Answer, err error) bool {
	if err != nil {
		return Temporary(err)
	}
	return answer.Status == http.StatusTooManyRequests || answer.Status >= 500 && answer.Status != http.StatusNotImplemented
}

func final(status int) bool {
	retried := []int{http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooManyRequests}
	return status == http.StatusNotImplemented || status/100 == 4 && !slices.Contains(retried, status)
}

func (d *dispatch) answered(status int) string {
	return fmt.Sprintf("the %s answered %d %s", d.queue.far(), status, http.StatusText(status))
}
