package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"limelight/federation"
	"limelight/federation/signature"
	"limelight/federation/vocab"
)

const (
	notTaken   = "Follows, replies and likes from other servers are lost."
	uploadTime = time.Minute // for the largest activity, over a slow line

	// Pretended is the visitor's address that the question to the inbox claims to
	// come from, which nobody has (RFC 5737): whoever believes our X-Forwarded-For
	// sees it.
	Pretended = "192.0.2.77"
)

// inbox sends the blog's own inbox a View by the blog's own actor. Signed by its
// key, it is answered how it arrived and changes nothing; signed by another or not
// at all it must be refused.
func (x *exam) inbox(ctx context.Context) {
	body := x.view(0)
	x.unsigned(ctx, body)
	if x.gone {
		for _, id := range []string{"inbox.cavage", "inbox.rfc9421", "inbox.forged", "inbox.size"} {
			x.skip(id, left)
		}
		return
	}
	if x.state("inbox.unsigned") == OK {
		x.large(ctx)
	}
	if x.o.Local == nil || x.o.Local.Key == nil {
		for _, id := range []string{"inbox.cavage", "inbox.rfc9421", "inbox.forged"} {
			x.skip(id, "the key is not here: run doctor where the configuration and the database of that blog are")
		}
		return
	}
	x.signed(ctx, "inbox.cavage", signature.Cavage, body)
	x.signed(ctx, "inbox.rfc9421", signature.RFC9421, body)
	x.forged(ctx, body)
}

// view is the activity, made size bytes large unless that is 0.
func (x *exam) view(size int) []byte {
	v := vocab.View{Context: vocab.PlainContext, Type: federation.ViewType, Actor: x.blog.ActorIRI(), Object: x.blog.ActorIRI()}
	body, _ := vocab.Encode(v) // strings are always encoded
	const member = `,"content":""`
	if more := size - len(body) - len(member); more > 0 {
		v.Content = strings.Repeat("x", more)
		body, _ = vocab.Encode(v)
	}
	return body
}

// send posts a body to the inbox, signed by sign unless that is nil.
func (x *exam) send(ctx context.Context, body []byte, sign func(*http.Request) error) (answer, error) {
	return x.visitor.do(ctx, ask{
		method: http.MethodPost, url: x.blog.InboxIRI(), body: body, sign: sign, patience: max(x.o.Patience, uploadTime*time.Duration(len(body))/federation.MaxActivity),
		header: http.Header{"Content-Type": {activityType}, "Accept": {activityType}, "X-Forwarded-For": {Pretended}},
	})
}

// words are what our own inbox says about a refusal; ok is false for an answer
// that is somebody else's.
func words(a answer) (text string, ok bool) {
	var said struct {
		Error string `json:"error"`
	}
	err := json.Unmarshal(a.body, &said)
	return short(said.Error), err == nil && said.Error != ""
}

// refused says what an inbox answered that should have answered otherwise.
func refused(a answer, err error) string {
	if err != nil {
		return err.Error()
	}
	if text, ok := words(a); ok {
		return fmt.Sprintf("%d: %s", a.status, text)
	}
	return a.line() + ", which is not limelight's answer"
}

func (x *exam) unsigned(ctx context.Context, body []byte) {
	a, err := x.send(ctx, body, nil)
	_, ours := words(a)
	switch {
	case err == nil && a.status == http.StatusGone && (ours || x.gone):
		x.gone = true
		x.skip("inbox.unsigned", left)
	case err == nil && a.status == http.StatusUnauthorized && ours:
		x.ok("inbox.unsigned", "refused, as it should be")
	case err == nil && a.status == http.StatusServiceUnavailable && ours:
		x.warn("inbox.unsigned", refused(a, err), "Other servers send again later what comes now.", Remedy{"machine", "see the log of limelight serve"})
	default:
		x.fail("inbox.unsigned", x.blog.InboxIRI()+": "+refused(a, err), notTaken,
			append(x.passOn(), Remedy{"nginx", "take out limit_except, deny and rules of a firewall (ModSecurity) that stop POST or application/activity+json below /ap/"})...)
	}
}

// large finds a web server that takes less than the inbox does.
func (x *exam) large(ctx context.Context) {
	a, err := x.send(ctx, x.view(federation.MaxActivity), nil)
	if err == nil && a.status == http.StatusUnauthorized {
		x.ok("inbox.size", "%d bytes get through", federation.MaxActivity)
		return
	}
	x.fail("inbox.size", fmt.Sprintf("an activity of %d bytes: %s", federation.MaxActivity, refused(a, err)),
		"Long posts and replies are refused before limelight sees them.",
		Remedy{"nginx", "client_max_body_size 1m;"}, Remedy{"Caddy", "take out request_body max_size, or make it 2MB (1MB is less than 1m of nginx)"})
}

// signed makes the round trip in one scheme.
func (x *exam) signed(ctx context.Context, id string, scheme signature.Scheme, body []byte) {
	a, err := x.send(ctx, body, func(r *http.Request) error {
		return x.o.Local.Key.Sign(r, signature.NewBody(body), scheme, x.now())
	})
	told := a.header.Get(federation.ArrivalHeader)
	var arrived federation.Arrival
	switch {
	case err == nil && a.status == http.StatusAccepted && json.Unmarshal([]byte(told), &arrived) == nil:
		x.arrival = &arrived
		x.direct = arrived.Peer == a.local
		x.ok(id, "signed, sent, verified there and answered")
	case err == nil && a.status == http.StatusAccepted:
		x.fail(id, "202, but nothing tells that the signature was verified: something in front answers in the inbox's place, drops the header "+federation.ArrivalHeader+", or an older limelight is served", notTaken, x.passOn()...)
	default:
		found, remedies := x.lost(a, err, scheme)
		x.fail(id, found, "What is signed by "+scheme.String()+" is refused: follows, replies and likes of servers that sign so are lost.", remedies...)
	}
}

// losses tell by the inbox's words which header did not arrive.
var losses = []struct {
	scheme       signature.Scheme
	words, field string
}{
	{signature.Cavage, "is not signed", "Signature"},
	{signature.Cavage, "Digest has no SHA-256", "Digest"},
	{signature.Cavage, "Date header", "Date"},
	{signature.RFC9421, "is not signed", "Signature and Signature-Input"},
	{signature.RFC9421, "bytes in Signature", "Signature"},
	{signature.RFC9421, "malformed signature: it has no keyId", "Signature-Input"},
	{signature.RFC9421, "malformed signature", "Signature-Input"},
	{signature.RFC9421, "content-digest", "Content-Digest"},
}

// lost is what became of a signed activity that was refused.
func (x *exam) lost(a answer, err error, scheme signature.Scheme) (found string, remedies []Remedy) {
	found = refused(a, err)
	text, ours := words(a)
	if err != nil || !ours {
		return found, x.passOn()
	}
	for _, l := range losses {
		if l.scheme == scheme && strings.Contains(strings.ToLower(text), strings.ToLower(l.words)) {
			return fmt.Sprintf("the header %s does not arrive, or not as it was sent (%s)", l.field, found),
				[]Remedy{{"nginx", "take out the line: proxy_set_header " + l.field + " ...;  # or what else drops it"}, {"Caddy", "take out: header_up -" + l.field}}
		}
	}
	switch {
	case a.status == http.StatusUnsupportedMediaType:
		return "the header Content-Type does not arrive (" + found + ")", []Remedy{{"nginx", "take out the line: proxy_set_header Content-Type ...;"}}
	case strings.Contains(text, "does not fit"), strings.Contains(text, "not the actor's"):
		return found + "; the path or a header is changed on the way, or another database is served there",
			[]Remedy{{"nginx", fmt.Sprintf("proxy_pass http://%s;  # without a path or a slash after it, and no rewrite", x.o.Upstream)}, x.caddy(), x.config("[storage]\ndatabase = \"the one that serve uses\"")}
	case strings.Contains(text, "off"):
		return found, []Remedy{{"machine", "timedatectl set-ntp true"}}
	}
	return found, x.passOn()
}

// forged sends a signature that the key did not make.
func (x *exam) forged(ctx context.Context, body []byte) {
	if x.state("inbox.cavage") != OK {
		x.skip("inbox.forged", "one that is signed rightly is refused already")
		return
	}
	a, err := x.send(ctx, body, func(r *http.Request) error {
		err := x.o.Local.Key.Sign(r, signature.NewBody(body), signature.Cavage, x.now())
		r.Header.Set("Signature", spoil(r.Header.Get("Signature")))
		return err
	})
	if err == nil && a.status == http.StatusUnauthorized {
		x.ok("inbox.forged", "refused, as it should be")
		return
	}
	x.fail("inbox.forged", "an activity whose signature is wrong: "+refused(a, err)+", and not 401",
		"Other servers do not learn that they were refused; what they send may be lost.", x.passOn()...)
}

// spoil changes the first letter of a signature's value.
func spoil(signature string) string {
	before, value, ok := strings.Cut(signature, `signature="`)
	if !ok || value == "" {
		return signature
	}
	other := "A"
	if value[0] == 'A' {
		other = "B"
	}
	return before + `signature="` + other + value[1:]
}
