package signature

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	maxHeader = 4096 // bytes of Signature, and of Signature-Input
	maxNames  = 64   // that may be covered; Mastodon covers up to ten

	window = time.Hour // that Date and created may lie in the past, and in the future but for (created)

	// ahead is how far (created) may lie in the future, and how long a passed
	// expires may be: httpsig allows no more, by the machine's clock.
	ahead = 10 * time.Second

	minRSA = 2048 // bits; everybody makes keys of this size
	maxRSA = 8192 // bits; larger ones only cost time
)

// Scheme is a standard by which requests are signed. The zero Scheme is the one
// that everybody speaks.
type Scheme int

const (
	Cavage  Scheme = iota // draft-cavage-http-signatures-12
	RFC9421               // HTTP Message Signatures
)

// Other is the one that is left to try.
func (s Scheme) Other() Scheme {
	if s == Cavage {
		return RFC9421
	}
	return Cavage
}

// String is the standard's name.
func (s Scheme) String() string {
	if s == Cavage {
		return "draft-cavage"
	}
	return "RFC 9421"
}

// Signature is a request's signature, read but not verified.
type Signature struct {
	KeyID  string // IRI of the key that the sender says it signed with
	Scheme Scheme // by which it is signed

	algorithm string   // as the scheme names it; empty when absent
	created   int64    // Unix seconds; 0 when absent
	expires   int64    // Unix seconds; 0 when absent
	covered   []string // what is signed, in lower case and in the order of signing
	params    string   // of RFC 9421: @signature-params, as they are signed
	value     []byte
}

// Parse reads the signature of a request and checks that it covers enough to
// mean something. By the draft: (request-target), host, date or (created), and
// with POST the digest. By RFC 9421, for which a Signature-Input header stands:
// the method, host, path and query, and with POST the content-digest; created is
// given. An error is ErrMalformed (400) or else means 401.
func Parse(r *http.Request) (*Signature, error) {
	if len(r.Header.Values("Signature-Input")) > 0 {
		return parseMessage(r)
	}
	return parseCavage(r)
}

// Verify checks the signature against the request as it arrived at base, the
// blog's own address ("https://blog.example.com", with a port only when it has
// one), whatever scheme and Host a proxy has put there. body is what was read of
// the request's; the SHA-256 of its Digest or Content-Digest must be that of
// body. Date and created, whichever is covered, must lie within an hour of now,
// both ways; the draft's (created) at most ten seconds ahead. The type of public
// picks the algorithm: *rsa.PublicKey (2,048 to 8,192 bits) or ed25519.PublicKey.
//
// Errors are ErrMalformed (400) or else mean 401; with ErrMismatch everything
// is in order but the signature itself.
func (s *Signature) Verify(r *http.Request, body []byte, base string, now time.Time, public crypto.PublicKey) error {
	return s.verify(r, body, base, now, public, minRSA)
}

func (s *Signature) verify(r *http.Request, body []byte, base string, now time.Time, public crypto.PublicKey, minBits int) error {
	if err := checkKey(public, minBits); err != nil {
		return err
	}
	if s.Scheme == RFC9421 {
		return s.verifyMessage(r, body, base, now, public)
	}
	return s.verifyCavage(r, body, base, now, public)
}

// checkKey refuses keys that nothing is verified with.
func checkKey(public crypto.PublicKey, minBits int) error {
	switch key := public.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minBits || bits > maxRSA {
			return fmt.Errorf("an RSA key of %d bits is not accepted; make it %d to %d", bits, minBits, maxRSA)
		}
		return nil
	case ed25519.PublicKey:
		if len(key) != ed25519.PublicKeySize {
			return fmt.Errorf("an Ed25519 key has %d bytes", ed25519.PublicKeySize)
		}
		return nil
	}
	return fmt.Errorf("a key of type %T is not accepted; use RSA", public)
}

func (s *Signature) covers(name string) bool { return slices.Contains(s.covered, name) }

// wireTarget is the path and query as they came over the wire: url.URL decodes,
// while peers sign what they send.
func wireTarget(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}
