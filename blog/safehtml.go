package blog

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds on what a stranger may put on a page.
const (
	maxStrangerHTML  = 1 << 20   // bytes read of an object's content
	maxStrangerText  = 100 << 10 // bytes of text kept
	maxStrangerDepth = 32        // elements inside one another; deeper ones lose their tags
	maxStrangerNodes = 20_000
)

// SafeHTML makes HTML from another server fit for a page: an allow-list of
// elements and attributes (strangerPolicy), tags balanced by parsing and
// rendering it anew, images replaced by their alt text, classes reduced to
// those of the fediverse, links that pass no reputation on, and bounds on size
// and depth. Text that turns reading direction around or piles up combining
// marks is tamed. It never fails: what cannot be read becomes plain text.
func SafeHTML(remote string) string {
	remote = truncate(remote, maxStrangerHTML)
	allowed := strangerPolicy().Sanitize(strings.ToValidUTF8(remote, "\uFFFD"))
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(allowed), context)
	if err != nil {
		// The parser refuses stacks of more than 512 open elements.
		return html.EscapeString(tameText(truncate(PlainText(allowed), maxStrangerText)))
	}
	s := sieve{text: maxStrangerText, nodes: maxStrangerNodes}
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	s.copy(root, nodes, 0)
	var b strings.Builder
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		// A strings.Builder takes everything, and the tree is well-formed.
		_ = html.Render(&b, n)
	}
	return strings.TrimSpace(b.String())
}

// sieve copies a parsed tree within the bounds that are left.
type sieve struct {
	text  int // bytes
	nodes int
}

func (s *sieve) copy(to *html.Node, from []*html.Node, depth int) {
	for _, n := range from {
		if s.nodes--; s.nodes < 0 || s.text <= 0 {
			return
		}
		switch n.Type {
		case html.TextNode:
			s.appendText(to, n.Data)
		case html.ElementNode:
			s.element(to, n, depth)
		}
	}
}

func (s *sieve) appendText(to *html.Node, text string) {
	text = tameText(truncate(text, s.text))
	s.text -= len(text)
	if text != "" {
		to.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	}
}

func (s *sieve) element(to *html.Node, n *html.Node, depth int) {
	if n.DataAtom == atom.Img {
		if alt := strings.TrimSpace(attribute(n, "alt")); alt != "" {
			s.appendText(to, "[🖼 "+alt+"]")
		}
		return
	}
	if depth >= maxStrangerDepth {
		s.copy(to, slices.Collect(n.ChildNodes()), depth)
		return
	}
	kept := &html.Node{Type: html.ElementNode, Data: n.Data, DataAtom: n.DataAtom, Attr: keptAttributes(n)}
	to.AppendChild(kept)
	s.copy(kept, slices.Collect(n.ChildNodes()), depth+1)
}

// keptAttributes are the attributes that strangerPolicy let through, with
// foreign classes dropped and the rel of links set.
func keptAttributes(n *html.Node) []html.Attribute {
	var kept []html.Attribute
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			if a.Val = keptClasses(a.Val); a.Val == "" {
				continue
			}
		case "rel":
			continue
		default:
			a.Val = tameText(a.Val)
		}
		kept = append(kept, a)
	}
	if n.DataAtom == atom.A && attribute(n, "href") != "" {
		kept = append(kept, html.Attribute{Key: "rel", Val: "nofollow noopener ugc"})
	}
	return kept
}

var fediverseClasses = []string{"mention", "hashtag", "ellipsis", "invisible", "quote-inline"}

// keptClasses are microformats and the classes that Mastodon gives mentions,
// hashtags and shortened links.
func keptClasses(value string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(value), func(class string) bool {
		prefix, _, found := strings.Cut(class, "-")
		microformat := found && slices.Contains([]string{"h", "p", "u", "dt", "e"}, prefix)
		return !microformat && !slices.Contains(fediverseClasses, class)
	}), " ")
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// truncate cuts s to at most max bytes without splitting a character.
func truncate(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}
