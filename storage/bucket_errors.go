package storage

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/minio/minio-go/v7"
)

// errAway is that the server with the bucket cannot do now what was asked for.
// The same works when it is back, or when the bucket or the key are put right.
var errAway = errors.New("the media cannot be reached")

// explain tells what an answer of the server means, and what to do. The server's
// own words are left out: it may say anything.
func (b *bucket) explain(err error) error {
	var answer minio.ErrorResponse
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return err
	case !errors.As(err, &answer):
		if errors.Is(err, errAway) || Unavailable(err) {
			return fmt.Errorf("%s: %w: %w", b.place, errAway, err)
		}
		return fmt.Errorf("%s: %w", b.place, err)
	}
	switch answer.Code {
	case minio.NoSuchKey:
		return ErrNotFound
	case minio.NoSuchBucket:
		return fmt.Errorf("%s: %w: there is no such bucket; make it at the server first, or name another in storage.media", b.place, errAway)
	case minio.InvalidAccessKeyID, minio.SignatureDoesNotMatch, "InvalidToken":
		return fmt.Errorf("%s: %w: the server does not know the key (%s); see storage.s3_access_key and storage.s3_secret_key", b.place, errAway, answer.Code)
	case minio.AuthorizationHeaderMalformed, minio.InvalidRegion, "PermanentRedirect":
		return fmt.Errorf("%s: %w: the bucket is in another region (%s); see storage.s3_region", b.place, errAway, answer.Code)
	case minio.RequestTimeTooSkewed:
		return fmt.Errorf("%s: %w: the clocks here and at the server differ (%s)", b.place, errAway, answer.Code)
	}
	if answer.StatusCode == http.StatusForbidden {
		return fmt.Errorf("%s: %w: the key may not do this; it needs to list, read, write and delete (%s)", b.place, errAway, answer.Code)
	}
	return fmt.Errorf("%s: %w: the server answers %d (%s)", b.place, errAway, answer.StatusCode, answer.Code)
}
