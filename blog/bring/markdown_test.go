package bring_test

import (
	"fmt"
	"html"
	"strings"
	"testing"
	"unicode"

	"limelight/blog"
	"limelight/blog/bring"
)

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"<p>One <b>bold</b> and <em>soft </em>word.</p><p>Two</p>": "One **bold** and *soft* word.\n\nTwo",
		"text<br>more":             "text\\\nmore",
		"<h2>A <i>b</i></h2>after": "## A *b*\n\nafter",
		"<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>":                                                 "- a\n- b\n  - c",
		"<ol start=3><li>a</li><li><p>b</p><p>c</p></li></ol>":                                             "3. a\n\n4. b\n\n   c",
		"<blockquote><p>a</p><p>b</p></blockquote>":                                                        "> a\n>\n> b",
		`<pre><code class="language-go">a := "x"` + "\n\n  b</code></pre>":                                 "```go\na := \"x\"\n\n  b\n```",
		"<p>1. not a list<br># nor a heading</p>":                                                          "1\\. not a list\\\n\\# nor a heading",
		"*a* _b_ `c` [d] &lt;e&gt; snake_case a &amp;amp; b":                                               "\\*a\\* \\_b\\_ \\`c\\` \\[d\\] \\<e> snake_case a \\&amp; b",
		`<a href="https://example.com/a(b)">x</a>`:                                                         "[x](<https://example.com/a(b)>)",
		`<a href="https://example.com/">https://example.com/</a>`:                                          "<https://example.com/>",
		`<a href="x.jpg"><img src="x-300.jpg" alt="A"></a>`:                                                "![A](x-300.jpg)",
		`<figure><a href="/page"><img src="x.jpg" alt="A"></a><figcaption>The "cap"</figcaption></figure>`: `[![A](x.jpg "The \"cap\"")](/page)`,
		`<p><script>alert(1)</script>ok <strong>"q"</strong>x</p>`:                                         `ok <strong>"q"</strong>x`,
		`<iframe src="https://www.youtube.com/embed/abc?x=1"></iframe>`:                                    "[Video on YouTube](https://www.youtube.com/watch?v=abc)",
		"<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td></tr></table>":                                "| a | b |\n| --- | --- |\n| 1\\|2 |  |",
		"<table><tr><td colspan=2>a</td></tr></table>":                                                     "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>",
		"x<sup>2</sup> <code>a`b</code>":                                                                   "x<sup>2</sup> ``a`b``",
		"<div>a<div>b</div>c</div>":                                                                        "a\n\nb\n\nc",
		`<a href="javascript:alert(1)">x</a>`:                                                              "x",
		"<details><summary>S</summary><p>a</p></details>":                                                  "<details>\n<summary>S</summary>\n\na\n\n</details>",
		strings.Repeat("<div>", 300) + "deep" + strings.Repeat("</div>", 300):                              "deep",
		strings.Repeat("<b>", 900) + "deeper":                                                              "deeper",
	} {
		if got := bring.Markdown(in, func(string, ...any) {}); got != want {
			t.Errorf("%s\n got %q\nwant %q", in, got, want)
		}
	}
	var notes []string
	bring.Markdown("<form><input></form><video src='x.mp4'></video>", func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) })
	if len(notes) != 2 {
		t.Errorf("notes are %q", notes)
	}
}

// FuzzMarkdown: words in HTML are the same words when they come back, and what a
// page must not have does not.
func FuzzMarkdown(f *testing.F) {
	f.Add("1. a *b* _c_ [d](e) <f> ![g] `h` \\ & &amp; #tag\n- x\n\n    code ~~y~~ | z")
	f.Add("= \n---\n> x\n```\n+ y\n12) z")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		bring.Markdown(text, func(string, ...any) {}) // as HTML: it must only end
		text = strings.Map(func(r rune) rune {
			if r == unicode.ReplacementChar || r == '@' || !unicode.IsPrint(r) && r != '\n' { // mentions become links
				return -1
			}
			return r
		}, strings.ToValidUTF8(text, ""))
		rendered, err := blog.Markdown(bring.Markdown("<p>"+html.EscapeString(text)+"</p>", func(string, ...any) {}))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(strings.Fields(blog.PlainText(rendered)), " "), strings.Join(strings.Fields(text), " "); got != want {
			t.Errorf("%q came back as %q by %q", want, got, rendered)
		}
	})
}
