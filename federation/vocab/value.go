package vocab

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds on what is taken from one document. What is longer is cut or, where
// half of it is worth nothing, dropped.
const (
	maxIRI         = 2048      // bytes
	maxText        = 2 << 10   // bytes: names
	maxSummary     = 20 << 10  // bytes
	maxContent     = 100 << 10 // bytes of HTML
	maxPEM         = 16 << 10  // bytes
	maxTime        = 64        // bytes
	maxTypes       = 8
	maxLinks       = 16  // of one property
	maxAudience    = 500 // to and cc together
	maxTags        = 100
	maxAttachments = 16
	maxObjects     = 100
	maxKeys        = 10
	maxAliases     = 256

	maxDescriptorLinks = 64
)

// Public addresses something to everyone. Lists read here have it in this one
// of its three spellings.
const Public = "https://www.w3.org/ns/activitystreams#Public"

// value is a JSON value as it was written, part of a document that passed
// Check. Reading one as what it is not gives nothing.
type value []byte

func (v value) isObject() bool { return len(v) > 0 && v[0] == '{' }

// members calls f with the name and value of each member of an object.
func (v value) members(f func(name string, v value)) {
	if !v.isObject() {
		return
	}
	s := scanner{data: v}
	for more := s.open('}'); more; more = s.next('}') {
		name := s.name()
		f(string(name), s.skip())
	}
}

// each calls f with each element of an array, or with the single value that
// stands for an array of one, until f returns false. null is none.
func (v value) each(f func(v value) bool) {
	if len(v) == 0 || v[0] == 'n' {
		return
	}
	if v[0] != '[' {
		f(v)
		return
	}
	s := scanner{data: v}
	for more := s.open(']'); more; more = s.next(']') {
		if element := s.skip(); !f(element) {
			return
		}
	}
}

// text is a string.
func (v value) text() string {
	if len(v) == 0 || v[0] != '"' {
		return ""
	}
	return unquote(v)
}

// textUpTo is a string cut to max bytes.
func (v value) textUpTo(max int) string {
	return cut(v.text(), max)
}

// cut is text without what is beyond max bytes, in whole characters.
func cut(text string, max int) string {
	if len(text) <= max {
		return text
	}
	for max > 0 && !utf8.RuneStart(text[max]) {
		max--
	}
	return text[:max]
}

// iri is an address, or the id of the object that stands in its place. One
// that is too long is none.
func (v value) iri() string {
	if v.isObject() {
		v = v.member("id")
	}
	// An escape takes at most six bytes for one.
	if len(v) > 6*maxIRI+2 {
		return ""
	}
	if text := v.text(); len(text) <= maxIRI {
		return text
	}
	return ""
}

// member is the value with the name, nil when there is none.
func (v value) member(name string) (found value) {
	v.members(func(n string, v value) {
		if n == name {
			found = v
		}
	})
	return found
}

// iris are one address or several, at most max of them.
func (v value) iris(max int) []string {
	var out []string
	v.each(func(v value) bool {
		if iri := v.iri(); iri != "" && len(out) < max {
			out = append(out, iri)
		}
		return len(out) < max
	})
	return out
}

// audience are iris with Public in its full spelling.
func (v value) audience(max int) []string {
	out := v.iris(max)
	for i, iri := range out {
		if iri == "as:Public" || iri == "Public" {
			out[i] = Public
		}
	}
	return out
}

// types are one type or several.
func (v value) types() []string {
	var out []string
	v.each(func(v value) bool {
		if text := v.textUpTo(maxText); text != "" {
			out = append(out, text)
		}
		return len(out) < maxTypes
	})
	return out
}

func (v value) isTrue() bool { return string(v) == "true" }

// at is a time, in UTC; zero when it is none, or from before 1970 or after the
// year 9999.
func (v value) at() time.Time {
	if len(v) > maxTime {
		return time.Time{}
	}
	text := v.text()
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, strings.ToUpper(text)); err == nil && t.Unix() > 0 && t.UTC().Year() <= 9999 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// link is where a URL, a Link or an Image leads.
func (v value) link() string {
	if !v.isObject() {
		return v.iri()
	}
	if href := v.member("href").iri(); href != "" {
		return href
	}
	return v.member("url").page()
}

// page is the address of a page for people among one or several links: the
// first that says it is HTML, else the first.
func (v value) page() string {
	var out string
	n := 0
	v.each(func(v value) bool {
		to := ""
		if v.isObject() {
			to = v.member("href").iri()
		} else {
			to = v.iri()
		}
		html := v.isObject() && strings.HasPrefix(v.member("mediaType").text(), "text/html")
		if to != "" && (out == "" || html) {
			out = to
		}
		n++
		return !(html && to != "") && n < maxLinks
	})
	return out
}

// picture is the address of the first of one or several images.
func (v value) picture() string {
	var out string
	v.each(func(v value) bool {
		out = v.link()
		return out == ""
	})
	return out
}
