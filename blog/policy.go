package blog

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html/atom"
)

var (
	anyClass    = regexp.MustCompile(`^[a-zA-Z0-9 _-]*$`)
	codeClass   = regexp.MustCompile(`^language-[a-zA-Z0-9_+#-]+$`)
	fragmentID  = regexp.MustCompile(`^[\p{L}\p{N}_:.-]+$`)
	mediaTypes  = regexp.MustCompile(`^(audio|video|image)/[a-z0-9.+-]+$`)
	footnoteUse = regexp.MustCompile(`^(footnotes|footnote-ref|footnote-backref|task-list-item)$`)
)

// authorPolicy is what the author's own HTML may have: everything a text is
// made of, nothing that runs, frames or styles.
var authorPolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowStandardURLs()
	p.RequireNoFollowOnLinks(false)
	p.AllowURLSchemes("http", "https", "mailto", "tel", "xmpp", "gemini")
	p.AllowAttrs("lang", "dir", "title").Globally()
	p.AllowAttrs("id").Matching(fragmentID).Globally()
	p.AllowElements(
		"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "dl", "dt", "dd", "div", "span", "section",
		"em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "mark", "abbr", "cite", "q", "kbd", "samp", "var", "dfn",
		"figure", "figcaption", "details", "summary", "ruby", "rt", "rp", "wbr", "bdi", "bdo", "time",
		"table", "thead", "tbody", "tfoot", "tr", "caption",
	)
	p.AllowAttrs("open").OnElements("details")
	p.AllowAttrs("datetime").OnElements("time")
	p.AllowAttrs("translate").Matching(regexp.MustCompile(`^no$`)).OnElements("span") // a mention
	p.AllowAttrs("cite").OnElements("blockquote", "q")
	p.AllowAttrs("class").Matching(codeClass).OnElements("code")
	p.AllowElements("code")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("reversed", "type").OnElements("ol")
	p.AllowElements("ol", "li")
	p.AllowAttrs("class").Matching(footnoteUse).OnElements("div", "a", "li")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^doc-[a-z]+$`)).OnElements("div", "a", "section", "li")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("th", "td")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("th", "td")
	p.AllowElements("th", "td")
	p.AllowAttrs("href", "hreflang", "rel").OnElements("a")
	p.AllowAttrs("src", "alt", "width", "height", "loading").OnElements("img")
	p.AllowAttrs("src", "controls", "preload", "loop", "muted", "width", "height").OnElements("audio", "video")
	p.AllowAttrs("poster").OnElements("video")
	p.AllowAttrs("src").OnElements("source")
	p.AllowAttrs("type").Matching(mediaTypes).OnElements("source")
	p.AllowAttrs("checked", "disabled").OnElements("input")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowElements("audio", "video", "source")
	return p
})

// strangerPolicy is what HTML of the fediverse may have, after Mastodon's list
// for remote posts (lib/sanitize_ext/sanitize_config.rb of 4.x). Images are let
// through here and become their alt text in SafeHTML; classes are sifted there.
// So are the blocks that lose their tags: a line break remains of them.
var strangerPolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"p", "br", "span", "abbr", "del", "s", "pre", "blockquote", "code", "b", "strong", "u", "sub", "sup", "i", "em",
		"h1", "h2", "h3", "h4", "h5", "ul", "ol", "li", "ruby", "rt", "rp",
	)
	p.AllowNoAttrs().OnElements(unwrapped...)
	p.AllowNoAttrs().OnElements("td", "th")
	p.AllowAttrs("class").Matching(anyClass).Globally()
	p.AllowAttrs("lang").Matching(languagePattern).Globally()
	p.AllowAttrs("title").OnElements("abbr")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("reversed").OnElements("ol")
	p.AllowAttrs("value").Matching(bluemonday.Integer).OnElements("li")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowNoAttrs().OnElements("img")
	p.AllowAttrs("href").OnElements("a")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.AllowURLSchemes("http", "https", "mailto", "xmpp", "gemini")
	return p
})

// blocks are the elements of strangerPolicy that begin and end a line.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Pre: true, atom.Blockquote: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Br: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true,
}

// unwrapped are blocks that other servers use (WordPress, Friendica) and a
// comment does not need.
var unwrapped = []string{
	"address", "article", "aside", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
	"h6", "header", "hr", "main", "section", "summary", "table", "caption", "thead", "tbody", "tfoot", "tr",
}
