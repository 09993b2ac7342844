package peertest

import (
	"net/http"
	"slices"
	"strings"
	"time"
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
