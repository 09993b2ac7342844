package vocab

import (
	"bytes"
	"encoding/json"
)

// scanner steps through JSON that is known to be valid.
type scanner struct {
	data []byte
	at   int
}

// peek is the next byte that is no blank, 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return s.data[s.at]
		}
	}
	return 0
}

// open steps into an object or array and tells whether there is anything in it
// before the byte that ends it.
func (s *scanner) open(end byte) bool {
	s.peek()
	s.at++
	if s.peek() != end {
		return true
	}
	s.at++
	return false
}

// next steps to the next member or element, or out behind the end.
func (s *scanner) next(end byte) bool {
	last := s.peek() == end
	s.at++
	return !last
}

// name reads a member's name and the colon.
func (s *scanner) name() []byte {
	s.peek()
	quoted := s.quoted()
	s.peek()
	s.at++
	name := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(name, '\\') < 0 {
		return name
	}
	return []byte(unquote(quoted))
}

// quoted reads a string, quotation marks included.
func (s *scanner) quoted() []byte {
	start := s.at
	s.at++
	for {
		i := bytes.IndexByte(s.data[s.at:], '"')
		s.at += i + 1
		escapes := 0
		for b := s.at - 2; s.data[b] == '\\'; b-- {
			escapes++
		}
		if escapes%2 == 0 {
			return s.data[start:s.at]
		}
	}
}

// skipScalar steps over a string, a number, true, false or null.
func (s *scanner) skipScalar() {
	if s.peek() == '"' {
		s.quoted()
		return
	}
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ',', ']', '}', ' ', '\t', '\n', '\r':
			return
		}
		s.at++
	}
}

// skip steps over any value and returns it.
func (s *scanner) skip() value {
	s.peek()
	start := s.at
	depth := 0
	for {
		switch s.peek() {
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case ',', ':':
			s.at++
		default:
			s.skipScalar()
		}
		if depth == 0 {
			return s.data[start:s.at]
		}
	}
}

// unquote is the string that a quoted one stands for.
func unquote(quoted []byte) string {
	if inner := quoted[1 : len(quoted)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var text string
	// It is valid, so it can be read.
	_ = json.Unmarshal(quoted, &text)
	return text
}
