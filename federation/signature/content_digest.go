package signature

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"

	"github.com/dunglas/httpsfv"
)

// checkContentDigest compares Content-Digest, RFC 9530 section 2, with the body.
// SHA-256 is needed, as Mastodon needs it; SHA-512 must be right where it is
// given; what other algorithms there are proves nothing.
func checkContentDigest(h http.Header, body []byte) error {
	if len(h.Values("Content-Digest")) == 0 {
		return errors.New("there is no Content-Digest")
	}
	digests, err := dictionary(h, "Content-Digest")
	if err != nil {
		return err
	}
	short, long := sha256.Sum256(body), sha512.Sum512(body)
	for name, want := range map[string][]byte{"sha-256": short[:], "sha-512": long[:]} {
		value, given := digests.Get(name)
		if !given {
			continue
		}
		item, _ := value.(httpsfv.Item)
		got, ok := item.Value.([]byte)
		if !ok {
			return malformed("%s of Content-Digest is no byte sequence", name)
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("the Content-Digest is not that of the body: its %s is %s", name, base64.StdEncoding.EncodeToString(want))
		}
	}
	if _, given := digests.Get("sha-256"); !given {
		return errors.New("the Content-Digest has no sha-256")
	}
	return nil
}
