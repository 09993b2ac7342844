package bring

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// escape writes words so that Markdown takes none of them for a mark.
func escape(text string) string {
	var b strings.Builder
	runes := []rune(text)
	word := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	for i, r := range runes {
		switch r {
		case '\\', '`', '*', '[', ']', '<', '~':
			b.WriteByte('\\')
		case '_':
			if !word(i-1) || !word(i+1) {
				b.WriteByte('\\')
			}
		case '&':
			if i+1 < len(runes) && (runes[i+1] == '#' || word(i+1)) {
				b.WriteByte('\\')
			}
		case '!':
			if i+1 < len(runes) && runes[i+1] == '[' {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// lineStart is what begins a block when it begins a line; the mark is the part
// before which a backslash makes words of it.
var lineStart = regexp.MustCompile(`(?m)^([ \t]*)(#{1,6}(?:[ \t]|$)|[-+](?:[ \t]|$)|>|=+[ \t]*$|-{2,}|\|)`)

var numberStart = regexp.MustCompile(`(?m)^([ \t]*\d{1,9})([.)](?:[ \t]|$))`)

// safeStart keeps the lines of a paragraph from being more than that.
func safeStart(paragraph string) string {
	return numberStart.ReplaceAllString(lineStart.ReplaceAllString(paragraph, `$1\$2`), `$1\$2`)
}

// collapse makes one blank of every run of white space, and none at the ends.
func collapse(text string) string { return strings.Join(strings.Fields(text), " ") }

// collapseEnds is collapse that keeps a blank where one stood at an end.
func collapseEnds(text string) string {
	out := collapse(text)
	if out == "" {
		if text != "" {
			return " "
		}
		return ""
	}
	if first := []rune(text)[0]; unicode.IsSpace(first) {
		out = " " + out
	}
	if last := []rune(text); unicode.IsSpace(last[len(last)-1]) {
		out += " "
	}
	return out
}

// codeSpan is text between more backticks than there are in it.
func codeSpan(text string) string {
	text = collapse(text)
	if text == "" {
		return ""
	}
	fence := strings.Repeat("`", longestRun(text, '`')+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

var languageClass = regexp.MustCompile(`(?:^|\s)(?:language-|lang-|brush:\s*)([A-Za-z0-9+#_-]{1,30})`)

func codeBlock(n *html.Node) string {
	language := ""
	for _, with := range append([]*html.Node{n}, find(n, atom.Code)...) {
		if found := languageClass.FindStringSubmatch(attribute(with, "class")); found != nil {
			language = cmp.Or(language, found[1])
		}
		language = cmp.Or(language, plainWord.FindString(cmp.Or(attribute(with, "data-lang"), attribute(with, "lang"))))
	}
	return fenced(strings.Trim(rawText(n), "\n"), language)
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9+#_-]{1,30}$`)

// fenced is a block of code.
func fenced(code, language string) string {
	fence := strings.Repeat("`", max(3, longestRun(code, '`')+1))
	return fence + language + "\n" + code + "\n" + fence
}

func longestRun(text string, of rune) (longest int) {
	run := 0
	for _, r := range text {
		if run++; r != of {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// prefixed sets one text before the first line and another before the others.
func prefixed(text, first, others string) string {
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		switch {
		case i == 0:
			lines[i] = first + line
		default:
			lines[i] = strings.TrimRight(others+line, " ")
		}
	}
	return strings.Join(lines, "\n")
}

func nonEmpty(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return []string{text}
}

func children(n *html.Node) (all []*html.Node) {
	for child := range n.ChildNodes() {
		all = append(all, child)
	}
	return all
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// find are the elements of a kind below n.
func find(n *html.Node, kind atom.Atom) (all []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == kind {
			all = append(all, d)
		}
	}
	return all
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && (d.Parent == nil || !dropped[d.Parent.DataAtom]) {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// rawText is textOf with line breaks as such.
func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode:
			b.WriteString(d.Data)
		case d.DataAtom == atom.Br:
			b.WriteByte('\n')
		}
	}
	return b.String()
}
