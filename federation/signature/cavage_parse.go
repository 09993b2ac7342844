package signature

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// parseCavage reads a Signature header of draft-cavage-12 section 4.
func parseCavage(r *http.Request) (*Signature, error) {
	lines := r.Header.Values("Signature")
	switch {
	case len(lines) == 0:
		return nil, errUnsigned
	case len(lines) > 1:
		return nil, malformed("%d Signature headers; send one", len(lines))
	case len(lines[0]) > maxHeader:
		return nil, malformed("the Signature header has %d bytes; at most %d are read", len(lines[0]), maxHeader)
	}
	params, err := parseParams(lines[0])
	if err != nil {
		return nil, err
	}
	s, err := fromParams(params)
	if err != nil {
		return nil, err
	}
	return s, s.checkCoverage(r.Method)
}

func fromParams(params map[string]string) (*Signature, error) {
	s := &Signature{KeyID: params["keyId"], algorithm: strings.ToLower(params["algorithm"])}
	if s.KeyID == "" {
		return nil, malformed("it has no keyId")
	}
	if params["signature"] == "" {
		return nil, malformed("it has no signature")
	}
	var err error
	if s.value, err = base64.StdEncoding.DecodeString(params["signature"]); err != nil {
		return nil, malformed("signature is not base64")
	}
	if s.created, err = seconds(params, "created"); err != nil {
		return nil, err
	}
	if s.expires, err = seconds(params, "expires"); err != nil {
		return nil, err
	}
	s.covered = strings.Fields(strings.ToLower(params["headers"]))
	if len(s.covered) > maxNames {
		return nil, malformed("it covers %d headers; at most %d are read", len(s.covered), maxNames)
	}
	for i, name := range s.covered {
		// Names go on to httpsig as they are: a comma in one would start another parameter.
		if !isToken(name) && !slices.Contains([]string{"(request-target)", "(created)", "(expires)"}, name) {
			return nil, malformed("it covers %q, which is no header", name)
		}
		if slices.Contains(s.covered[:i], name) {
			return nil, malformed("it covers %q twice", name)
		}
	}
	return s, nil
}

// seconds is a time of the parameters. Mastodon and others write it bare, some
// in quotes.
func seconds(params map[string]string, name string) (int64, error) {
	text, ok := params[name]
	if !ok {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != text {
		return 0, malformed("%s is not a time in whole Unix seconds", name)
	}
	return n, nil
}

func (s *Signature) checkCoverage(method string) error {
	if len(s.covered) == 0 {
		// What the draft lets it default to, the date alone, protects nothing.
		return weak("headers is missing")
	}
	for _, name := range []string{"(request-target)", "host"} {
		if !s.covers(name) {
			return weak("it does not cover %s", name)
		}
	}
	if !s.covers("date") && !s.covers("(created)") {
		return weak("it covers neither date nor (created)")
	}
	if method == http.MethodPost && !s.covers("digest") {
		return weak("it does not cover digest")
	}
	for name, value := range map[string]int64{"(created)": s.created, "(expires)": s.expires} {
		if !s.covers(name) {
			continue
		}
		if value == 0 {
			return malformed("it covers %s without giving its value", name)
		}
		// Draft-cavage-12 section 2.3; Mastodon refuses them with rsa-sha256 too.
		if s.algorithm != "hs2019" {
			return malformed(`%s goes with algorithm="hs2019" only`, name)
		}
	}
	return nil
}
