package blog_test

import (
	"strings"
	"testing"

	"limelight/blog"
)

func TestMarkdown(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"heading", "## Tea & C#", `<h2 id="tea--c">Tea &amp; C#</h2>`},
		{"table", "|a|b|\n|-|-:|\n|1|2|", "<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td align=\"right\">2</td>\n</tr>\n</tbody>\n</table>"},
		{"strikethrough", "~~no~~", "<p><del>no</del></p>"},
		{"tasks", "- [x] a\n- [ ] b", "<ul>\n<li><input checked=\"\" disabled=\"\" type=\"checkbox\"> a</li>\n<li><input disabled=\"\" type=\"checkbox\"> b</li>\n</ul>"},
		{"autolinks", "https://example.com/a, <https://example.com/b>", `<p><a href="https://example.com/a">https://example.com/a</a>, <a href="https://example.com/b">https://example.com/b</a></p>`},
		{"code", "```go\na < b\n```", "<pre><code class=\"language-go\">a &lt; b\n</code></pre>"},
		{"figure", `![A &amp; *B*](https://example.com/a.png)`, `<figure><img src="https://example.com/a.png" alt="A &amp; B"><figcaption>A &amp; B</figcaption></figure>`},
		{"figure with a title", `![A](/a.png "1 < 2 &amp; so \"on\"")`, `<figure><img src="/a.png" alt="A"><figcaption>1 &lt; 2 &amp; so &quot;on&quot;</figcaption></figure>`},
		{"figure without a text", `![](/a.png)`, `<figure><img src="/a.png" alt=""></figure>`},
		{"image in a line", `see ![A](/a.png "T")`, `<p>see <img src="/a.png" alt="A" title="T"></p>`},
		{"relative links", `[a](/about) [b](#part) [c](//example.com/x)`, `<p><a href="/about">a</a> <a href="#part">b</a> <a href="//example.com/x">c</a></p>`},
		{"mail", `[a](mailto:box@example.com)`, `<p><a href="mailto:box@example.com">a</a></p>`},
		{"hard break", "a\\\nb", "<p>a<br>\nb</p>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := blog.Markdown(test.source)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "HTML", strings.ReplaceAll(got, "&#34;", "&quot;"), test.want)
		})
	}
}

func TestMarkdownFootnotes(t *testing.T) {
	got, err := blog.Markdown("a[^x]\n\n[^x]: A *note*.")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, "HTML", got, `<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup>`,
		`<div class="footnotes" role="doc-endnotes">`, `<li id="fn:1">`, `<em>note</em>`, `href="#fnref:1" class="footnote-backref"`)
}

// The author may write HTML, but nothing that runs, frames or styles, and
// nothing that breaks out of the post.
func TestMarkdownRawHTML(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"kept", `<details open><summary>S</summary>x</details>`, `<details open=""><summary>S</summary>x</details>`},
		{"inline", `H<sub>2</sub>O <kbd>Q</kbd> <abbr title="T">t</abbr>`, `<p>H<sub>2</sub>O <kbd>Q</kbd> <abbr title="T">t</abbr></p>`},
		{"video", `<video src="/a.webm" controls></video>`, `<p><video src="/a.webm" controls=""></video></p>`},
		{"script", `a<script>alert(1)</script>b`, `<p>ab</p>`},
		{"style", "<style>p{}</style>\n\nb", `<p>b</p>`},
		{"handler", `<p onclick="x()" style="a:b" class="c">a</p>`, `<p>a</p>`},
		{"frame", `<iframe src="https://example.com"></iframe><form action="/x"><button>b</button></form>`, `b`},
		{"script link", `[a](javascript:alert(1)) <a href=" JaVaScRiPt:x">b</a>`, `<p>a b</p>`},
		{"data image", `<img src="data:image/svg+xml,x" alt="A">`, `<img alt="A">`},
		{"left open", "<div><b>a\n\nb", "<div><b>a\n<p>b</p></b></div>"},
		{"closed too often", "a</div></div></section>", `<p>a</p>`},
		{"crossed", "<b><i>a</b></i>", `<p><b><i>a</i></b></p>`},
		{"closed at once", "<div/>\n\na", "<div>\n<p>a</p></div>"},
		{"comment", "a<!-- no -->b", `<p>ab</p>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := blog.Markdown(test.source)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "HTML", got, test.want)
		})
	}
	if _, err := blog.Markdown(strings.Repeat("<div>", 1000)); err == nil {
		t.Error("1,000 open elements made no error")
	}
}
