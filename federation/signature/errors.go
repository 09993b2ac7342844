package signature

import (
	"errors"
	"fmt"
)

// Errors that callers tell apart with errors.Is. Every error of this package
// tells the sender what to mend and may be shown to it.
var (
	// ErrMalformed is a signature that cannot be read: the request is answered
	// 400. Whatever is no ErrMalformed is answered 401.
	ErrMalformed = errors.New("malformed signature")

	// ErrMismatch is a signature that the key did not make over this request;
	// it may be worth another look at the key.
	ErrMismatch = errors.New("the signature does not fit the request and the key")
)

var errUnsigned = errors.New("the request is not signed: sign it by draft-cavage-http-signatures or RFC 9421")

// weak is a signature by the draft that says too little about its request.
func weak(format string, args ...any) error {
	return fmt.Errorf("the signature protects too little: %s; cover (request-target), host, date and, with POST, digest", fmt.Sprintf(format, args...))
}

// weakMessage is the same by RFC 9421.
func weakMessage(format string, args ...any) error {
	return fmt.Errorf("the signature protects too little: %s; cover @method, @target-uri and, with POST, content-digest, and give created", fmt.Sprintf(format, args...))
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}
