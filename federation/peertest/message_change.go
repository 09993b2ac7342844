package peertest

import (
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// coverage is what the message covers with the twist, nil for the usual.
func coverage(t Twist) []string {
	switch t {
	case FedifysWay:
		return []string{`"@method"`, `"@target-uri"`, `"@authority"`, `"host"`, `"date"`, `"content-digest"`}
	case InParts:
		return []string{`"@method"`, `"@authority"`, `"@path"`, `"@query"`, `"content-digest"`}
	case RequestTarget:
		return []string{`"content-digest"`, `"@method"`, `"host"`, `"@request-target"`}
	case CoveredHeaders:
		return []string{`"@method"`, `"@target-uri"`, `"content-digest"`, `"date"`, `"content-type"`, `"x-via"`}
	case QueryNotCovered:
		return []string{`"@method"`, `"@authority"`, `"@path"`, `"content-digest"`}
	case MethodNotCovered:
		return []string{`"@target-uri"`, `"content-digest"`}
	case TargetNotCovered:
		return []string{`"@method"`, `"@authority"`, `"content-digest"`}
	case DigestNotCovered:
		return []string{`"@method"`, `"@target-uri"`}
	case WithSF:
		return []string{`"@method"`, `"@target-uri"`, `"content-digest";sf`}
	case WithReq:
		return []string{`"@method";req`, `"@target-uri"`, `"content-digest"`}
	case UnknownComponent:
		return []string{`"@method"`, `"@target-uri"`, `"content-digest"`, `"@status"`}
	case ComponentTwice:
		return []string{`"@method"`, `"@target-uri"`, `"content-digest"`, `"@method"`}
	}
	return nil
}

// twist changes the message before it is signed.
func (m *message) twist(t Twist) {
	if identifiers := coverage(t); identifiers != nil {
		m.cover(identifiers...)
	}
	now := time.Now().Unix()
	switch t {
	case FedifysWay:
		m.params = []string{m.params[2], m.params[1], m.params[0]}
	case CoveredHeaders:
		m.req.Header["X-Via"] = []string{"one ", "two"}
	case AnotherLabel:
		m.label = "*my.own_label-1"
	case NoAlg:
		m.params = m.params[:2]
	case WithExpires:
		m.params = append(m.params, fmt.Sprintf("expires=%d", now+300), `nonce="b3k2pp5k7z-50gnwp.yemd"`, `tag="a \"quoted\" tag"`)
	case Expired:
		m.params = append(m.params, fmt.Sprintf("expires=%d", now-60))
	case NoCreated:
		m.params = m.params[1:]
	case OldCreated:
		m.params[0] = fmt.Sprintf("created=%d", now-7200)
	case FutureCreated:
		m.params[0] = fmt.Sprintf("created=%d", now+7200)
	case QuotedCreated:
		m.params[0] = fmt.Sprintf(`created="%d"`, now)
	case NoKeyID:
		m.params = slices.Delete(m.params, 1, 2)
	default:
		m.mislead(t)
	}
}

// mislead says something else than is so.
func (m *message) mislead(t Twist) {
	switch t {
	case UnknownAlg:
		m.params[2] = `alg="rsa-pss-sha512"`
	case AlgOfAnotherKey:
		m.params[2] = `alg="ed25519"`
	case SharedSecret:
		m.params[2] = `alg="hmac-sha256"`
	case StrangersKey:
		m.key = strangersKey()
	case TargetOfAnother:
		m.target = "/elsewhere"
	case HostOfAnother:
		m.host = "other.example.test"
	case MethodOfAnother:
		m.method = "PUT"
	case TwoDigests:
		m.req.Header.Set("Content-Digest", sha512Digest(m.body)+", "+contentDigest(m.body))
	case OnlySHA512:
		m.req.Header.Set("Content-Digest", sha512Digest(m.body))
	case WrongSHA512:
		m.req.Header.Set("Content-Digest", contentDigest(m.body)+", "+sha512Digest([]byte("other")))
	}
}

// disturb changes the message after it was signed.
func (m *message) disturb(t Twist) {
	input, made := m.req.Header.Get("Signature-Input"), m.req.Header.Get("Signature")
	set := func(newInput, newMade string) {
		m.req.Header.Set("Signature-Input", newInput)
		m.req.Header.Set("Signature", newMade)
	}
	switch t {
	case BodyChanged:
		m.body = append(m.body[:len(m.body):len(m.body)], ' ')
	case DigestFollows:
		m.body = append(m.body[:len(m.body):len(m.body)], ' ')
		m.req.Header.Set("Content-Digest", contentDigest(m.body))
	case NoContentDigest:
		m.req.Header.Del("Content-Digest")
	case ProxysLabel:
		set(`proxy=("@method" "@path");created=1;keyid="proxy";alg="ecdsa-p256-sha256", `+input, "proxy=:AAAA:, "+made)
	case BlanksInInput:
		set(strings.ReplaceAll(input, `" "`, `"  "`), made)
	case TwoBadLabels:
		short := strings.Replace(input, ` "content-digest"`, "", 1)
		set(short+", other"+strings.TrimPrefix(short, m.label), made+", other"+strings.TrimPrefix(made, m.label))
	case ManyLabels:
		set(manyLabels(20)+input, made)
	case OtherLabelsBytes:
		set(input, "other"+strings.TrimPrefix(made, m.label))
	case InputAlone:
		m.req.Header.Del("Signature")
	case LongInput:
		set(input+`;nonce="`+strings.Repeat("x", 4096)+`"`, made)
	case GarbageInput:
		set("open sesame", made)
	case SignatureOfDrafts:
		set(input, fmt.Sprintf(`keyId="%s",algorithm="rsa-sha256",headers="date",signature="AAAA"`, m.keyID))
	}
}

func manyLabels(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "l%d=(), ", i)
	}
	return b.String()
}

func sha512Digest(body []byte) string {
	sum := sha512.Sum512(body)
	return "sha-512=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
