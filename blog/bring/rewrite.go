package bring

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// references says what becomes of the addresses in a text.
type references struct {
	// image returns the new address of an image; picture is false when there is
	// none, and then a link to the address, if any, takes its place.
	image func(ref string) (address string, picture bool)
	// link returns the new address of a link; empty leaves its words alone.
	link func(ref string) string
}

// edit replaces a part of a text.
type edit struct {
	from, to int
	text     string
}

func apply(source string, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.from < at {
			continue // of something within what was replaced already
		}
		b.WriteString(source[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	return b.String() + source[at:]
}

// parse reads Markdown with what package blog knows of it.
func parse(source string) ast.Node {
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Footnote))
	return md.Parser().Parse(text.NewReader([]byte(source)))
}

// embedded is HTML within Markdown that would lose something here: pictures that
// are taken along only as Markdown's, and what no page shows.
var embedded = regexp.MustCompile(`(?i)<(img|iframe|video|audio|figure|script|object|embed)\b`)

// rewriteHTML makes Markdown of the HTML in a text where that is needed.
func rewriteHTML(source string, note func(string, ...any)) string {
	if !embedded.MatchString(source) {
		return source
	}
	var edits []edit
	// The walker returns the error of its function, and this one has none.
	_ = ast.Walk(parse(source), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		from, to := -1, -1
		switch n := n.(type) {
		case *ast.HTMLBlock:
			from, to = extent(n.Lines())
			if n.HasClosure() {
				to = max(to, n.ClosureLine.Stop)
			}
		case *ast.RawHTML:
			from, to = extent(n.Segments)
		}
		if from < 0 || to > len(source) || from >= to {
			return ast.WalkContinue, nil
		}
		if part := source[from:to]; embedded.MatchString(part) {
			out := Markdown(part, note)
			if strings.HasSuffix(part, "\n") {
				out += "\n\n" // what follows is a paragraph now
			}
			edits = append(edits, edit{from, to, out})
		}
		return ast.WalkContinue, nil
	})
	return apply(source, edits)
}

func extent(lines *text.Segments) (from, to int) {
	if lines.Len() == 0 {
		return -1, -1
	}
	return lines.At(0).Start, lines.At(lines.Len() - 1).Stop
}

// rewrite gives images and links of a text other addresses.
func rewrite(source string, r references) string {
	var edits []edit
	w := where{source: source}
	_ = ast.Walk(parse(source), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Image:
			edits = append(edits, w.imageEdits(n, r)...)
		case *ast.Link:
			edits = append(edits, w.linkEdits(n, r)...)
		}
		return ast.WalkContinue, nil
	})
	return apply(source, edits)
}

func (w *where) imageEdits(n *ast.Image, r references) []edit {
	old := string(n.Destination)
	address, picture := r.image(old)
	if picture && address == old {
		return nil
	}
	p, ok := w.place(n, n.Destination)
	switch {
	case !ok:
		return nil
	case picture, p.from < 0:
		return []edit{{p.address, p.addressEnd, address}}
	case address == "": // the words remain
		return []edit{{p.from, p.from + len("!["), ""}, {p.close, p.to, ""}}
	}
	return []edit{{p.from, p.from + 1, ""}, {p.address, p.addressEnd, address}}
}

func (w *where) linkEdits(n *ast.Link, r references) []edit {
	old := string(n.Destination)
	address := r.link(old)
	if address == old {
		return nil
	}
	p, ok := w.place(n, n.Destination)
	switch {
	case !ok:
		return nil
	case address == "" && p.from >= 0:
		return []edit{{p.from, p.from + len("["), ""}, {p.close, p.to, ""}}
	}
	return []edit{{p.address, p.addressEnd, cmp.Or(address, "/")}}
}

// placed is where an image or a link is in a text; from is below 0 when it names
// its address by a label, so that only the address is known.
type placed struct {
	from, close, to     int // the mark at its beginning, the "](", and behind its end
	address, addressEnd int
}

var restOfLink = regexp.MustCompile(`^>?(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)`)

// where finds inline nodes in a text, which know no more than where they begin.
type where struct {
	source string
	labels map[string][2]int // where the addresses of labels are; nil before the first was wanted
}

// maxWords bounds how far behind its beginning the address of a link is looked
// for: a text of many links would else be read as often as there are.
const maxWords = 10_000

var definition = regexp.MustCompile(`(?m)^ {0,3}\[[^\]\n]+\]:[ \t]*<?([^\s>]+)`)

// place finds an inline node by the address that it has.
func (w *where) place(n ast.Node, address []byte) (placed, bool) {
	pos := n.Pos()
	if pos < 0 || pos > len(w.source) || len(address) == 0 {
		return placed{}, false
	}
	near := w.source[pos:min(len(w.source), pos+maxWords+len(address))]
	for _, before := range []string{"](", "](<"} {
		i := strings.Index(near, before+string(address))
		if i < 0 {
			continue
		}
		p := placed{from: pos, close: pos + i, address: pos + i + len(before)}
		p.addressEnd = p.address + len(address)
		end := restOfLink.FindStringIndex(w.source[p.addressEnd:min(len(w.source), p.addressEnd+maxWords)])
		if end == nil || strings.Contains(near[:i], "\n\n") {
			continue
		}
		p.to = p.addressEnd + end[1]
		return p, true
	}
	if w.labels == nil {
		w.labels = map[string][2]int{}
		for _, found := range definition.FindAllStringSubmatchIndex(w.source, -1) {
			w.labels[w.source[found[2]:found[3]]] = [2]int{found[2], found[3]}
		}
	}
	at, ok := w.labels[string(address)]
	return placed{from: -1, address: at[0], addressEnd: at[1]}, ok
}
