package signature

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"
)

// Names of section 6.2.2, the only ones that are accepted. HMAC is not among
// them: a secret that both sides share is nothing that an actor publishes.
const (
	algRSA     = "rsa-v1_5-sha256"
	algEd25519 = "ed25519"
)

// verifyMessage does what section 3.2 asks of a verifier.
func (s *Signature) verifyMessage(r *http.Request, body []byte, base string, now time.Time, public crypto.PublicKey) error {
	if err := s.checkAlg(public); err != nil {
		return err
	}
	if err := s.checkCreated(now); err != nil {
		return err
	}
	if s.covers("content-digest") {
		if err := checkContentDigest(r.Header, body); err != nil {
			return err
		}
	}
	m, err := newMessage(r.Method, base, wireTarget(r), r.Header)
	if err != nil {
		return err
	}
	text, err := m.base(s.covered, s.params)
	if err != nil {
		return err
	}
	if !made(s.value, text, public) {
		return fmt.Errorf("%w: here the target is %.300s", ErrMismatch, m.scheme+"://"+m.authority+m.target)
	}
	return nil
}

// checkAlg has the type of the key pick the algorithm: what the sender calls it
// may be no other, section 7.3.6.
func (s *Signature) checkAlg(public crypto.PublicKey) error {
	alg := algRSA
	if _, ok := public.(ed25519.PublicKey); ok {
		alg = algEd25519
	}
	if s.algorithm != "" && s.algorithm != alg {
		return fmt.Errorf("the algorithm %q does not go with the key, which is for %s", s.algorithm, alg)
	}
	return nil
}

// checkCreated holds created and expires against now. Created is good for as
// long as a Date of the draft is, and within that for as long as expires says.
func (s *Signature) checkCreated(now time.Time) error {
	if off := now.Sub(time.Unix(s.created, 0)); off > window || off < -window {
		return fmt.Errorf("created is more than an hour off: here it is %d", now.Unix())
	}
	if s.expires > 0 && now.Sub(time.Unix(s.expires, 0)) > ahead {
		return fmt.Errorf("the signature has expired: here it is %d", now.Unix())
	}
	return nil
}

// made tells whether the key made the value of the text.
func made(value, text []byte, public crypto.PublicKey) bool {
	switch key := public.(type) {
	case *rsa.PublicKey:
		sum := sha256.Sum256(text)
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], value) == nil
	case ed25519.PublicKey:
		return ed25519.Verify(key, text, value)
	}
	return false
}
