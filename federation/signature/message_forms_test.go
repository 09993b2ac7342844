package signature

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestMessageAlgorithms(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		alg    string
		key    crypto.Signer
		public any // nil means the key's
		want   string
	}{
		"RSA":                         {`;alg="rsa-v1_5-sha256"`, key(), nil, ""},
		"RSA unnamed":                 {``, key(), nil, ""},
		"Ed25519":                     {`;alg="ed25519"`, edwards(), nil, ""},
		"Ed25519 unnamed":             {``, edwards(), nil, ""},
		"RSA named Ed25519":           {`;alg="ed25519"`, key(), nil, "401"},
		"Ed25519 named RSA":           {`;alg="rsa-v1_5-sha256"`, edwards(), nil, "401"},
		"PSS":                         {`;alg="rsa-pss-sha512"`, key(), nil, "401"},
		"HMAC":                        {`;alg="hmac-sha256"`, key(), nil, "401"},
		"elliptic curve":              {`;alg="ecdsa-p256-sha256"`, key(), nil, "401"},
		"capitals":                    {`;alg="RSA-v1_5-SHA256"`, key(), nil, "401"},
		"name of the draft":           {`;alg="rsa-sha256"`, key(), nil, "401"},
		"empty":                       {`;alg=""`, key(), nil, ""},
		"a token":                     {`;alg=ed25519`, edwards(), nil, "400"},
		"another's key":               {``, key(), &other.PublicKey, "401"},
		"a small key":                 {``, small, nil, "401"},
		"RSA for Ed25519":             {``, key(), edwards().Public(), "401"},
		"Ed25519 for RSA":             {``, edwards(), &key().PublicKey, "401"},
		"private key":                 {``, key(), key(), "401"},
		"bytes for a shared secret":   {``, key(), []byte("secret"), "401"},
		"a word":                      {``, key(), "none", "401"},
		"Ed25519 key of a wrong size": {``, edwards(), edwards().Public().(ed25519.PublicKey)[:31], "401"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			p.key = c.key
			p.params, _, _ = strings.Cut(p.params, ";alg=")
			p.params += c.alg
			if c.public == nil {
				c.public = c.key.Public()
			}
			r := p.arrive(t)
			s, err := Parse(r)
			if err == nil {
				err = s.Verify(r, []byte(p.body), ourBase, noon, c.public)
			}
			wants(t, err, c.want)
			if fits := name == "another's key" || strings.Contains(name, " for ") && !strings.HasPrefix(name, "bytes"); fits != errors.Is(err, ErrMismatch) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// form writes both headers, given the input and the value of a signature that is
// right.
type form func(input, value string) (inputs, values []string)

func (f form) check(t *testing.T) error {
	p := newPost()
	r := p.arrive(t)
	r.Header["Signature-Input"], r.Header["Signature"] = f(p.input(), p.value(t))
	return checkMessage(p, r)
}

func TestMessageForms(t *testing.T) {
	for name, c := range map[string]struct {
		change form
		want   string
	}{
		"as sent": {func(i, v string) ([]string, []string) { return []string{"sig1=" + i}, []string{"sig1=" + v} }, ""},
		"blanks around": {func(i, v string) ([]string, []string) {
			return []string{"  sig1=" + i + "  "}, []string{" sig1=" + v + " "}
		}, ""},
		"parameters of bytes": {func(i, v string) ([]string, []string) { return []string{"sig1=" + i}, []string{"sig1=" + v + ";x=1"} }, ""},
		"signature of drafts": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + i}, []string{`keyId="x",signature="y"`}
		}, "400"},
		"signature as text": {func(i, v string) ([]string, []string) { return []string{"sig1=" + i}, []string{`sig1="` + v + `"`} }, "400"},
		"empty signature":   {func(i, v string) ([]string, []string) { return []string{"sig1=" + i}, []string{`sig1=::`} }, "400"},
		"not base64":        {func(i, v string) ([]string, []string) { return []string{"sig1=" + i}, []string{`sig1=:?:`} }, "400"},
		"empty input":       {func(i, v string) ([]string, []string) { return []string{""}, []string{"sig1=" + v} }, "400"},
		"input as bytes":    {func(i, v string) ([]string, []string) { return []string{"sig1=:AAAA:"}, []string{"sig1=" + v} }, "400"},
		"input cut off":     {func(i, v string) ([]string, []string) { return []string{"sig1=" + i[:30]}, []string{"sig1=" + v} }, "400"},
		"comma at the end":  {func(i, v string) ([]string, []string) { return []string{"sig1=" + i + ","}, []string{"sig1=" + v} }, "400"},
		"garbage":           {func(i, v string) ([]string, []string) { return []string{"open sesame"}, []string{"sig1=" + v} }, "400"},
		"too long": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + i, "x=" + strings.Repeat("1", maxHeader)}, []string{"sig1=" + v}
		}, "400"},
		"many empty lines": {func(i, v string) ([]string, []string) {
			return append(make([]string, maxHeader), "sig1="+i), []string{"sig1=" + v}
		}, "400"},
		"signature too long": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + i}, []string{"sig1=" + v + `;x="` + strings.Repeat("1", maxHeader) + `"`}
		}, "400"},
		"added parameter": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + i + ";nonce=\"x\""}, []string{"sig1=" + v}
		}, "401"},
		"another created": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + strings.Replace(i, "created=1", "created=01", 1)}, []string{"sig1=" + v}
		}, ""},
		"one bit off": {func(i, v string) ([]string, []string) { return []string{"sig1=" + i}, []string{"sig1=:AAAA" + v[5:]} }, "401"},
		"blanks in the list": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + strings.Replace(i, `" "`, `"   "`, 1)}, []string{"sig1=" + v}
		}, ""},
		"keyid of another": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + strings.Replace(i, "bob", "eve", 1)}, []string{"sig1=" + v}
		}, "401"},
		"no keyid": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + strings.Replace(i, "keyid", "kid", 1)}, []string{"sig1=" + v}
		}, "400"},
		"empty keyid": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + strings.Replace(i, theirs, "", 1)}, []string{"sig1=" + v}
		}, "400"},
		"keyid as a number": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + strings.Replace(i, `"`+theirs+`"`, "1", 1)}, []string{"sig1=" + v}
		}, "400"},
	} {
		t.Run(name, func(t *testing.T) { wants(t, c.change.check(t), c.want) })
	}
}

func TestMessageLabels(t *testing.T) {
	for name, c := range map[string]struct {
		change form
		want   string
	}{
		"another label":     {func(i, v string) ([]string, []string) { return []string{"*x.y-1=" + i}, []string{"*x.y-1=" + v} }, ""},
		"labels differ":     {func(i, v string) ([]string, []string) { return []string{"sig1=" + i}, []string{"sig2=" + v} }, "400"},
		"no signature":      {func(i, v string) ([]string, []string) { return []string{"sig1=" + i}, nil }, "400"},
		"input without its": {func(i, v string) ([]string, []string) { return nil, []string{"sig1=" + v} }, "400"},
		"one label twice": {func(i, v string) ([]string, []string) {
			return []string{"sig1=();created=1", "sig1=" + i}, []string{"sig1=" + v}
		}, ""},
		"a proxy's before": {func(i, v string) ([]string, []string) {
			return []string{`proxy=("@method");created=1;keyid="p";alg="ecdsa-p256-sha256"`, "sig1=" + i}, []string{"proxy=:AAAA:, sig1=" + v}
		}, ""},
		"a proxy's after": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + i, `proxy=("@method");created=1`}, []string{"sig1=" + v, "proxy=:AAAA:"}
		}, ""},
		"one without bytes": {func(i, v string) ([]string, []string) {
			return []string{"proxy=()", "sig1=" + i}, []string{"sig1=" + v}
		}, ""},
		"two that are both no": {func(i, v string) ([]string, []string) {
			return []string{`a=();created=1;keyid="x", b=();keyid="y"`}, []string{"a=:AAAA:, b=:AAAA:"}
		}, "401"},
		"too many": {func(i, v string) ([]string, []string) {
			return []string{"sig1=" + i + ",a=(),b=(),c=(),d=()"}, []string{"sig1=" + v}
		}, "400"},
	} {
		t.Run(name, func(t *testing.T) { wants(t, c.change.check(t), c.want) })
	}
}

// A request counts as signed by one key: that of the signature that is verified.
func TestMessageKeyIDIsOfTheSignatureTaken(t *testing.T) {
	p := newPost()
	r := p.arrive(t)
	input, value := p.input(), p.value(t)
	r.Header["Signature-Input"] = []string{`a=("@method");created=1;keyid="https://victim.example.test/#key", b=` + input + `, c=` + strings.Replace(input, "bob", "victim", 1)}
	r.Header["Signature"] = []string{"a=:AAAA:, b=" + value + ", c=:AAAA:"}
	s, err := Parse(r)
	if err != nil || s.KeyID != theirs || s.Scheme != RFC9421 {
		t.Errorf("%+v %v", s, err)
	}
}

// Both schemes at once: the newer one counts, and its headers must be its own.
func TestBothSchemesAtOnce(t *testing.T) {
	p := newPost()
	r := p.arrive(t)
	draft := delivery().arrive(t)
	r.Header.Add("Signature", draft.Header.Get("Signature"))
	for _, name := range []string{"Date", "Digest"} {
		r.Header.Set(name, draft.Header.Get(name))
	}
	wants(t, checkMessage(p, r), "400")
}

func TestSchemes(t *testing.T) {
	for name, c := range map[string]struct {
		r    *http.Request
		want Scheme
	}{"the draft": {delivery().arrive(t), Cavage}, "RFC 9421": {newPost().arrive(t), RFC9421}} {
		s, err := Parse(c.r)
		if err != nil || s.Scheme != c.want || s.Scheme.String() == s.Scheme.Other().String() || s.Scheme.Other().Other() != c.want {
			t.Errorf("%s: %v %v", name, s, err)
		}
	}
}
