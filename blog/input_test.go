package blog_test

import (
	"bytes"
	"strings"
	"testing"

	"limelight/blog"
)

func TestFileFaults(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
		line int
		want string
	}{
		{"empty", nil, 0, "is empty"},
		{"blank", []byte("\ufeff \r\n\t\n"), 0, "is empty"},
		{"only a mark of byte order", []byte("\ufeff"), 0, "is empty"},
		{"a front matter without a title or text", []byte("---\ntags: a\n---\n"), 0, "needs a text or a title"},
		{"Latin-1", []byte("one\r\ntwo\r\nol\xe9\r\n"), 3, "not UTF-8"},
		{"Latin-1 with old newlines", []byte("one\rtwo\rol\xe9"), 3, "not UTF-8"},
		{"UTF-16", []byte("\xff\xfeh\x00i\x00"), 1, "not UTF-8"},
		{"half a character", []byte("---\ntitle: \xf0\x9f\x92\n---\n"), 2, "not UTF-8"},
		{"NUL", []byte("one\n\x00"), 2, "NUL byte"},
		{"too large", bytes.Repeat([]byte("a"), blog.MaxSource+1), 0, "may have 2097152"},
		{"quotes without end", []byte("one\n\n" + strings.Repeat(">", 5000) + " a"), 3, "deep"},
		{"lists without end", []byte("one\n\n" + strings.Repeat("1. ", 200) + "a"), 3, "deep"},
		{"quotes after a front matter", []byte("---\ntitle: a\n---\n\n# b\n\n" + strings.Repeat("> - ", 100) + " a"), 7, "deep"},
		{"elements without end", []byte("a\n\n" + strings.Repeat("<div>", 1000)), 0, "HTML elements stand in one another"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := fault(t, "x.md", test.data, blog.ComposeOptions{})
			equal(t, "line", got.Line, test.line)
			contains(t, "message", got.Error(), test.want)
		})
	}
}

func TestLargestFile(t *testing.T) {
	text := strings.Repeat(strings.Repeat("word ", 99)+"\n\n", blog.MaxSource/500)
	got := composed(t, "x.md", text)
	if n := strings.Count(got.HTML, "<p>"); n != blog.MaxSource/500 {
		t.Errorf("%d paragraphs, want %d", n, blog.MaxSource/500)
	}
}

func TestManyMarksThatDoNotNest(t *testing.T) {
	for _, text := range []string{strings.Repeat("-", 300), strings.Repeat("* ", 40), "> > > deep", "a " + strings.Repeat("> ", 300)} {
		if _, err := blog.Compose("x.md", []byte("one\n\n"+text), blog.ComposeOptions{}); err != nil {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}
