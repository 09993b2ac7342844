package bring

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"limelight/blog"
)

const maxDepth = 60 // elements inside one another; deeper ones lose their tags

// Markdown writes HTML as Markdown that says the same. What Markdown has no word
// for stays HTML; what no page here could show (scripts, frames, forms) becomes a
// link or goes, and note is told.
func Markdown(text string, note func(format string, args ...any)) string {
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(text), context)
	if err != nil { // a stack of more than 512 open elements
		note("its HTML cannot be read, so only its words came")
		return paragraphs(blog.PlainText(text))
	}
	c := &converter{note: note}
	return strings.Join(c.blocks(nodes, 0), "\n\n")
}

// paragraphs is plain text as Markdown.
func paragraphs(text string) string {
	var out []string
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(escape(collapse(part))); part != "" {
			out = append(out, safeStart(part))
		}
	}
	return strings.Join(out, "\n\n")
}

type converter struct {
	note func(format string, args ...any)
}

// flows are the elements that stand on lines of their own.
var flows = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true, atom.Main: true, atom.Aside: true, atom.Nav: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Ul: true, atom.Ol: true, atom.Pre: true, atom.Blockquote: true,
	atom.Hr: true, atom.Table: true, atom.Dl: true, atom.Details: true, atom.Figure: true, atom.Figcaption: true, atom.Iframe: true, atom.Video: true, atom.Audio: true,
	atom.Center: true, atom.Address: true, atom.Li: true, atom.Hgroup: true, atom.Fieldset: true, atom.Body: true, atom.Html: true, atom.Tr: true, atom.Td: true, atom.Th: true,
}

// blocks are the paragraphs and the like that the nodes become.
func (c *converter) blocks(nodes []*html.Node, depth int) (out []string) {
	var line []*html.Node
	flush := func() {
		if text := strings.TrimSpace(c.inlines(line, depth)); text != "" {
			out = append(out, safeStart(text))
		}
		line = nil
	}
	for _, n := range nodes {
		if n.Type == html.ElementNode && flows[n.DataAtom] {
			flush()
			out = append(out, c.block(n, depth+1)...)
			continue
		}
		if inner := soleFlow(n); inner != nil { // <a><figure>..</figure></a>, <span><p>..
			flush()
			out = append(out, c.blocks(children(n), depth+1)...)
			continue
		}
		line = append(line, n)
	}
	flush()
	return out
}

// soleFlow finds a block within an element that should have none.
func soleFlow(n *html.Node) *html.Node {
	if n.Type != html.ElementNode || dropped[n.DataAtom] {
		return nil
	}
	for child := range n.ChildNodes() {
		if child.Type == html.ElementNode && flows[child.DataAtom] {
			return child
		}
	}
	return nil
}

func (c *converter) block(n *html.Node, depth int) []string {
	if depth > maxDepth {
		return nonEmpty(paragraphs(textOf(n)))
	}
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		text := strings.TrimSpace(strings.ReplaceAll(c.inlines(children(n), depth), "\\\n", " "))
		if text == "" {
			return nil
		}
		level, _ := strconv.Atoi(n.Data[1:])
		return []string{strings.Repeat("#", level) + " " + strings.TrimRight(text, "#")}
	case atom.Hr:
		return []string{"---"}
	case atom.Pre:
		return []string{codeBlock(n)}
	case atom.Blockquote:
		return nonEmpty(prefixed(strings.Join(c.blocks(children(n), depth), "\n\n"), "> ", "> "))
	case atom.Ul, atom.Ol:
		return nonEmpty(c.list(n, depth))
	case atom.Figure:
		return c.figure(n, depth)
	case atom.Table:
		return nonEmpty(c.table(n, depth))
	case atom.Dl:
		return nonEmpty(c.raw(n))
	case atom.Details:
		return c.details(n, depth)
	case atom.Iframe:
		return nonEmpty(c.frame(n))
	case atom.Video, atom.Audio:
		return nonEmpty(c.player(n))
	}
	return c.blocks(children(n), depth)
}

func (c *converter) list(n *html.Node, depth int) string {
	number, _ := strconv.Atoi(attribute(n, "start"))
	if attribute(n, "start") == "" || number < 0 || number > 999_999_999 {
		number = 1
	}
	var items []string
	loose := false
	for item := range n.ChildNodes() {
		if item.Type != html.ElementNode {
			continue
		}
		inner := []*html.Node{item} // a list in a list without an item, as old editors wrote
		if item.DataAtom == atom.Li {
			inner = children(item)
		}
		marker := "- "
		if n.DataAtom == atom.Ol {
			marker = strconv.Itoa(number) + ". "
			number++
		}
		blocks := c.blocks(inner, depth)
		simple := len(blocks) < 2 || len(blocks) == 2 && (strings.HasPrefix(blocks[1], "- ") || strings.HasPrefix(blocks[1], "1. "))
		loose = loose || !simple
		between := "\n\n"
		if simple {
			between = "\n"
		}
		items = append(items, prefixed(strings.Join(blocks, between), marker, strings.Repeat(" ", len(marker))))
	}
	if loose {
		return strings.Join(items, "\n\n")
	}
	return strings.Join(items, "\n")
}

// figure is an image with its caption, where that is all there is.
func (c *converter) figure(n *html.Node, depth int) []string {
	images, caption := find(n, atom.Img), find(n, atom.Figcaption)
	if len(images) != 1 || len(find(n, atom.Table))+len(find(n, atom.Pre))+len(find(n, atom.Blockquote)) > 0 {
		return c.blocks(children(n), depth)
	}
	title := ""
	if len(caption) > 0 {
		title = collapse(textOf(caption[0]))
	}
	shown := picture(images[0], title)
	if links := find(n, atom.A); len(links) > 0 && len(find(links[0], atom.Img)) == 1 {
		shown = linkedImage(shown, attribute(links[0], "href"), attribute(images[0], "src"))
	}
	return nonEmpty(strings.TrimSpace(shown))
}

func (c *converter) details(n *html.Node, depth int) []string {
	summary, rest := "Details", []*html.Node{}
	for child := range n.ChildNodes() {
		if child.DataAtom == atom.Summary {
			summary = collapse(textOf(child))
			continue
		}
		rest = append(rest, child)
	}
	out := []string{"<details>\n<summary>" + html.EscapeString(summary) + "</summary>"}
	return append(append(out, c.blocks(rest, depth)...), "</details>")
}

// table is one of Markdown's where its cells are lines, and else stays HTML.
func (c *converter) table(n *html.Node, depth int) string {
	var rows [][]string
	width := 0
	for _, tr := range find(n, atom.Tr) {
		var row []string
		for cell := range tr.ChildNodes() {
			if cell.DataAtom != atom.Td && cell.DataAtom != atom.Th {
				continue
			}
			if attribute(cell, "colspan") != "" || attribute(cell, "rowspan") != "" || len(find(cell, atom.Table))+len(find(cell, atom.Ul))+len(find(cell, atom.Ol))+len(find(cell, atom.Pre)) > 0 {
				return c.raw(n)
			}
			text := strings.Join(c.blocks(children(cell), depth), " <br> ")
			row = append(row, strings.ReplaceAll(strings.ReplaceAll(text, "\\\n", " <br> "), "|", `\|`))
		}
		width = max(width, len(row))
		rows = append(rows, row)
	}
	if len(rows) == 0 || width == 0 || width > 50 {
		return c.raw(n)
	}
	var b strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(slices.Concat(row, make([]string, width-len(row))), " | "))
		if i == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", width) + "\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// raw keeps an element as the HTML that it is. A blank line would end it.
func (c *converter) raw(n *html.Node) string {
	if len(find(n, atom.Img)) > 0 {
		c.note("a table or list with pictures in it stayed HTML, and the pictures did not come along")
	}
	var b strings.Builder
	// A strings.Builder takes everything, and the tree is well-formed.
	_ = html.Render(&b, n)
	return strings.Join(slices.DeleteFunc(strings.Split(b.String(), "\n"), func(line string) bool { return strings.TrimSpace(line) == "" }), "\n")
}
