package federation

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"limelight/blog"
)

const maxPEM = 16 << 10 // bytes; an RSA key of 4,096 bits has 800

// knownAs is an actor as storage has it, with its key when that can be read.
func knownAs(a blog.Actor) known {
	k := known{actor: a}
	if public, err := parsePEM(a.KeyPEM); err == nil && a.KeyID != "" {
		k.public = public
	}
	return k
}

// size is roughly what it takes in memory.
func (k known) size() int {
	a := &k.actor
	return 1500 + len(a.IRI) + len(a.Handle) + len(a.Name) + len(a.URL) + len(a.Inbox) + len(a.SharedInbox) + len(a.AvatarURL) +
		len(a.KeyID) + len(a.KeyPEM)
}

// parsePEM reads a public key: SubjectPublicKeyInfo, or the RSA form of PKCS #1
// that a few servers have. What may sign with it is decided by the signature
// package.
func parsePEM(text string) (crypto.PublicKey, error) {
	if len(text) > maxPEM {
		return nil, errors.New("its PEM is too long")
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("it is not in PEM")
	}
	if block.Type == "RSA PUBLIC KEY" {
		key, err := x509.ParsePKCS1PublicKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("it cannot be read: %w", err)
		}
		return key, nil
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", err)
	}
	switch key.(type) {
	case *rsa.PublicKey, ed25519.PublicKey:
		return key, nil
	}
	return nil, fmt.Errorf("it is a %T, neither RSA nor Ed25519", key)
}

// encodePEM writes a key as storage has it, empty when that cannot be.
func encodePEM(public crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}
