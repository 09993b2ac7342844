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

	// ErrRFC9421 is a signature by the newer standard, which is not spoken here
	// yet. Its senders (Fedify, Mastodon 4.7) try the older one after a 401.
	ErrRFC9421 = errors.New("RFC 9421 signatures are not spoken here yet: sign by draft-cavage-http-signatures")
)

var errUnsigned = errors.New("the request is not signed: sign it by draft-cavage-http-signatures")

// weak is a signature that says too little about its request.
func weak(format string, args ...any) error {
	return fmt.Errorf("the signature protects too little: %s; cover (request-target), host, date and, with POST, digest", fmt.Sprintf(format, args...))
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}
