package blog

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// DropImages leaves out the pictures of HTML that are shown beside it, by their
// addresses, and captions that only say their alternative text again. Other
// captions stay.
func DropImages(source string, beside func(address string) bool) string {
	if !strings.Contains(source, "<img") {
		return source
	}
	var b strings.Builder
	alt, caption := "", -1 // of the last that was dropped; where an open caption begins
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return strings.TrimSpace(emptied.Replace(b.String()))
		}
		raw := string(z.Raw())
		token := z.Token()
		switch {
		case token.DataAtom == atom.Img && kind != html.EndTagToken && beside(valueOf(token, "src")):
			alt = valueOf(token, "alt")
			continue
		case token.DataAtom == atom.Figcaption && kind == html.StartTagToken:
			caption = b.Len()
		}
		b.WriteString(raw)
		if token.DataAtom == atom.Figcaption && kind == html.EndTagToken && caption >= 0 {
			text := b.String()
			if said := PlainText(text[caption:]); said != "" && said == strings.Join(strings.Fields(alt), " ") {
				b.Reset()
				b.WriteString(text[:caption])
			}
			alt, caption = "", -1
		}
	}
}

// emptied is what held a picture and holds nothing any more.
var emptied = strings.NewReplacer("<figure></figure>\n", "", "<figure></figure>", "", "<p></p>\n", "", "<p></p>", "")

func valueOf(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
