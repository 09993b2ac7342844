package bring_test

import (
	"strings"
	"testing"

	"limelight/blog/bring"
)

// What names a heading or dresses a span is for the program that the text was
// written for; readers would see it as words.
func TestAttributesOfMarkdown(t *testing.T) {
	jekyll := folder(map[string]string{
		"_config.yml": "title: x\n",
		"_posts/2019-08-07-x.md": "---\ntitle: X\n---\n## Head {#head}\n\n![Dot](dot.png){: .center width=\"20\"} and *words*{:.x}, a tuple {:ok, 1} stays\n" +
			"{: .note}\n\n```\n*a*{:.kept}\n## Head {#kept}\n```\n",
	})
	s, err := bring.Jekyll(jekyll, bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := find(t, s, "_posts/2019-08-07-x.md").Text
	contains(t, "of Jekyll", text, "## Head\n", "![Dot](dot.png) and *words*, a tuple {:ok, 1} stays\n", "*a*{:.kept}\n", "## Head {#kept}\n")
	if strings.Contains(text, ".note") || strings.Contains(text, "{#head}") {
		t.Errorf("attributes are words now:\n%s", text)
	}
	hugo := folder(map[string]string{
		"hugo.toml":          "title = \"x\"\n",
		"content/posts/x.md": "---\ntitle: X\ndate: 2020-01-02\n---\n## Head {#head}\n\nWords {#stay}.\n\n```\n## Head {#kept}\n```\n",
	})
	if s, err = bring.Hugo(hugo, bring.Options{}); err != nil {
		t.Fatal(err)
	}
	contains(t, "of Hugo", find(t, s, "posts/x.md").Text, "## Head\n", "Words {#stay}.", "## Head {#kept}\n")
}

// A copy of the old site's files often has the pictures as they were uploaded, and
// not the sizes that WordPress made of them.
func TestPictureOfAnotherSize(t *testing.T) {
	files := folder(map[string]string{
		"hugo.toml":                            "title = \"x\"\n",
		"static/wp-content/uploads/dot.png":    string(picture(t)),
		"static/wp-content/uploads/photo.png":  string(picture(t)),
		"static/wp-content/uploads/is-1x1.png": string(picture(t)),
		"content/posts/x.md": "---\ntitle: X\ndate: 2020-01-02\n---\n![A](/wp-content/uploads/dot-300x200.png)\n![B](/wp-content/uploads/photo-scaled.png)\n" +
			"![C](/wp-content/uploads/is-1x1.png)\n![D](/wp-content/uploads/none-1x1.png)\n",
	})
	s, err := bring.Hugo(files, bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := find(t, s, "posts/x.md")
	c, err := s.Compose(p, nil, bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, "the text", c.Post.Source, "![A](dot-300x200.png)", "![B](photo-scaled.png)", "![C](is-1x1.png)")
	if strings.Count(c.Post.HTML, "<img ") != 3 || len(p.Notes) != 1 {
		t.Errorf("it became %s\nwith notes %q", c.Post.HTML, p.Notes)
	}
}
