package blog_test

import (
	"strings"
	"testing"

	"limelight/blog"
)

func TestComposeTitleAndSlug(t *testing.T) {
	for _, test := range []struct {
		name, file, given, text string
		title, slug, source     string
	}{
		{"the file's name", "posts/2026-11-23-my-first_post.md", "", "Text.", "My first post", "my-first-post", "Text."},
		{"no date prefix without a name", "2026-11-23.md", "", "Text.", "2026 11 23", "2026-11-23", "Text."},
		{"only the last extension", "v1.2.notes.md", "", "Text.", "V1.2.notes", "v1-2-notes", "Text."},
		{"a folder of dots", "../some.where/a.md", "", "Text.", "A", "a", "Text."},
		{"no letters for a slug", "日本.md", "", "Text.", "日本", "", "Text."},
		{"the given title", "a.md", "Given  title", "Text.", "Given title", "a", "Text."},
		{"the given title leaves another heading", "a.md", "Given", "# Heading\n\nText.", "Given", "a", "# Heading\n\nText."},
		{"the given title in the heading", "a.md", "Given", "# Given\n\nText.", "Given", "a", "Text."},
		{"heading", "a.md", "", "\n\n# A *bold* `move` &amp; more\n\nText.", "A bold move & more", "a", "Text."},
		{"heading with an end", "a.md", "", "# Title ##\nText.", "Title", "a", "Text."},
		{"heading about C#", "a.md", "", "# Learning C#\n\nText.", "Learning C#", "a", "Text."},
		{"underlined heading", "a.md", "", "Title\n=====\n\nText.", "Title", "a", "Text."},
		{"heading alone", "a.md", "", "# Title", "Title", "a", ""},
		{"second heading", "a.md", "", "## Part\n\nText.", "A", "a", "## Part\n\nText."},
		{"no heading", "a.md", "", "#tag is not a heading", "A", "a", "#tag is not a heading"},
		{"heading further down", "a.md", "", "Text.\n\n# Later", "A", "a", "Text.\n\n# Later"},
		{"front matter", "2026-01-01-a.md", "Given", "---\ntitle: Meta\nslug: b\n---\n\n# Heading\n", "Meta", "b", "# Heading"},
		{"front matter and the same heading", "a.md", "", "---\ntitle: Meta\n---\n# Meta\n\nText.", "Meta", "a", "Text."},
		{"front matter without a title", "a.md", "", "---\ndraft: false\n---\n# Heading\n\nText.", "Heading", "a", "Text."},
		{"a rule is no front matter", "a.md", "", "----\n\nText.", "A", "a", "----\n\nText."},
		{"a rule alone", "a.md", "", "---\n", "A", "a", "---"},
		{"a rule later on", "a.md", "", "Text.\n\n---\nslug: x\n---", "A", "a", "Text.\n\n---\nslug: x\n---"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := blog.Compose(test.file, []byte(test.text), blog.ComposeOptions{Title: test.given})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "title", c.Post.Title, test.title)
			equal(t, "slug", c.Post.Slug, test.slug)
			equal(t, "source", c.Post.Source, test.source)
		})
	}
}

func TestComposeTwiceIsEqual(t *testing.T) {
	for _, text := range []string{everyKeyYAML, everyKeyTOML, "# A\n\nText[^1] with\n\n|a|b|\n|-|-|\n|1|2|\n\n[^1]: A note."} {
		equal(t, "second time", composed(t, "a.md", text), composed(t, "a.md", text))
	}
}

func TestComposePlainText(t *testing.T) {
	long := strings.Repeat("A line that is a paragraph. ", 5)
	prose := "It was wrapped by an editor, as text in mail and on\nterminals used to be, at some seventy characters to\nthe line, or so."
	for _, test := range []struct{ name, text, html string }{
		{"a line is a paragraph", "One.\nTwo.\n", "<p>One.</p>\n<p>Two.</p>"},
		{"long lines with space between", long + "\n\n\n" + long + "\n" + long, strings.TrimSuffix(strings.Repeat("<p>"+strings.TrimSpace(long)+"</p>\n", 3), "\n")},
		{"wrapped lines", "First, a line of more than sixty characters so that it is prose.\n" + prose + "\n\nNext.",
			"<p>First, a line of more than sixty characters so that it is prose.\n" + prose + "</p>\n<p>Next.</p>"},
		{"verse", "One\n  two\n\nthree\nfour", "<p>One<br/>\ntwo</p>\n<p>three<br/>\nfour</p>"},
		{"markup means itself", "*a* _b_ `c` <b>d</b> [e](f) ![g](h.png) ~~i~~ | &amp; \\ #",
			"<p>*a* _b_ `c` &lt;b&gt;d&lt;/b&gt; [e](f) ![g](h.png) ~~i~~ | &amp;amp; \\ #</p>"},
		{"what starts a line", "- a\n+ b\n* c\n1. d\n2) e\n## f\n> g\n=== h\n--- \n    i\n***\n2025 was\n~~~",
			"<p>- a</p>\n<p>+ b</p>\n<p>* c</p>\n<p>1. d</p>\n<p>2) e</p>\n<p>## f</p>\n<p>&gt; g</p>\n<p>=== h</p>\n<p>---</p>\n<p>i</p>\n<p>***</p>\n<p>2025 was</p>\n<p>~~~</p>"},
		{"addresses become links", "See (https://example.com/a_b_c), www.example.com/d_e or post_box@example.com.",
			`<p>See (<a href="https://example.com/a_b_c">https://example.com/a_b_c</a>), <a href="http://www.example.com/d_e">www.example.com/d_e</a> or <a href="mailto:post_box@example.com">post_box@example.com</a>.</p>`},
		{"an address before markup", "https://example.com/<b>x</b>", `<p><a href="https://example.com/">https://example.com/</a>&lt;b&gt;x&lt;/b&gt;</p>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := composed(t, "notes.txt", test.text)
			equal(t, "title", got.Title, "Notes")
			equal(t, "HTML", strings.ReplaceAll(strings.ReplaceAll(got.HTML, "<br>", "<br/>"), "&#34;", `"`), test.html)
		})
	}
	equal(t, "a heading is the title", composed(t, "notes.txt", "# Title\n*a*").Title, "Title")
	equal(t, "after a front matter it is Markdown", composed(t, "notes.txt", "---\nslug: a\n---\n*a*").HTML, "<p><em>a</em></p>")
}
