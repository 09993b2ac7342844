package bring

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// dropped are elements that go with all that is in them.
var dropped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Form: true, atom.Input: true, atom.Button: true, atom.Select: true, atom.Textarea: true,
	atom.Object: true, atom.Embed: true, atom.Svg: true, atom.Math: true, atom.Canvas: true, atom.Applet: true, atom.Head: true, atom.Link: true, atom.Meta: true,
}

// kept are inline elements that stay HTML.
var kept = map[atom.Atom]bool{
	atom.Sub: true, atom.Sup: true, atom.Kbd: true, atom.Mark: true, atom.Ins: true, atom.Q: true, atom.Samp: true, atom.Var: true, atom.Small: true,
}

var emphasis = map[atom.Atom]string{
	atom.Strong: "**", atom.B: "**", atom.Em: "*", atom.I: "*", atom.Del: "~~", atom.S: "~~", atom.Strike: "~~",
}

func (c *converter) inlines(nodes []*html.Node, depth int) string {
	var b strings.Builder
	for _, n := range nodes {
		text := c.inline(n, depth)
		if strings.HasSuffix(b.String(), " ") || strings.HasSuffix(b.String(), "\\\n") {
			text = strings.TrimLeft(text, " ")
		}
		b.WriteString(text)
	}
	return strings.TrimSuffix(strings.TrimRight(b.String(), " "), "\\\n")
}

func (c *converter) inline(n *html.Node, depth int) string {
	switch {
	case n.Type == html.TextNode:
		return escape(collapseEnds(n.Data))
	case n.Type != html.ElementNode:
		return ""
	case dropped[n.DataAtom]:
		if n.DataAtom != atom.Style && n.DataAtom != atom.Link && n.DataAtom != atom.Meta {
			c.note("a %s was left out", n.Data)
		}
		return ""
	case depth > maxDepth:
		return escape(collapseEnds(textOf(n)))
	}
	inner := func() string { return c.inlinesLoose(children(n), depth+1) }
	switch n.DataAtom {
	case atom.Br:
		return "\\\n"
	case atom.Img:
		return picture(n, collapse(attribute(n, "title")))
	case atom.Code, atom.Tt:
		return codeSpan(textOf(n))
	case atom.A:
		return c.anchor(n, inner())
	case atom.Abbr:
		if title := attribute(n, "title"); title != "" {
			return `<abbr title="` + html.EscapeString(title) + `">` + inner() + "</abbr>"
		}
		return inner()
	case atom.Iframe:
		return c.frame(n)
	case atom.Video, atom.Audio:
		return c.player(n)
	}
	if kept[n.DataAtom] {
		return "<" + n.Data + ">" + inner() + "</" + n.Data + ">"
	}
	if mark := emphasis[n.DataAtom]; mark != "" {
		return emphasized(inner(), mark, n)
	}
	text := inner()
	if flows[n.DataAtom] { // within a line: at least a blank
		return " " + text + " "
	}
	return text
}

// inlinesLoose keeps the blanks at both ends, which belong to the words around.
func (c *converter) inlinesLoose(nodes []*html.Node, depth int) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(c.inline(n, depth))
	}
	return b.String()
}

// emphasized sets marks around the words, and none of the blanks. Where Markdown
// would not see them as such, beside punctuation, it stays HTML (CommonMark 0.31,
// section 6.2: flanking).
func emphasized(text, mark string, n *html.Node) string {
	words := strings.TrimSpace(text)
	if words == "" {
		return text
	}
	start := strings.Index(text, words)
	before, after := text[:start], text[start+len(words):]
	first, _ := utf8.DecodeRuneInString(words)
	last, _ := utf8.DecodeLastRuneInString(words)
	plain := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	if !plain(first) || !plain(last) || strings.Contains(words, mark[:1]) || strings.Contains(words, "\\\n") || touches(n) {
		tag := map[string]string{"**": "strong", "*": "em", "~~": "del"}[mark]
		return before + "<" + tag + ">" + words + "</" + tag + ">" + after
	}
	return before + mark + words + mark + after
}

// touches tells whether what stands beside the element could be taken for more of
// its marks: another element.
func touches(n *html.Node) bool {
	beside := func(o *html.Node) bool {
		return o != nil && o.Type == html.ElementNode && o.DataAtom != atom.Br && !flows[o.DataAtom]
	}
	return beside(n.PrevSibling) || beside(n.NextSibling) || n.Parent != nil && emphasis[n.Parent.DataAtom] != ""
}

func (c *converter) anchor(n *html.Node, text string) string {
	href := strings.TrimSpace(attribute(n, "href"))
	words := strings.TrimSpace(strings.ReplaceAll(text, "\\\n", " "))
	switch images := find(n, atom.Img); {
	case href == "" || strings.HasPrefix(strings.ToLower(href), "javascript:"):
		return text
	case words == "":
		return ""
	case len(images) == 1 && collapse(textOf(n)) == "":
		return linkedImage(words, href, attribute(images[0], "src"))
	case words == escape(href) && (strings.HasPrefix(href, "https://") || strings.HasPrefix(href, "http://")) && !strings.ContainsAny(href, " <>\n"):
		words = "<" + href + ">"
		return blankBefore(text) + words + blankAfter(text)
	}
	return blankBefore(text) + link(words, href) + blankAfter(text)
}

func blankBefore(s string) string {
	if strings.HasPrefix(s, " ") {
		return " "
	}
	return ""
}

func blankAfter(s string) string {
	if strings.HasSuffix(s, " ") {
		return " "
	}
	return ""
}

// linkedImage leaves the link out that leads to nothing but the picture itself, in
// another size perhaps.
func linkedImage(image, href, src string) string {
	if href == "" || image == "" || sameStem(href, src) {
		return image
	}
	return link(image, href)
}

var pictureEndings = []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"}

func sameStem(href, src string) bool {
	href, _, _ = strings.Cut(href, "?")
	for _, ending := range pictureEndings {
		if strings.HasSuffix(strings.ToLower(href), ending) {
			return true
		}
	}
	return href == src
}

func picture(n *html.Node, title string) string {
	src := strings.TrimSpace(cmp.Or(attribute(n, "data-src"), attribute(n, "src")))
	if strings.HasPrefix(src, "data:") || src == "" {
		src = strings.TrimSpace(attribute(n, "src"))
	}
	alt := escape(collapse(attribute(n, "alt")))
	if src == "" || strings.HasPrefix(src, "data:") {
		return alt
	}
	if title != "" && title != collapse(attribute(n, "alt")) {
		return "![" + alt + "](" + destination(src) + ` "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", `\&`, "<", `\<`).Replace(title) + `")`
	}
	return "![" + alt + "](" + destination(src) + ")"
}

func link(text, address string) string {
	if text == "" {
		text = escape(address)
	}
	return "[" + text + "](" + destination(address) + ")"
}

// destination writes an address as CommonMark 0.31 section 6.3 has it.
func destination(address string) string {
	address = strings.NewReplacer("\n", "", "\r", "", "\t", "", " ", "%20", "<", "%3C", ">", "%3E", `\`, "%5C").Replace(address)
	if strings.ContainsAny(address, "()") || address == "" {
		return "<" + address + ">"
	}
	return address
}
