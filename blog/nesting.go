package blog

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxNesting is how deep quotes and lists may stand in one another on one
// line: people need three or four, and goldmark's time grows with the square.
const maxNesting = 100

// maxElements is how many HTML elements may be open before the parser has a
// look; it gives up at 512.
const maxElements = 256

var errTooDeep = errors.New("more than 500 HTML elements stand in one another; close those that should be closed")

var containerMarks = regexp.MustCompile(`^(?:[ \t]*(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t]))+`)

// checkNesting refuses a text that would nest without reason.
func (c *composing) checkNesting() error {
	at := c.bodyLine
	for line := range strings.SplitSeq(c.post.Source, "\n") {
		at++
		marks := containerMarks.FindString(line)
		if len(marks) < maxNesting {
			continue
		}
		if strings.Count(marks, ">")+len(strings.Fields(strings.ReplaceAll(marks, ">", " "))) > maxNesting {
			return &InputError{c.name, at, fmt.Sprintf("quotes or lists stand more than %d deep in one another here", maxNesting)}
		}
	}
	return nil
}

// balanced mends what the author's raw HTML left open or closed too often, so
// that it cannot swallow the page around it. HTML whose tags match stays as it
// is, byte for byte.
func balanced(source string) (string, error) {
	if matched(source) {
		return source, nil
	}
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(source), context)
	if err != nil {
		return "", errTooDeep
	}
	var b strings.Builder
	for _, n := range nodes {
		// A strings.Builder takes everything, and the tree is well-formed.
		_ = html.Render(&b, n)
	}
	return strings.TrimSpace(b.String()), nil
}

// matched tells whether every start tag has its end tag in the right order.
func matched(source string) bool {
	var open []string
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return len(open) == 0
		case html.StartTagToken:
			if name, _ := z.TagName(); !void(atom.Lookup(name)) {
				open = append(open, string(name))
			}
			if len(open) > maxElements {
				return false
			}
		case html.SelfClosingTagToken: // <div/> opens a div in HTML
			if name, _ := z.TagName(); !void(atom.Lookup(name)) {
				return false
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return false
			}
			open = open[:len(open)-1]
		}
	}
}

// void tells whether an element has no end tag (HTML 13.1.2), of those that
// authorPolicy lets through.
func void(a atom.Atom) bool {
	switch a {
	case atom.Br, atom.Hr, atom.Img, atom.Input, atom.Source, atom.Wbr:
		return true
	}
	return false
}
