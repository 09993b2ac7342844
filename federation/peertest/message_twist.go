package peertest

import "slices"

// Twists of RFC 9421. The first is how Mastodon 4.7 signs by it.
const (
	RFC9421 Twist = "signed by RFC 9421"

	// Odd.
	FedifysWay     Twist = "RFC 9421 as Fedify signs"
	InParts        Twist = "RFC 9421 over @authority, @path and @query"
	RequestTarget  Twist = "RFC 9421 over host and @request-target"
	NoAlg          Twist = "RFC 9421 without alg"
	WithExpires    Twist = "RFC 9421 with expires, nonce and tag"
	TwoDigests     Twist = "RFC 9421 with sha-512 beside sha-256"
	ProxysLabel    Twist = "RFC 9421 with a label of a proxy's before its own"
	BlanksInInput  Twist = "RFC 9421 with blanks in the list"
	AnotherLabel   Twist = "RFC 9421 under another label"
	CoveredHeaders Twist = "RFC 9421 over headers too, one of which comes twice"

	// Wrong.
	NoCreated         Twist = "RFC 9421 without created"
	OldCreated        Twist = "RFC 9421 created two hours ago"
	FutureCreated     Twist = "RFC 9421 created in two hours"
	Expired           Twist = "RFC 9421 expired a minute ago"
	QuotedCreated     Twist = "RFC 9421 with created in quotes"
	NoKeyID           Twist = "RFC 9421 without keyid"
	DigestNotCovered  Twist = "RFC 9421 without content-digest covered"
	NoContentDigest   Twist = "RFC 9421 without Content-Digest"
	OnlySHA512        Twist = "RFC 9421 with sha-512 alone"
	WrongSHA512       Twist = "RFC 9421 with a wrong sha-512 beside the sha-256"
	BodyChanged       Twist = "RFC 9421 and the body changed after signing"
	DigestFollows     Twist = "RFC 9421 and body and Content-Digest changed after signing"
	StrangersKey      Twist = "RFC 9421 by another key than is published"
	TargetOfAnother   Twist = "RFC 9421 for another path"
	HostOfAnother     Twist = "RFC 9421 for another host"
	MethodOfAnother   Twist = "RFC 9421 for another method"
	MethodNotCovered  Twist = "RFC 9421 without @method"
	TargetNotCovered  Twist = "RFC 9421 over @method and @authority alone"
	QueryNotCovered   Twist = "RFC 9421 over @path without @query"
	UnknownAlg        Twist = "RFC 9421 with alg rsa-pss-sha512"
	AlgOfAnotherKey   Twist = "RFC 9421 with alg ed25519 for an RSA key"
	SharedSecret      Twist = "RFC 9421 with alg hmac-sha256"
	WithSF            Twist = "RFC 9421 over content-digest;sf"
	WithReq           Twist = "RFC 9421 over @method;req"
	UnknownComponent  Twist = "RFC 9421 over @status"
	ComponentTwice    Twist = "RFC 9421 over @method twice"
	TwoBadLabels      Twist = "RFC 9421 with two labels, neither of which covers enough"
	ManyLabels        Twist = "RFC 9421 with twenty labels"
	OtherLabelsBytes  Twist = "RFC 9421 with the signature under another label"
	InputAlone        Twist = "RFC 9421 with Signature-Input alone"
	LongInput         Twist = "RFC 9421 with a Signature-Input of more than 4 KB"
	GarbageInput      Twist = "RFC 9421 with a Signature-Input that is none"
	SignatureOfDrafts Twist = "RFC 9421 with a Signature of draft-cavage"
)

// RightRFC9421 are the twists of RFC 9421 that must be taken.
func RightRFC9421() []Twist {
	return []Twist{
		RFC9421, FedifysWay, InParts, RequestTarget, NoAlg, WithExpires, TwoDigests, ProxysLabel, BlanksInInput, AnotherLabel, CoveredHeaders,
	}
}

// WrongRFC9421 are those that must be refused. QueryNotCovered is wrong only
// where the address has a query, and is not among them.
func WrongRFC9421() []Twist {
	return []Twist{
		NoCreated, OldCreated, FutureCreated, Expired, QuotedCreated, NoKeyID, DigestNotCovered, NoContentDigest, OnlySHA512,
		WrongSHA512, BodyChanged, DigestFollows, StrangersKey, TargetOfAnother, HostOfAnother, MethodOfAnother, MethodNotCovered,
		TargetNotCovered, UnknownAlg, AlgOfAnotherKey, SharedSecret, WithSF, WithReq, UnknownComponent, ComponentTwice,
		TwoBadLabels, ManyLabels, OtherLabelsBytes, InputAlone, LongInput, GarbageInput, SignatureOfDrafts,
	}
}

func (t Twist) isOfRFC9421() bool {
	return t == QueryNotCovered || slices.Contains(RightRFC9421(), t) || slices.Contains(WrongRFC9421(), t)
}
