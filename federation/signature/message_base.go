package signature

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// message is a request as RFC 9421 sees it.
type message struct {
	method    string
	scheme    string // "https"
	authority string // host in lower case, with a port unless it is the scheme's own
	target    string // path and query as on the wire
	header    http.Header
}

// newMessage is the request as it is to be seen from outside, at base, the
// address of its host ("https://blog.example.com").
func newMessage(method, base, target string, header http.Header) (message, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return message{}, fmt.Errorf("%.100q is no address of a host", base)
	}
	m := message{method: method, scheme: strings.ToLower(u.Scheme), authority: strings.ToLower(u.Host), target: target, header: header}
	// Section 2.2.3 has the port normalised away that RFC 9110 section 4.2 makes
	// the default.
	ownPort := map[string]string{"https": ":443", "http": ":80"}[m.scheme]
	m.authority = strings.TrimSuffix(m.authority, ownPort)
	return m, nil
}

// base is the text to sign, section 2.5. params are the signature's parameters
// as section 2.3 has them written.
func (m message) base(covered []string, params string) ([]byte, error) {
	var b strings.Builder
	for _, name := range covered {
		value, err := m.component(name)
		if err != nil {
			return nil, err
		}
		b.WriteString(`"` + name + `": ` + value + "\n")
	}
	b.WriteString(`"@signature-params": ` + params)
	return []byte(b.String()), nil
}

// component is the value of a derived component, section 2.2, or of a field.
func (m message) component(name string) (string, error) {
	path, query, _ := strings.Cut(m.target, "?")
	switch name {
	case "@method":
		return m.method, nil
	case "@target-uri":
		return m.scheme + "://" + m.authority + m.target, nil
	case "@authority", "host": // net/http takes Host out of the headers
		return m.authority, nil
	case "@scheme":
		return m.scheme, nil
	case "@request-target":
		return m.target, nil
	case "@path":
		return path, nil
	case "@query":
		return "?" + query, nil // the question mark even when there is no query
	}
	return m.field(name)
}

// field is the value of a header, section 2.1.
func (m message) field(name string) (string, error) {
	lines := m.header.Values(name)
	if len(lines) == 0 {
		return "", fmt.Errorf("it covers %.100s, which the request does not have", name)
	}
	trimmed := make([]string, len(lines))
	for i, line := range lines {
		trimmed[i] = strings.Trim(line, " \t")
	}
	value := strings.Join(trimmed, ", ")
	// A line break would let one value pass for several components, section
	// 7.5.5. net/http lets none through.
	if strings.ContainsAny(value, "\r\n") {
		return "", malformed("the value of %.100s has a line break", name)
	}
	return value, nil
}
