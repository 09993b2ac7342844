package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Errors of the Client that callers tell apart with errors.Is. None of them is
// mended by trying again.
var (
	// ErrRefused is an address that may not be spoken to.
	ErrRefused = errors.New("this address is refused")
	// ErrTooLarge is an answer larger than it may be.
	ErrTooLarge = errors.New("the answer is too large")
	// ErrWrongType is an answer of another media type than was asked for.
	ErrWrongType = errors.New("the answer is of the wrong type")
	// ErrRedirected is an answer that leads in circles, on and on, or nowhere.
	ErrRedirected = errors.New("the redirects lead nowhere")
)

// StatusError is an HTTP status that is no success.
type StatusError struct{ Status int }

// Error says the status in numbers and words.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the answer was %d %s", e.Status, http.StatusText(e.Status))
}

// Gone tells whether the server says that there is no such thing: 404 or 410.
func (e *StatusError) Gone() bool {
	return e.Status == http.StatusNotFound || e.Status == http.StatusGone
}

// errBroken is a connection that could not be made, or broke off: no answer, or
// not all of it.
var errBroken = errors.New("the connection failed")

// broken marks what went wrong in asking, except that we would not ask. The
// address is left out: who asked has it, and a log should not name people.
func broken(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if err == nil || errors.Is(err, ErrRefused) {
		return err
	}
	return fmt.Errorf("%w: %w", errBroken, err)
}

// Temporary tells whether trying again later may help: the host could not be
// reached or did not answer in time or in full, or said so itself by 408, 429
// or a 5xx other than 501.
func Temporary(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		s := status.Status
		return s == http.StatusRequestTimeout || s == http.StatusTooManyRequests || s/100 == 5 && s != http.StatusNotImplemented
	}
	return errors.Is(err, errBroken) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
