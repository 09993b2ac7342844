package peertest

import (
	"crypto/rsa"
	"net/url"
	"strings"
	"testing"
)

// Adopt gives the test the hand of an actor that somebody else serves: a node
// of ours. What it sends is signed with the key that the node has.
func Adopt(t testing.TB, iri, keyID, inbox string, private *rsa.PrivateKey) *Account {
	t.Helper()
	u, err := url.Parse(iri)
	if err != nil {
		t.Fatalf("adopt %s: %v", iri, err)
	}
	base := strings.TrimSuffix(iri, u.RequestURI())
	return &Account{
		Handle: iri, IRI: iri, KeyID: keyID, Inbox: inbox, Shared: inbox,
		peer: &Peer{t: t, URL: base, Host: u.Host}, private: private, objects: map[string]string{},
	}
}
