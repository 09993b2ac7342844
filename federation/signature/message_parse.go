package signature

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dunglas/httpsfv"
)

// maxLabels bounds the signatures that one request may bear: a sender's own and
// those of proxies on the way.
const maxLabels = 4

// parseMessage reads Signature-Input and Signature of RFC 9421 section 4. Of
// several signatures it takes the first that covers enough by an algorithm that
// is known here; the request counts as signed by that one alone.
func parseMessage(r *http.Request) (*Signature, error) {
	inputs, err := dictionary(r.Header, "Signature-Input")
	if err != nil {
		return nil, err
	}
	values, err := dictionary(r.Header, "Signature")
	if err != nil {
		return nil, err
	}
	labels := inputs.Names()
	if len(labels) == 0 || len(labels) > maxLabels {
		return nil, malformed("Signature-Input has %d signatures; send one", len(labels))
	}
	var first error
	for _, label := range labels {
		s, err := labelled(label, inputs, values)
		if err == nil {
			err = s.checkComponents(r)
		}
		if err == nil {
			return s, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// dictionary reads a header that is a structured field of RFC 9651 section 3.2.
// Several lines make one field.
func dictionary(h http.Header, name string) (*httpsfv.Dictionary, error) {
	lines := h.Values(name)
	size := 0
	for _, line := range lines {
		size += len(line) + len(", ")
	}
	if size > maxHeader+len(", ") {
		return nil, malformed("%s is longer than %d bytes", name, maxHeader)
	}
	fields, err := httpsfv.UnmarshalDictionary(lines)
	if err != nil {
		return nil, malformed("%s is no dictionary of structured fields: %v", name, err)
	}
	return fields, nil
}

// labelled is the signature that both fields have under the label.
func labelled(label string, inputs, values *httpsfv.Dictionary) (*Signature, error) {
	input, _ := inputs.Get(label)
	list, ok := input.(httpsfv.InnerList)
	if !ok {
		return nil, malformed("%.100s in Signature-Input is no list of components", label)
	}
	value, _ := values.Get(label)
	item, ok := value.(httpsfv.Item)
	s := &Signature{Scheme: RFC9421}
	if ok {
		s.value, ok = item.Value.([]byte)
	}
	if !ok || len(s.value) == 0 {
		return nil, malformed("%.100s has no bytes in Signature", label)
	}
	var err error
	// Section 2.5: what is signed are the parameters written anew, whatever
	// blanks they came with.
	if s.params, err = httpsfv.Marshal(list); err != nil {
		return nil, malformed("%.100s in Signature-Input cannot be written again: %v", label, err)
	}
	if s.covered, err = components(list.Items); err != nil {
		return nil, err
	}
	return s, s.readParams(list.Params)
}

// readParams reads the parameters of section 2.3 that mean something here.
// nonce and tag do not: what is done twice is the inbox's to notice.
func (s *Signature) readParams(params *httpsfv.Params) error {
	var err error
	if s.KeyID, err = parameter[string](params, "keyid"); err != nil {
		return err
	}
	if s.algorithm, err = parameter[string](params, "alg"); err != nil {
		return err
	}
	if s.created, err = parameter[int64](params, "created"); err != nil {
		return err
	}
	if s.expires, err = parameter[int64](params, "expires"); err != nil {
		return err
	}
	if _, given := params.Get("expires"); given && s.expires <= 0 {
		return malformed("expires is no time in Unix seconds")
	}
	if s.KeyID == "" {
		return malformed("it has no keyid")
	}
	return nil
}

// parameter is the parameter's value, zero when it is absent.
func parameter[T string | int64](params *httpsfv.Params, name string) (T, error) {
	value, given := params.Get(name)
	typed, ok := value.(T)
	if given && !ok {
		return typed, malformed("%s is %T, not %T", name, value, typed)
	}
	return typed, nil
}

// derived are the components of section 2.2 that a request has, save
// @query-param, which nobody signs with.
var derived = []string{"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"}

// components are the names of what is covered. Parameters of a component ask for
// another reading of a field (sf, key, bs), for a trailer (tr) or for another
// message (req); none is understood, and section 2.1 has such a signature fail.
func components(items []httpsfv.Item) ([]string, error) {
	if len(items) > maxNames {
		return nil, malformed("it covers %d components; at most %d are read", len(items), maxNames)
	}
	var names []string
	for _, item := range items {
		name, ok := item.Value.(string)
		switch isDerived := strings.HasPrefix(name, "@"); {
		case !ok, !isDerived && (!isToken(name) || name != strings.ToLower(name)):
			return nil, malformed("it covers %.100q, which is no name of a component", fmt.Sprint(item.Value))
		case len(item.Params.Names()) > 0:
			return nil, fmt.Errorf("the parameter %.100s of %.100s is not understood here: cover fields as they are", item.Params.Names()[0], name)
		case isDerived && !slices.Contains(derived, name):
			return nil, fmt.Errorf("the component %.100q is not understood here", name)
		case slices.Contains(names, name):
			return nil, malformed("it covers %.100q twice", name)
		}
		names = append(names, name)
	}
	return names, nil
}

// checkComponents holds the signature against what an inbox asks for, which is
// left to applications by section 3.2. Mastodon asks for @method, @target-uri,
// content-digest and created.
func (s *Signature) checkComponents(r *http.Request) error {
	hasQuery := strings.Contains(wireTarget(r), "?")
	switch {
	case s.algorithm != "" && s.algorithm != algRSA && s.algorithm != algEd25519:
		return fmt.Errorf("the algorithm %.100q is not accepted; use %s", s.algorithm, algRSA)
	case s.created <= 0:
		return weakMessage("it does not say when it was created")
	case !s.covers("@method"):
		return weakMessage("it does not cover @method")
	case !s.covers("@target-uri") && !s.covers("@authority") && !s.covers("host"):
		return weakMessage("it does not cover the host")
	case !s.covers("@target-uri") && !s.covers("@request-target") && !s.covers("@path"):
		return weakMessage("it does not cover the path")
	case hasQuery && !s.covers("@target-uri") && !s.covers("@request-target") && !s.covers("@query"):
		return weakMessage("it does not cover the query")
	case r.Method == http.MethodPost && !s.covers("content-digest"):
		return weakMessage("it does not cover content-digest")
	}
	return nil
}
