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
	maxStrangerHTML  = 256 << 10 // bytes read of an object's content
	maxStrangerText  = 128 << 10 // bytes of HTML kept
	maxStrangerDepth = 32        // elements inside one another; deeper ones lose their tags
	maxStrangerNodes = 5000
	maxStrangerPass  = 4 // readings until nothing changes any more
)

// SafeHTML makes HTML from another server fit for a page: an allow-list of
// elements and attributes (strangerPolicy), tags balanced by parsing and
// rendering it anew, images replaced by their alt text, classes reduced to
// those of the fediverse, links that pass no reputation on, and bounds on size
// and depth. Text that turns reading direction around or piles up combining
// marks is tamed. It never fails: what cannot be read becomes plain text.
//
// The result is read again until it stays the same, so that the tree a browser
// builds of it is the one that was checked.
func SafeHTML(remote string) string {
	safe, _ := safeTree(remote)
	return safe
}

// safeTree is what SafeHTML returns and, below a node of its own, the tree that
// it was written from.
func safeTree(remote string) (safe string, root *html.Node) {
	remote = strings.ToValidUTF8(truncate(remote, maxStrangerHTML), "\uFFFD")
	safe = strangerPolicy().Sanitize(remote)
	for range maxStrangerPass {
		once, tree := sifted(safe)
		if tree == nil {
			break
		}
		if once == safe {
			return safe, tree
		}
		safe = once
	}
	return sifted(plainParagraphs(safe))
}

// sifted is one reading of what strangerPolicy let through, and its tree; nil
// when the parser refuses, as it does stacks of more than 512 open elements.
func sifted(allowed string) (safe string, root *html.Node) {
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(allowed), context)
	if err != nil {
		return "", nil
	}
	s := sieve{bytes: maxStrangerText, nodes: maxStrangerNodes}
	root = &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	s.copy(root, nodes, 0)
	return rendered(root), root
}

// rendered is the HTML below a node.
func rendered(root *html.Node) string {
	var b strings.Builder
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		// A strings.Builder takes everything, and the tree is well-formed.
		_ = html.Render(&b, n)
	}
	return strings.TrimSpace(b.String())
}

// plainParagraphs is the text of HTML that no other way makes safe.
func plainParagraphs(source string) string {
	var b strings.Builder
	text := tameText(truncate(PlainText(source), maxStrangerText))
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br/>") + "</p>")
		}
	}
	return b.String()
}

// linkRel passes no reputation on, and no window.
const linkRel = "nofollow noopener ugc"

// sieve copies a parsed tree within the bounds that are left.
type sieve struct {
	bytes int // of HTML
	nodes int
	parts bool // an unwrapped block starts or ends here: a line break is due
}

func (s *sieve) copy(to *html.Node, from []*html.Node, depth int) {
	for _, n := range from {
		if s.nodes--; s.nodes < 0 || s.bytes <= 0 {
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
	text = tameText(text)
	if size := len(html.EscapeString(text)); size <= s.bytes {
		s.bytes -= size
	} else {
		text, s.bytes = truncate(text, s.bytes/5), 0 // &#34; is the longest a byte becomes
	}
	if text == "" || s.parts && strings.TrimSpace(text) == "" {
		return
	}
	s.part(to)
	to.AppendChild(&html.Node{Type: html.TextNode, Data: text})
}

// part sets the line break that is due, unless a block stands there already.
func (s *sieve) part(to *html.Node) {
	if last := to.LastChild; s.parts && last != nil && !blocks[last.DataAtom] {
		to.AppendChild(&html.Node{Type: html.ElementNode, Data: "br", DataAtom: atom.Br})
	}
	s.parts = false
}

func (s *sieve) element(to *html.Node, n *html.Node, depth int) {
	attributes := s.keptAttributes(n)
	unwrap := depth >= maxStrangerDepth || n.DataAtom == atom.Span && len(attributes) == 0 || n.DataAtom == atom.A && !linked(attributes)
	switch {
	case n.DataAtom == atom.Img:
		if alt := strings.TrimSpace(attribute(n, "alt")); alt != "" {
			s.appendText(to, "[🖼 "+alt+"]")
		}
	case slices.Contains(unwrapped, n.Data):
		s.parts = true
		s.copy(to, slices.Collect(n.ChildNodes()), depth)
		s.parts = true
	case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
		s.copy(to, slices.Collect(n.ChildNodes()), depth)
		s.appendText(to, " ")
	case unwrap:
		s.copy(to, slices.Collect(n.ChildNodes()), depth)
	default:
		if blocks[n.DataAtom] {
			s.parts = false
		}
		s.part(to)
		s.bytes -= 2*len(n.Data) + len("<></>")
		kept := &html.Node{Type: html.ElementNode, Data: n.Data, DataAtom: n.DataAtom, Attr: attributes}
		to.AppendChild(kept)
		s.copy(kept, slices.Collect(n.ChildNodes()), depth+1)
		s.parts = s.parts && !blocks[n.DataAtom]
	}
}

// keptAttributes are the attributes that strangerPolicy let through, with
// foreign classes dropped and the rel of links set.
func (s *sieve) keptAttributes(n *html.Node) []html.Attribute {
	var kept []html.Attribute
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			if a.Val = keptClasses(a.Val); a.Val == "" {
				continue
			}
		case "rel":
			continue
		case "href": // strangerPolicy judged this address, no other
			if a.Val != tameText(a.Val) {
				continue
			}
		default:
			a.Val = tameText(a.Val)
		}
		if s.bytes -= len(a.Key) + len(html.EscapeString(a.Val)) + len(` =""`); s.bytes < 0 {
			break
		}
		kept = append(kept, a)
	}
	if linked(kept) {
		s.bytes -= len(linkRel) + len(` rel=""`)
		kept = append(kept, html.Attribute{Key: "rel", Val: linkRel})
	}
	return kept
}

// linked tells whether an address is among the attributes; only an a has one.
func linked(attributes []html.Attribute) bool {
	return slices.ContainsFunc(attributes, func(a html.Attribute) bool { return a.Key == "href" })
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
