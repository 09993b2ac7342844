package web

import (
	"cmp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"limelight/blog"
)

// pictureView is our copy of a picture in a comment; Href leads to the original.
type pictureView struct {
	Src, Alt, Href string
	Width, Height  int
}

// linkView is something else that is attached, or a picture of which there is
// no copy (yet).
type linkView struct{ Href, Mark, Label string }

// attached sorts what comes with a comment. No browser is made to ask another
// server: what has no copy is a link.
func (s *Site) attached(all []blog.Attachment) (pictures []pictureView, links []linkView) {
	for _, a := range all {
		if !isHTTP(a.URL) {
			continue
		}
		if a.IsPicture() && a.Copy.File != "" {
			pictures = append(pictures, pictureView{s.avatar(a.Copy.File), a.Alt, a.URL, a.Copy.Width, a.Copy.Height})
			continue
		}
		links = append(links, linkView{a.URL, attachmentMark(a.MediaType), cmp.Or(blog.Excerpt(a.Alt, 100), a.URL)})
	}
	return pictures, links
}

// attachmentMark tells what a link to an attachment leads to.
func attachmentMark(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch kind {
	case "image":
		return "🖼"
	case "video":
		return "🎞"
	case "audio":
		return "🔊"
	}
	return "📎"
}

// withEmoji puts our copies of custom emoji in place of their names, but not in
// code. safe is what blog.SafeHTML made, and stays it.
func (s *Site) withEmoji(safe string, emojis []blog.CustomEmoji) string {
	var names []string
	for _, e := range emojis {
		if e.Copy.File != "" && strings.Contains(safe, e.Name) {
			names = append(names, e.Name, imageMark+e.Name)
		}
	}
	if names == nil {
		return safe
	}
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(safe), context)
	if err != nil {
		return safe
	}
	files := make(map[string]string, len(emojis))
	for _, e := range emojis {
		files[e.Name] = s.avatar(e.Copy.File)
	}
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	drawEmoji(root, files, strings.NewReplacer(names...))
	var b strings.Builder
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		// A strings.Builder takes everything, and the tree is well-formed.
		_ = html.Render(&b, n)
	}
	return b.String()
}

// imageMark stands before a name that is to be a picture: no text from outside
// has one, since SafeHTML leaves no control characters.
const imageMark = "\x01"

// drawEmoji goes through the text below a node.
func drawEmoji(n *html.Node, files map[string]string, names *strings.Replacer) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.TextNode:
			splitEmoji(c, files, names)
		case c.DataAtom != atom.Code && c.DataAtom != atom.Pre:
			drawEmoji(c, files, names)
		}
		c = next
	}
}

// splitEmoji makes one text node several, with pictures between them.
func splitEmoji(text *html.Node, files map[string]string, names *strings.Replacer) {
	parts := strings.Split(names.Replace(strings.ReplaceAll(text.Data, imageMark, "")), imageMark)
	if len(parts) == 1 {
		return
	}
	add := func(n *html.Node) { text.Parent.InsertBefore(n, text) }
	add(&html.Node{Type: html.TextNode, Data: parts[0]})
	for _, part := range parts[1:] {
		end := strings.IndexByte(part[1:], ':') + 2
		name, rest := part[:end], part[end:]
		add(&html.Node{Type: html.ElementNode, Data: "img", DataAtom: atom.Img, Attr: []html.Attribute{
			{Key: "class", Val: "emoji"}, {Key: "src", Val: files[name]}, {Key: "alt", Val: name},
			{Key: "title", Val: name}, {Key: "width", Val: "22"}, {Key: "height", Val: "22"}, {Key: "loading", Val: "lazy"},
		}})
		add(&html.Node{Type: html.TextNode, Data: rest})
	}
	text.Parent.RemoveChild(text)
}
