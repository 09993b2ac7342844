package blog

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxMarks is how many combining marks may follow a letter; every written
// language gets by with fewer.
const maxMarks = 8

// tameText drops characters that act on the text around them: those that
// override or isolate reading direction without an end (a page isolates each
// comment by itself), control characters, and combining marks beyond maxMarks.
func tameText(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		case r < ' ' && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
			return -1
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
			if marks++; marks > maxMarks {
				return -1
			}
		case unicode.Is(unicode.Cf, r): // a joiner does not start a new pile
		default:
			marks = 0
		}
		return r
	}, s)
}

// TamePlain makes a stranger's plain text (a name, a warning) fit for one line
// of at most max characters.
func TamePlain(s string, max int) string {
	s = truncate(s, 16*max+1024)
	return Excerpt(strings.Join(strings.Fields(tameText(strings.ToValidUTF8(s, "\uFFFD"))), " "), max)
}

// PlainText is what a person would read aloud of HTML: tags gone, blocks on
// lines of their own, entities resolved.
func PlainText(source string) string {
	var b strings.Builder
	skip, pre := atom.Atom(0), 0
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidyLines(b.String())
		case html.TextToken:
			switch text := string(z.Text()); {
			case skip != 0:
			case pre > 0:
				b.WriteString(text)
			default: // a line's end in the source is a blank
				b.WriteString(strings.ReplaceAll(text, "\n", " "))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if skip == 0 && (tag == atom.Script || tag == atom.Style) {
				skip = tag
			}
			if tag == atom.Pre {
				pre++
			}
			b.WriteString(breakBefore(tag))
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if tag == skip {
				skip = 0
			}
			if tag == atom.Pre && pre > 0 {
				pre--
			}
			if at := breakBefore(tag); at == "\n\n" {
				b.WriteString(at)
			}
		}
	}
}

// breakBefore is the line break that an element's start stands for; an empty
// line stands for its end as well.
func breakBefore(tag atom.Atom) string {
	switch tag {
	case atom.Br, atom.Li, atom.Tr, atom.Dt, atom.Dd:
		return "\n"
	case atom.P, atom.Div, atom.Blockquote, atom.Pre, atom.Ul, atom.Ol, atom.Table, atom.Figure, atom.Figcaption, atom.Section,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr, atom.Details, atom.Summary:
		return "\n\n"
	case atom.Td, atom.Th:
		return " "
	}
	return ""
}

// tidyLines folds blanks within lines and leaves at most one line empty.
func tidyLines(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Excerpt cuts text to at most max characters, at a word when there is one
// near, and says so with an ellipsis.
func Excerpt(text string, max int) string {
	runes := []rune(text)
	if len(runes) <= max {
		return text
	}
	if max < 1 {
		return ""
	}
	cut := string(runes[:max-1])
	if at := strings.LastIndexAny(cut, " \n"); at > len(cut)/2 && runes[max-1] != ' ' && runes[max-1] != '\n' {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " \n,.;:–—-") + "…"
}

// Teaser is the post in a few words of plain text on one line: its summary,
// unless that is a content warning, else the beginning of the text.
func (p *Post) Teaser(max int) string {
	if p.Summary != "" && !p.Sensitive {
		return Excerpt(p.Summary, max)
	}
	// The beginning will do: 64 KiB of HTML have more than max characters.
	return Excerpt(strings.Join(strings.Fields(PlainText(truncate(p.HTML, 64<<10))), " "), max)
}

// urlAttributes are the attributes whose value is an address.
var urlAttributes = map[string]bool{"href": true, "src": true, "poster": true, "cite": true}

// AbsoluteHTML makes the relative addresses in HTML absolute against base.
// What need not change stays as it is, byte for byte.
func AbsoluteHTML(source, base string) string {
	root, err := url.Parse(base)
	if err != nil {
		return source
	}
	return rewriteAddresses(source, func(address string) string {
		ref, err := url.Parse(address)
		if err != nil || ref.IsAbs() {
			return address
		}
		return root.ResolveReference(ref).String()
	})
}

// rewriteAddresses has change say what becomes of every address in HTML. Tags
// without one that changes stay as they are, byte for byte.
func rewriteAddresses(source string, change func(string) string) string {
	var b strings.Builder
	b.Grow(len(source) + len(source)/16)
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			b.Write(z.Raw())
			continue
		}
		raw := string(z.Raw())
		token := z.Token()
		if changeAddresses(&token, change) {
			b.WriteString(token.String())
		} else {
			b.WriteString(raw)
		}
	}
}

func changeAddresses(token *html.Token, change func(string) string) (changed bool) {
	for i, a := range token.Attr {
		if !urlAttributes[a.Key] {
			continue
		}
		if to := change(a.Val); to != a.Val {
			token.Attr[i].Val, changed = to, true
		}
	}
	return changed
}
