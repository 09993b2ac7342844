package blog_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"limelight/blog"
)

func TestPlainText(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"paragraphs", "<p>a</p><p>b<br>c</p>", "a\n\nb\nc"},
		{"blanks", "<p> a \n b&nbsp; c</p>\n\n\n<p></p><p>d</p>", "a b c\n\nd"},
		{"entities", "a &lt;b&gt; &amp; &eacute; &#x1F3B8;", "a <b> & é 🎸"},
		{"list", "<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"},
		{"table", "<table><tr><td>a</td><td>b</td></tr></table>", "a b"},
		{"code", "<p>a\nb</p><pre>c\n  d</pre>e\nf", "a b\n\nc\nd\n\ne f"},
		{"script and style", "a<script>x<p></script>b<style>y</style>c", "abc"},
		{"script never closed", "a<script>x", "a"},
		{"comment", "a<!-- b -->c", "ac"},
		{"mention", `<a href="x">@<span>reader</span></a> hi`, "@reader hi"},
		{"broken", "a < b <c", "a < b"},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) { equal(t, "text", blog.PlainText(test.source), test.want) })
	}
}

func TestExcerpt(t *testing.T) {
	for _, test := range []struct {
		text string
		max  int
		want string
	}{
		{"short", 10, "short"},
		{"exactly", 7, "exactly"},
		{"one two three", 9, "one two…"},
		{"one two three", 8, "one two…"},
		{"one two, three", 10, "one two…"},
		{"a verylongwordwithoutend", 10, "a verylon…"},
		{"日本語日本語", 4, "日本語…"},
		{"one\ntwo three", 9, "one\ntwo…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"abc", -1, ""},
		{"", 0, ""},
		{strings.Repeat("-", 50), 10, "…"},
	} {
		got := blog.Excerpt(test.text, test.max)
		equal(t, test.text, got, test.want)
		if utf8.RuneCountInString(got) > max(0, test.max) {
			t.Errorf("%q has more than %d characters", got, test.max)
		}
	}
}

func TestTamePlain(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"lines", " a\n\tb\u2028c\u00a0d ", "a b c d"},
		{"direction", "\u202ea\u2066b\u2069", "ab"},
		{"controls", "a\x00\x1bb\u0085c\ufffe", "abc"},
		{"marks", "a" + strings.Repeat("\u0301", 100), "a" + strings.Repeat("\u0301", 8)},
		{"marks again", strings.Repeat("a\u0301\u0301\u0301\u0301", 2), strings.Repeat("a\u0301\u0301\u0301\u0301", 2)},
		{"no UTF-8", "a\xffb", "a\uFFFDb"},
		{"emoji", "👩\u200d🚀❤\ufe0f", "👩\u200d🚀❤\ufe0f"},
		{"long", strings.Repeat("word ", 1<<20), "word word word word…"},
	} {
		t.Run(test.name, func(t *testing.T) { equal(t, "text", blog.TamePlain(test.text, 20), test.want) })
	}
}

func TestAbsoluteHTML(t *testing.T) {
	const base = "https://blog.example.com/posts/tea"
	for _, test := range []struct{ name, source, want string }{
		{"nothing to do", "<p class=x>a &amp; b<BR/>&nbsp;<!-- c --></P>", "<p class=x>a &amp; b<BR/>&nbsp;<!-- c --></P>"},
		{"absolute", `<a href="https://example.com/A?b&amp;c">`, `<a href="https://example.com/A?b&amp;c">`},
		{"from the root", `<img src="/media/a.png" alt="&quot;A&quot;"/>`, `<img src="https://blog.example.com/media/a.png" alt="&#34;A&#34;"/>`},
		{"fragment", `<a href="#fn:1">1</a>`, `<a href="https://blog.example.com/posts/tea#fn:1">1</a>`},
		{"beside", `<a href="other?x=1&amp;y">`, `<a href="https://blog.example.com/posts/other?x=1&amp;y">`},
		{"above", `<a href="../about">`, `<a href="https://blog.example.com/about">`},
		{"no scheme", `<a href="//example.com/x">`, `<a href="https://example.com/x">`},
		{"mail", `<a href="mailto:box@example.com">`, `<a href="mailto:box@example.com">`},
		{"other attributes", `<video src="/a.webm" poster="/b.png" title="/c"></video><blockquote cite="/d">`,
			`<video src="https://blog.example.com/a.webm" poster="https://blog.example.com/b.png" title="/c"></video><blockquote cite="https://blog.example.com/d">`},
		{"no address", `<a href="http://[">a</a><a href="%zz">b</a>`, `<a href="http://[">a</a><a href="%zz">b</a>`},
		{"text that looks like it", `&lt;a href="/x"&gt;`, `&lt;a href="/x"&gt;`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := blog.AbsoluteHTML(test.source, base)
			equal(t, "HTML", got, test.want)
			equal(t, "the second time", blog.AbsoluteHTML(got, base), got)
		})
	}
	equal(t, "a base that is none", blog.AbsoluteHTML(`<a href="/x">`, "http://["), `<a href="/x">`)
}

func TestTeaser(t *testing.T) {
	p := blog.Post{Summary: "The summary of it", HTML: "<p>The\ntext</p><p>goes on</p>"}
	equal(t, "summary", p.Teaser(12), "The summary…")
	p.Sensitive = true
	equal(t, "a warning is no teaser", p.Teaser(100), "The text goes on")
	equal(t, "text", (&blog.Post{HTML: "<p>" + strings.Repeat("a ", 1<<20)}).Teaser(5), "a a…")
}
