package peertest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Twist is a way in which a request departs from how Mastodon signs it by
// draft-cavage. Some are wrong and must be refused, some are odd and must be
// taken. Those of RFC 9421 stand alone; others may be combined.
type Twist string

const (
	// Wrong.
	Unsigned      Twist = "no signature at all"
	OtherBody     Twist = "the body changed after signing"
	OtherKey      Twist = "signed by another key than is published"
	OtherHost     Twist = "signed for another host"
	OtherTarget   Twist = "signed for another path"
	OldDate       Twist = "a date two hours ago"
	FutureDate    Twist = "a date in two hours"
	OnlyDate      Twist = "only the date covered"
	NoDigest      Twist = "digest not covered"
	NoHost        Twist = "host not covered"
	NoTarget      Twist = "(request-target) not covered"
	NoDate        Twist = "no date covered"
	TwoSignatures Twist = "two Signature headers"
	TwoKeyIDs     Twist = "keyId given twice"
	LongSignature Twist = "a Signature header of more than 4 KB"
	CreatedRSA    Twist = "(created) with rsa-sha256"
	GarbageHeader Twist = "a Signature header that is no signature"
	HMAC          Twist = "algorithm hmac-sha256"

	// Odd.
	Blanks          Twist = "blanks after the commas"
	SchemeName      Twist = "Signature in front of the parameters"
	QueryLeftOut    Twist = "the query left out of (request-target)"
	HS2019          Twist = "hs2019 with (created) and (expires), as Lemmy signs"
	SeveralDigests  Twist = "two digests in Digest"
	SmallDigestName Twist = "sha-256 in small letters"
)

// twist changes the letter before it is signed, or how its signature is written.
func (l *letter) twist(t Twist, req *http.Request) {
	switch t {
	case OtherKey:
		l.key = strangersKey()
	case OtherHost:
		l.host = "other.example.test"
	case OtherTarget:
		l.target = "/elsewhere"
	case QueryLeftOut:
		l.target, _, _ = strings.Cut(l.target, "?")
	case OldDate:
		req.Header.Set("Date", httpDate(time.Now().Add(-2*time.Hour)))
	case FutureDate:
		req.Header.Set("Date", httpDate(time.Now().Add(2*time.Hour)))
	case OnlyDate:
		l.covered = []string{"date"}
	case NoDigest:
		l.leaveOut("digest")
	case NoHost:
		l.leaveOut("host")
	case NoTarget:
		l.leaveOut("(request-target)")
	case NoDate:
		l.leaveOut("date")
	case SeveralDigests:
		req.Header.Set("Digest", "SHA-512=AAAA,"+req.Header.Get("Digest"))
	case SmallDigestName:
		req.Header.Set("Digest", strings.Replace(req.Header.Get("Digest"), "SHA", "sha", 1))
	case HMAC:
		l.algorithm = "hmac-sha256"
	case HS2019:
		l.algorithm = "hs2019"
		l.stamp()
	case CreatedRSA:
		l.stamp()
	case TwoSignatures:
		l.repeat = true
	default:
		l.rewrite(t)
	}
}

// rewrite changes how the signature is written.
func (l *letter) rewrite(t Twist) {
	switch t {
	case TwoKeyIDs:
		l.finish = append(l.finish, func(s string) string { return `keyId="https://other.example.test/users/eve#main-key",` + s })
	case LongSignature:
		l.finish = append(l.finish, func(s string) string { return s + `,padding="` + strings.Repeat("x", 4096) + `"` })
	case GarbageHeader:
		l.finish = append(l.finish, func(string) string { return "open sesame" })
	case Blanks:
		l.finish = append(l.finish, func(s string) string { return strings.ReplaceAll(s, ",", ", ") })
	case SchemeName:
		l.finish = append(l.finish, func(s string) string { return "Signature " + s })
	}
}

// stamp covers (created) and (expires) in place of date.
func (l *letter) stamp() {
	l.leaveOut("date")
	l.covered = append(l.covered, "(created)", "(expires)")
	l.created = time.Now().Unix()
	l.expires = l.created + 3600
}

func (l *letter) leaveOut(name string) {
	l.covered = slices.DeleteFunc(l.covered, func(n string) bool { return n == name })
}
