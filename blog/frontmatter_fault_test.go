package blog_test

import (
	"fmt"
	"strings"
	"testing"

	"limelight/blog"
)

// Every fault names its line and what would be right.
func TestFrontMatterFaults(t *testing.T) {
	for _, test := range []struct {
		name, text string
		line       int
		want       string
	}{
		{"unknown key", "---\ntitle: a\nauthor: me\n---\n", 3, "it may have audio, audio_size, audio_title, chapters, comments, date, draft"},
		{"a typo", "---\ntilte: a\n---\n", 2, "did you mean title?"},
		{"a capital", "---\ntitle: a\n\nTitle: b\n---\n", 4, "did you mean title?"},
		{"the same twice", "---\ntitle: a\nslug: b\ntitle: c\n---\n", 4, "second time"},
		{"a list for a word", "---\ntitle: [a, b]\n---\n", 2, "single value"},
		{"a map for a word", "---\nslug: x\ntitle:\n  en: a\n---\n", 3, "single value or a list"},
		{"a map in the tags", "---\ntags:\n- a\n- b: c\n---\n", 4, "list of words"},
		{"an alias", "---\ntitle: &t a\nsummary: *t\n---\n", 3, "single value or a list"},
		{"no date", "---\ndate: tomorrow\n---\n", 2, "2026-11-23 18:30"},
		{"30 February", "---\ntitle: a\ndate: 2026-02-30\n---\n", 3, "2026-11-23"},
		{"year 10000", "---\ndate: 9999-12-31T23:59:59-14:00\n---\n", 2, "2026-11-23"},
		{"the zero time", "---\nupdated: 0001-01-01T00:00:00Z\n---\n", 2, "updated is"},
		{"visibility", "---\ntitle: a\nvisibility: followers\n---\n", 3, "public, unlisted, local"},
		{"comments", "---\ncomments: no\n---\n", 2, "open, known, held, closed"},
		{"draft", "---\ndraft: maybe\n---\n", 2, "true or false"},
		{"sensitive", "---\nsensitive: yes\n---\n", 2, "true or false"},
		{"pinned", "---\npinned:\n---\n", 2, "true or false"},
		{"slug", "---\nslug: My Post\n---\n", 2, `"my-post" would do`},
		{"slug without a letter", "---\nslug: 日本\n---\n", 2, "a-z, 0-9 and - only, 100 at most"},
		{"slug too long", "---\nslug: " + strings.Repeat("a", 101) + "\n---\n", 2, "100 at most"},
		{"language", "---\nlanguage: English please\n---\n", 2, "en or pt-BR"},
		{"title too long", "---\ntitle: " + strings.Repeat("é", 301) + "\n---\n", 2, "300 characters"},
		{"a tag of signs", "---\ntags: [a, 🎸]\n---\n", 2, "letters or digits"},
		{"a tag too long", "---\ntags: [" + strings.Repeat("a", 101) + "]\n---\n", 2, "at most 100"},
		{"too many tags", "---\ntags: [a" + strings.Repeat(",a", 50) + "]\n---\n", 2, "50"},
		{"image elsewhere", "---\ntitle: a\nimage: https://example.com/a.png\n---\nT", 3, "beside this one"},
		{"a focus outside", "---\nimage_focus: [0, 1.5]\n---\nT", 2, "[0.5, -0.2]"},
		{"a focus that is none", "---\nimage_focus: [0, NaN]\n---\nT", 2, "[0.5, -0.2]"},
		{"half a focus", "---\nimage_focus: 0.5\n---\nT", 2, "[0.5, -0.2]"},
		{"never closed", "---\ntitle: a\n\nText\n", 1, "closing line ---"},
		{"TOML never closed", "+++\ntitle = 'a'\n---\n", 1, "closing line +++"},
		{"no pairs", "---\n\n- a\n---\n", 3, "key: value"},
		{"no pairs but a word", "---\njust words\n---\n", 2, "key: value"},
		{"too many lines", "---\n" + strings.Repeat("#\n", 501) + "---\n", 1, "500 lines"},
		{"too many bytes", "---\n#" + strings.Repeat("x", 64<<10) + "\n---\n", 1, "65536 bytes"},
		{"TOML unknown key", "+++\ntitle = 'a'\n\nauthor = 'me'\n+++\n", 4, "it may have"},
		{"TOML unknown table", "+++\ntitle = 'a'\n[params]\nx = 1\n+++\n", 3, "it may have"},
		{"TOML unknown dotted key", "+++\ntitle = 'a'\nparams.x = 1\n+++\n", 3, "it may have"},
		{"TOML dotted key", "+++\ntitle.x = 1\n+++\n", 2, "single value or a list"},
		{"TOML table for a word", "+++\nslug = 'a'\ntitle = {x = 1}\n+++\n", 3, "single value or a list"},
		{"TOML tables for tags", "+++\n[[tags]]\nx = 1\n+++\n", 2, "single value or a list"},
		{"TOML list in a list", "+++\ntags = ['a', ['b']]\n+++\n", 2, "list of words"},
		{"TOML time for a date", "+++\ndate = 10:00:00\n+++\n", 2, "10:00:00"},
		{"TOML key in a longer text", "+++\nsummary = '''\nslug = \"x\"\n'''\n\"slug\" = 'A B'\n+++\n", 5, "would do"},
		{"TOML one key begins like another", "+++\nimage_alt = 'a'\nimage = '/x'\n+++\nT", 3, "beside this one"},
		{"CRLF", "---\r\ntitle: a\r\ndraft: x\r\n---\r\n", 3, "true or false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := fault(t, "posts/x.md", []byte(test.text), blog.ComposeOptions{Now: now})
			equal(t, "line", got.Line, test.line)
			contains(t, "message", got.Error(), fmt.Sprintf("posts/x.md:%d: ", test.line), test.want)
		})
	}
}

func TestFrontMatterSyntax(t *testing.T) {
	for _, test := range []struct {
		name, text string
		line       int
	}{
		{"open quote", "---\ntitle: \"a\n---\n", 2},
		{"open quote later", "---\ntitle: a\nsummary: 'b\ntags: c\n---\n", 3},
		{"colon in the first line", "---\ntitle: a: b\n---\n", 2},
		{"colon in a later line", "---\nslug: a\n\ntitle: a: b\ntags: c\n---\n", 4},
		{"tab", "---\ntags:\n\t- a\n---\n", 3},
		{"indented", "---\ntitle: a\n  slug: b\ntags: c\n---\n", 3},
		{"open list", "---\ntitle: a\ntags: [b, c\nslug: d\n---\n", 3},
		{"list among keys", "---\ntitle: a\n- b\nslug: c\n---\n", 3},
		{"no colon", "---\ntitle: a\nslug\n---\n", 3},
		{"a closed list before the fault", "---\ntags: [a,\n b,\n c]\ntitle: @x\n---\n", 5},
		{"unknown anchor", "---\ntitle: a\nslug: *x\ntags: b\n---\n", 3},
		{"control character", "---\ntitle: a\nslug: \x01\ntags: b\n---\n", 3},
		{"second document", "---\ntitle: a\n...\nslug: b\n---\n", 4},
		{"second document with a mark", "---\ntitle: a\n--- # b\nslug: b\n---\n", 3},
		{"TOML open quote", "+++\ntitle = 'a'\nslug = 'b\n+++\n", 3},
		{"TOML no value", "+++\ntitle = 'a'\nslug =\n+++\n", 3},
		{"TOML bare word", "+++\ntitle = a\n+++\n", 2},
		{"TOML the same twice", "+++\ntitle = 'a'\nslug = 'b'\ntitle = 'c'\n+++\n", 4},
		{"YAML in TOML", "+++\ntitle: a\n+++\n", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := fault(t, "x.md", []byte(test.text), blog.ComposeOptions{})
			equal(t, "line of "+got.Msg, got.Line, test.line)
			if !strings.HasPrefix(got.Msg, "the front matter is no ") || strings.Contains(got.Msg, "yaml:") || strings.Contains(got.Msg, "line ") {
				t.Errorf("message: %s", got.Msg)
			}
		})
	}
}

// Nine anchors of nine aliases each stand for 387 million words.
func TestFrontMatterAliasBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i <= 9; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	b.WriteString("tags: *a9\n---\nT")
	got := fault(t, "x.md", []byte(b.String()), blog.ComposeOptions{})
	equal(t, "line", got.Line, 3)
	contains(t, "message", got.Msg, "list of words")
}
