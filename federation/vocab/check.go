package vocab

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// maxDepth is how deep values may be nested.
const maxDepth = 64

// ErrMalformed is what every refusal of Check is; the sender should be told
// its text.
var ErrMalformed = errors.New("malformed JSON")

// Check tells whether data, whose size the caller bounds, is JSON that two
// readers cannot understand differently: one value in UTF-8, at most maxDepth
// deep, no name twice in an object, not even in another case. encoding/json
// folds case and takes the last, so that "ACTOR" would beat an "actor" whose
// owner was checked. The keywords by which JSON-LD says the same differently
// (@graph, @included, @reverse) are refused too. Errors are ErrMalformed.
func Check(data []byte) error {
	if !utf8.Valid(data) {
		return fmt.Errorf("%w: it is not in UTF-8", ErrMalformed)
	}
	if !json.Valid(data) {
		return fmt.Errorf("%w: it is not one JSON value", ErrMalformed)
	}
	c := checker{s: scanner{data: data}}
	return c.value(1)
}

// checker walks through valid JSON.
type checker struct {
	s     scanner
	names []string // of the objects that are open
}

func (c *checker) value(depth int) error {
	switch c.s.peek() {
	case '{', '[':
		if depth > maxDepth {
			return fmt.Errorf("%w: it is nested deeper than %d", ErrMalformed, maxDepth)
		}
		if c.s.peek() == '[' {
			return c.array(depth)
		}
		return c.object(depth)
	}
	c.s.skipScalar()
	return nil
}

func (c *checker) array(depth int) error {
	for more := c.s.open(']'); more; more = c.s.next(']') {
		if err := c.value(depth + 1); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) object(depth int) error {
	outer := len(c.names)
	var seen map[string]bool // of large objects
	for more := c.s.open('}'); more; more = c.s.next('}') {
		written := c.s.name()
		name := fold(written)
		switch name {
		case "@GRAPH", "@INCLUDED", "@REVERSE":
			return fmt.Errorf("%w: %q is not understood here", ErrMalformed, written)
		}
		if seen = remember(seen, c.names[outer:]); repeated(seen, c.names[outer:], name) {
			return fmt.Errorf("%w: the name %.100q stands twice in one object", ErrMalformed, written)
		}
		c.names = append(c.names, name)
		if seen != nil {
			seen[name] = true
		}
		if err := c.value(depth + 1); err != nil {
			return err
		}
	}
	c.names = c.names[:outer]
	return nil
}

// manyNames is from where on a map finds a name faster than looking at each.
const manyNames = 32

// remember makes the map when there are many names.
func remember(seen map[string]bool, names []string) map[string]bool {
	if seen != nil || len(names) < manyNames {
		return seen
	}
	seen = make(map[string]bool, 4*manyNames)
	for _, name := range names {
		seen[name] = true
	}
	return seen
}

func repeated(seen map[string]bool, names []string, name string) bool {
	if seen != nil {
		return seen[name]
	}
	for _, other := range names {
		if other == name {
			return true
		}
	}
	return false
}

// fold is the name as encoding/json compares it: each rune the least of those
// that differ from it by case alone.
func fold(name []byte) string {
	folded := make([]byte, 0, 32)
	for _, r := range string(name) {
		switch {
		case r < utf8.RuneSelf && ('a' > r || r > 'z'):
			folded = append(folded, byte(r))
		case r < utf8.RuneSelf:
			folded = append(folded, byte(r)-'a'+'A')
		default:
			folded = utf8.AppendRune(folded, least(r))
		}
	}
	return string(folded)
}

func least(r rune) rune {
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}
