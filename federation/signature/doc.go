// Package signature signs requests to other servers and verifies theirs, the
// way the fediverse does it: draft-cavage-http-signatures-12, RSA with SHA-256.
//
// It is a wall around github.com/go-fed/httpsig, which builds and checks the
// signed text but leaves everything else to its caller: the digest of the body,
// which headers must be covered, the age of the request, headers that it cannot
// parse. Only HTTP and cryptography live here: no network, no storage, no actor;
// whose key it is that verifies a request is for the caller to know.
package signature
