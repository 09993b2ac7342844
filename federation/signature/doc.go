// Package signature signs requests to other servers and verifies theirs, by the
// two standards that the fediverse has: draft-cavage-http-signatures-12, which
// everybody speaks, and RFC 9421, which took its place and spreads slowly. The
// algorithms are RSA (PKCS #1 v1.5) with SHA-256, and Ed25519 to verify.
//
// Of the draft it is a wall around github.com/go-fed/httpsig, which builds and
// checks the signed text but leaves everything else to its caller: the digest of
// the body, which headers must be covered, the age of the request, headers that
// it cannot parse. Of RFC 9421 it is a profile of its own, on the structured
// fields of github.com/dunglas/httpsfv: requests only, no parameters of
// components, no shared secrets.
//
// Only HTTP and cryptography live here: no network, no storage, no actor; whose
// key it is that verifies a request is for the caller to know.
package signature
