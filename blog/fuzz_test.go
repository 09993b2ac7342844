package blog_test

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"limelight/blog"
)

// FuzzFrontMatter wants a valid post or a fault with its place in the file.
func FuzzFrontMatter(f *testing.F) {
	for _, seed := range []string{
		everyKeyYAML, everyKeyTOML, "", "---\n", "---\ntitle: a: b\n---\n", "---\ntags: [a,\n", "---\na: &a [*a]\n---\n", "---\n? [a]\n: b\n---\n", "+++\n[a]\nb=1\n+++\n",
		"+++\ntitle.x = 1\n+++\n", "+++\ntags = [[1], {a = 2}]\n+++\n", "---\r\ndate: 2026-02-30\r\n---\r\n", "\ufeff# T\n\n![a](b.png)", "---\ntitle: !!binary a\n...\n--- x\n---\n",
		"T\n=\n\n> - 1. a[^1]\n\n[^1]: b\n\n|a|\n|-|\n|b|\n", "---\ndate: 0001-01-01T00:00:00Z\n---\n", "a\x00", "\xff", "<div>\n\n</p><a/>", "+++\ndate = 10:00:00\n+++\n", "---\naudio: https://cdn.test/a.mp3\naudio_title: b\naudio_size: 7\nduration: 1:02:03\n---\nc", "---\nvideo: a.mp4\nvideo_title: b\n---\nc",
	} {
		f.Add("2026-11-23-a.md", []byte(seed))
	}
	f.Add("notes.txt", []byte("# T\n*a* www.example.com/a_b\n1. b\n\nc"))
	f.Add("", []byte("a"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		c, err := blog.Compose(name, data, blog.ComposeOptions{Timezone: berlin, Now: now})
		if err != nil {
			checkFault(t, err, name, data)
			return
		}
		checkPost(t, c.Post)
		again, err := blog.Compose(name, data, blog.ComposeOptions{Timezone: berlin, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "the second time", again.Post, c.Post)
	})
}

// checkFault wants the line of a fault, unless it is about all of the file.
func checkFault(t *testing.T, err error, name string, data []byte) {
	t.Helper()
	var input *blog.InputError
	if !errors.As(err, &input) || input.File != name || input.Msg == "" {
		t.Fatalf("error %v; want an InputError", err)
	}
	whole := strings.Contains(input.Msg, "is empty") || strings.Contains(input.Msg, "a post may have") || strings.Contains(input.Msg, "HTML elements")
	lines := len(regexp.MustCompile("\r\n|\r|\n").FindAllIndex(data, -1)) + 1
	if input.Line > lines || input.Line < 1 && !whole {
		t.Fatalf("error %v: line %d of %d", err, input.Line, lines)
	}
}

var slugs = regexp.MustCompile(`^[a-z0-9-]{0,100}$`)

func checkPost(t *testing.T, p blog.Post) {
	t.Helper()
	switch {
	case !slugs.MatchString(p.Slug):
		t.Fatalf("slug %q", p.Slug)
	case p.Visibility != blog.Public && p.Visibility != blog.Unlisted && p.Visibility != blog.Local:
		t.Fatalf("visibility %q", p.Visibility)
	case p.Status != "" && p.Status != blog.Draft:
		t.Fatalf("status %q", p.Status)
	case !p.Published.IsZero() && (p.Published.Year() < 1 || p.Published.Year() > 9999):
		t.Fatalf("date %v", p.Published)
	case slices.ContainsFunc(p.Tags, func(t blog.Tag) bool { return t.Slug == "" || t.Name == "" }):
		t.Fatalf("tags %q", p.Tags)
	}
	root := &html.Node{Type: html.ElementNode, Data: "main", DataAtom: atom.Main}
	nodes, err := html.ParseFragment(strings.NewReader(p.HTML), root)
	if err != nil {
		t.Fatalf("HTML: %v", err)
	}
	for _, n := range nodes {
		for d := range n.Descendants() {
			if d.DataAtom == atom.Script || d.DataAtom == atom.Style || d.DataAtom == atom.Iframe {
				t.Fatalf("a %s in %s", d.Data, p.HTML)
			}
		}
	}
}

// FuzzSafeHTML wants harmless HTML that a second reading does not change.
func FuzzSafeHTML(f *testing.F) {
	for _, seed := range []string{
		`<p>a <a href="https://example.com" class="mention">@<span>b</span></a></p>`, `<h1><span class=x><h2>a`, `<a href="https://example.com/1"><table><a href="mailto:a">b`,
		"<pre>\n\n<code>a", `<svg><style><img src=x onerror=alert(1)>`, `<math><mtext><mglyph><style><!--`, `<a href="java&#9;script:x">`, `<table><tr>a<td>b<div>c`,
		"Z\u0301\u0301\u200d\u0301\u202e", `<ruby><rt><rp>`, strings.Repeat("<b>", 40) + "<p>a<p>", `<img alt="&lt;b&gt;"><hr><h6>a</h6>`, `<![CDATA[a]]><!--b`, "\xff\x00",
		`<ol start=1 reversed><li value=2 lang=en>`, `<noscript><p title="</noscript>">`, `<form><input><select><option>`, `<b><i>a</b>b</i>`, `<abbr title="&#13;a">`, `<div><p>a</div>b`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		safe := blog.SafeHTML(source)
		checkSafe(t, safe)
		if again := blog.SafeHTML(safe); again != safe {
			t.Fatalf("the second time it is\n%q instead of\n%q", again, safe)
		}
		if text := blog.PlainText(safe); !utf8.ValidString(text) {
			t.Fatalf("text %q", text)
		}
	})
}

// allowed is every element a comment may have, with its attributes besides
// class and lang.
var allowed = map[string][]string{
	"p": nil, "br": nil, "span": nil, "abbr": {"title"}, "del": nil, "s": nil, "pre": nil, "blockquote": nil, "code": nil, "b": nil, "strong": nil, "u": nil,
	"sub": nil, "sup": nil, "i": nil, "em": nil, "h1": nil, "h2": nil, "h3": nil, "h4": nil, "h5": nil, "ul": nil, "ol": {"start", "reversed"}, "li": {"value"},
	"ruby": nil, "rt": nil, "rp": nil, "a": {"href", "rel"},
}

func divContext() *html.Node {
	return &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
}

// checkSafe reads HTML as a browser would and holds it against what a comment
// may have.
func checkSafe(t *testing.T, safe string) {
	t.Helper()
	if len(safe) > 160<<10 || !utf8.ValidString(safe) {
		t.Fatalf("%d bytes, valid: %v", len(safe), utf8.ValidString(safe))
	}
	if tags := strings.Count(safe, "<"); tags > 10_000 {
		t.Fatalf("%d tags", tags)
	}
	nodes, err := html.ParseFragment(strings.NewReader(safe), divContext())
	if err != nil {
		t.Fatalf("a browser's parser: %v", err)
	}
	for _, n := range nodes {
		checkNode(t, n, 1)
	}
}

func checkNode(t *testing.T, n *html.Node, depth int) {
	t.Helper()
	if n.Type == html.TextNode {
		return
	}
	extra, known := allowed[n.Data]
	if n.Type != html.ElementNode || !known || n.Namespace != "" || depth > 32 {
		t.Fatalf("node %d %q (%s) at depth %d", n.Type, n.Data, n.Namespace, depth)
	}
	rel := ""
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "lang" && !slices.Contains(extra, a.Key) {
			t.Fatalf("attribute %s of %s", a.Key, n.Data)
		}
		if a.Key == "rel" {
			rel = a.Val
		}
		if u, err := url.Parse(a.Val); a.Key == "href" && (err != nil || !slices.Contains([]string{"http", "https", "mailto", "xmpp", "gemini"}, u.Scheme)) {
			t.Fatalf("address %q", a.Val)
		}
	}
	if n.Data == "a" && !strings.Contains(rel, "nofollow noopener ugc") {
		t.Fatalf("a link with rel %q", rel)
	}
	for child := range n.ChildNodes() {
		checkNode(t, child, depth+1)
	}
}
