package blog_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"limelight/blog"
)

// What strangers send to harm: the wanted text is all that remains.
func TestSafeHTMLHostile(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"script", `a<script>alert(1)</script>b`, `ab`},
		{"script never closed", `a<script>alert(1)<p>b`, `a`},
		{"script in pieces", `<scr<script>ipt>alert(1)</scr</script>ipt>`, `ipt&gt;alert(1)ipt&gt;`},
		{"handler", `<p onclick="x()" onmouseover=x style="position:fixed">a</p>`, `<p>a</p>`},
		{"image handler", `<img src=x onerror=alert(1)>b`, `b`},
		{"javascript", `<a href="javascript:alert(1)">a</a>`, `a`},
		{"javascript by entities", `<a href="&#106;&#x61;vascript&colon;alert(1)">a</a>`, `a`},
		{"javascript by blanks", "<a href=\" \n java\tscript\n:alert(1)\">a</a>", `a`},
		{"javascript by capitals", `<a href="JaVaScRiPt:alert(1)">a</a>`, `a`},
		{"javascript by controls", "<a href=\"\x01javascript:alert(1)\">a</a>", `a`},
		{"javascript by direction marks", "<a href=\"java\u202escript:alert(1)\">a</a>", `a`},
		{"direction in an address", "<a href=\"mailto:a\u202eb@example.com\">a</a>", `a`},
		{"data", `<a href="data:text/html;base64,PHNjcmlwdD4=">a</a>`, `a`},
		{"vbscript", `<a href="vbscript:x">a</a>`, `a`},
		{"relative", `<a href="/ap/inbox">a</a><a href="//example.com">b</a><a href="?x">c</a>`, `abc`},
		{"style", `<style>p{display:none}</style><p>a</p>`, `<p>a</p>`},
		{"svg", `<svg><script>alert(1)</script><a xlink:href="javascript:x">a</a></svg>`, `a`},
		{"svg style", `<svg><style><img src=x onerror=alert(1)></style></svg>b`, `b`},
		{"math", `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, ``},
		{"foreign title", `<svg></p><title><style><img src=x onerror=alert(1)>`, `<p></p>`},
		{"noscript", `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `&#34;&gt;`},
		{"textarea", `<textarea><p>a</textarea><b>b</b>`, `&lt;p&gt;a<b>b</b>`},
		{"form", `<form action="https://example.com"><input name=p><button>a</button><select><option>b</select></form>`, `ab`},
		{"frames", `<iframe src="https://example.com">x</iframe><object data=x>y</object><embed src=x>z`, `z`},
		{"head", `<base href="https://example.com/"><meta http-equiv=refresh content="0;url=https://example.com"><link rel=stylesheet href=x>a`, `a`},
		{"whole page", `<!DOCTYPE html><html><head><title>t</title></head><body onload=x>a</body></html>`, `a`},
		{"comment", `a<!-- <p> -->b<!--[if IE]><script>x</script><![endif]-->`, `ab`},
		{"CDATA", `a<![CDATA[<script>x</script>]]>b`, `ax]]&gt;b`},
		{"clobbering", `<p id="comments" name="cookie" class="comment admin">a</p>`, `<p>a</p>`},
		{"other attributes", `<a href="https://example.com" target="_blank" download ping="https://example.com/p" rel="me">a</a>`, `<a href="https://example.com" rel="nofollow noopener ugc">a</a>`},
		{"closes the page", `a</div></article></body>b`, `ab`},
		{"never closes", `<blockquote><b>a`, `<blockquote><b>a</b></blockquote>`},
		{"crossed", `<b><i>a</b>b</i>`, `<b><i>a</i></b><i>b</i>`},
		{"nested links", `<a href="https://example.com/1">a<a href="https://example.com/2">b</a></a>`, `<a href="https://example.com/1" rel="nofollow noopener ugc">a</a><a href="https://example.com/2" rel="nofollow noopener ugc">b</a>`},
		{"quote in an attribute", `<a href='https://example.com/"onclick="x'>a</a>`, `<a href="https://example.com/%22onclick=%22x" rel="nofollow noopener ugc">a</a>`},
		{"direction", "a\u202eb\u2066c", `abc`},
		{"marks", "Z" + strings.Repeat("\u0301", 50) + "a", "Z" + strings.Repeat("\u0301", 8) + "a"},
		{"marks with joiners", "Z" + strings.Repeat("\u0301\u200d", 50), "Z" + strings.Repeat("\u0301\u200d", 8) + strings.Repeat("\u200d", 42)},
		{"controls", "a\x00\x07\x7f\u0085b", "ab"},
		{"no UTF-8", "a\xff<p>\xc3</p>", "a\uFFFD<p>\uFFFD</p>"},
		{"tracker", `<img src="https://example.com/pixel.gif" alt="">a`, `a`},
		{"nothing", " \n\t", ``},
	} {
		t.Run(test.name, func(t *testing.T) {
			equal(t, "HTML", blog.SafeHTML(test.source), test.want)
		})
	}
}

func TestSafeHTMLBounds(t *testing.T) {
	for _, test := range []struct{ name, source, text string }{
		{"10,000 divs", strings.Repeat("<div>", 10_000) + "deep", "deep"},
		{"10,000 quotes", strings.Repeat("<blockquote>", 10_000) + "deep" + strings.Repeat("</blockquote>", 10_000), "deep"},
		{"300 quotes", strings.Repeat("<blockquote>", 300) + "deep", "deep"},
		{"10,000 pieces of bold", strings.Repeat("<b>", 10_000) + "deep", "deep"},
		{"many paragraphs", strings.Repeat("<p>a</p>", 100_000), ""},
		{"many paragraphs too deep", strings.Repeat("<p>a</p>", 50_000) + strings.Repeat("<b>", 600), ""},
		{"many quotes", strings.Repeat("<blockquote>"+strings.Repeat("a", 60)+"</blockquote>", 3_000), ""},
		{"a long text", strings.Repeat("é\"", 1<<20), ""},
		{"a long address", `<a href="https://example.com/` + strings.Repeat("a", 200_000) + `">a</a>`, ""},
		{"many addresses", strings.Repeat(`<a href="https://example.com/`+strings.Repeat("&amp;", 100)+`">a</a>`, 2_000), ""},
		{"many attributes", `<p ` + strings.Repeat(`lang="en" `, 20_000) + `>a</p>`, "a"},
		{"cut within a tag", strings.Repeat("a", 1<<18-3) + `<a href="javascript:x">`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			safe := blog.SafeHTML(test.source)
			checkSafe(t, safe)
			if test.text != "" {
				equal(t, "text", blog.PlainText(safe), test.text)
			}
			if again := blog.SafeHTML(safe); again != safe {
				t.Errorf("the second time it has %d bytes instead of %d", len(again), len(safe))
			}
		})
	}
}

// What the fediverse writes arrives whole.
func TestSafeHTMLKeeps(t *testing.T) {
	const rel = ` rel="nofollow noopener ugc"`
	for _, test := range []struct{ name, source, want string }{
		{"plain text", "a &lt; b &amp; c", ""},
		{"paragraphs", "<p>a</p><p>b<br/>c</p>", ""},
		{"lists", `<ul><li>a</li><li>b<ol start="3" reversed=""><li value="5">c</li></ol></li></ul>`, ""},
		{"code", "<pre><code>\nif a &lt; b {\n\treturn\n}\n</code></pre>", ""},
		{"first line of code empty", "<pre>\n\na\n</pre>", ""},
		{"quote", `<blockquote><p>a</p></blockquote>`, ""},
		{"headings", `<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5>`, ""},
		{"emphasis", `<strong>a</strong><b>a</b><em>b</em><i>b</i><del>c</del><s>c</s><u>d</u><sub>e</sub><sup>f</sup>`, ""},
		{"language and ruby", `<p lang="ja"><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby></p>`, ""},
		{"abbreviation", `<abbr title="Hypertext">HT</abbr>`, ""},
		{"mention", `<p><span class="h-card"><a class="u-url mention" href="https://social.example.com/@reader"` + rel + `>@<span>reader</span></a></span> hi</p>`,
			`<p><span class="h-card"><a class="u-url mention" href="https://social.example.com/@reader"` + rel + `>@reader</a></span> hi</p>`},
		{"hashtag", `<a href="https://social.example.com/tags/tea" class="mention hashtag" rel="tag">#<span>tea</span></a>`,
			`<a class="mention hashtag" href="https://social.example.com/tags/tea"` + rel + `>#tea</a>`},
		{"shortened link", `<a href="https://example.com/a/b?c=1&amp;d=2" target="_blank" rel="nofollow"><span class="invisible">https://</span><span class="ellipsis">example.com/a</span><span class="invisible">/b?c=1&amp;d=2</span></a>`,
			`<a href="https://example.com/a/b?c=1&amp;d=2"` + rel + `><span class="invisible">https://</span><span class="ellipsis">example.com/a</span><span class="invisible">/b?c=1&amp;d=2</span></a>`},
		{"quoted post", `<p class="quote-inline">RE: <a href="https://example.com/1"` + rel + `>x</a></p>`, ""},
		{"own classes", `<p class="comment mention h-cite post">a</p>`, `<p class="mention h-cite">a</p>`},
		{"mail and others", `<a href="mailto:box@example.com"` + rel + `>a</a><a href="xmpp:a@example.com"` + rel + `>b</a><a href="gemini://example.com/"` + rel + `>c</a>`, ""},
		{"right to left", "<p>שלום \u200f!</p>", ""},
		{"emoji", "<p>👩\u200d🚀 ❤\ufe0f 🇳🇴</p>", ""},
		{"image with a text", `<p><img src="https://example.com/a.png" class="emoji" alt="A &lt;cat&gt;"></p>`, `<p>[🖼 A &lt;cat&gt;]</p>`},
		{"blocks", `<div>a</div><div>b<div>c</div>d</div><p>e</p><section>f</section>`, `a<br/>b<br/>c<br/>d<p>e</p>f`},
		{"block before emphasis", `<div>a</div><b>b</b><ul><li><div>c</div></li></ul>`, `a<br/><b>b</b><ul><li>c</li></ul>`},
		{"figure", `<figure><img alt="Tea" src=x><figcaption>In a cup</figcaption></figure><h6>g</h6>h`, `[🖼 Tea]<br/>In a cup<br/>g<br/>h`},
		{"table", `<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>c`, `a b <br/>1 2 <br/>c`},
		{"definitions", `<dl><dt>a</dt><dd>b</dd></dl>`, `a<br/>b`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.want == "" {
				test.want = test.source
			}
			equal(t, "HTML", blog.SafeHTML(test.source), test.want)
			equal(t, "the second time", blog.SafeHTML(test.want), test.want)
		})
	}
}

// Trees that HTML cannot write down come out as one that it can.
func TestSafeHTMLIsStable(t *testing.T) {
	for _, source := range []string{
		`<h1><span class="x"><h2>a</h2></span></h1>`, `<a href="https://example.com/1"><table><a href="https://example.com/2">b`, `<p><span class=x><p>b`,
		"<pre><span class=x>\n\na", `<ul><b><li>a<b><li>b`, strings.Repeat("<b>", 40) + "<p>a<p>b", `<ruby><rt><ruby><rp>a<rt>b`, `<a><b></a><a href="https://example.com">`,
		strings.Repeat("<i>", 31) + "<h1><b><h2>a", "a<b>\u0301\u0301\u0301\u0301\u0301<span class=x>\u0301\u0301\u0301\u0301\u0301</span></b>", `<table><tr>a<td>b<table><p>c`,
	} {
		once := blog.SafeHTML(source)
		equal(t, source, blog.SafeHTML(once), once)
		nodes, err := html.ParseFragment(strings.NewReader(once), divContext())
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, n := range nodes {
			if err := html.Render(&b, n); err != nil {
				t.Fatal(err)
			}
		}
		equal(t, "as a browser builds it", b.String(), once)
	}
}
