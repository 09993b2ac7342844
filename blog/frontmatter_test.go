package blog_test

import (
	"testing"
	"time"

	"limelight/blog"
)

const everyKeyYAML = `---
title: "Tea: a   love story"
slug: tea-time
date: 2026-07-01 09:30
updated: 2026-07-02T09:30:00.1239+05:00
summary: |
  What the pot
  told me.
tags: [self hosting, "#Go", Go, 茶]
language: pt-BR
visibility: unlisted
image_alt: A "pot"
sensitive: true
pinned: false
comments: held
---
Text.
`

const everyKeyTOML = `+++
title = "Tea: a   love story"
slug = "tea-time"
date = 2026-07-01T09:30:00
updated = 2026-07-02T09:30:00.1239+05:00
summary = """
What the pot
told me."""
tags = ["self hosting", "#Go", "Go", "茶"]
language = "pt-BR"
visibility = "unlisted"
image_alt = 'A "pot"'
sensitive = true
pinned = false
comments = "held"
+++
Text.
`

func TestFrontMatterEveryKey(t *testing.T) {
	want := blog.Post{
		Title: "Tea: a love story", Slug: "tea-time", Summary: "What the pot told me.", Language: "pt-BR",
		Tags:       []blog.Tag{{Slug: "self-hosting", Name: "self hosting"}, {Slug: "go", Name: "Go"}, {Slug: "茶", Name: "茶"}},
		Visibility: blog.Unlisted, Sensitive: true, Comments: "held", Source: "Text.", HTML: "<p>Text.</p>",
		// The date is in the blog's zone, where July has summer time.
		Published: time.Date(2026, 7, 1, 7, 30, 0, 0, time.UTC),
		Updated:   time.Date(2026, 7, 2, 4, 30, 0, 123e6, time.UTC),
	}
	equal(t, "YAML", composed(t, "x.md", everyKeyYAML), want)
	equal(t, "TOML", composed(t, "x.md", everyKeyTOML), want)
}

func TestFrontMatterValues(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       blog.Post
	}{
		{"draft", "---\ndraft: true\n---\nT", blog.Post{Title: "X", Status: blog.Draft}},
		{"no draft", "---\ndraft: false\n---\nT", blog.Post{Title: "X"}},
		{"pinned", "+++\npinned = true\n+++\nT", blog.Post{Title: "X", Pinned: true}},
		{"a note", "---\ntitle: ''\n---\nT", blog.Post{}},
		{"a title of digits", "---\ntitle: 2025\n---\nT", blog.Post{Title: "2025"}},
		{"local", "---\nvisibility: local\n---\nT", blog.Post{Title: "X", Visibility: blog.Local}},
		{"tags by commas", "---\ntags: a b, c\n---\nT", blog.Post{Title: "X", Tags: []blog.Tag{{Slug: "a-b", Name: "a b"}, {Slug: "c", Name: "c"}}}},
		{"left blank", "---\ntitle: X\nslug:\ndate:\ntags:\nsummary:\nimage:\n---\nT", blog.Post{Title: "X"}},
		{"nothing in it", "---\n---\nT", blog.Post{Title: "X"}},
		{"comments only", "+++\n# later\n+++\nT", blog.Post{Title: "X"}},
		{"blanks after the fence", "--- \ntitle: A\n---\t\nT", blog.Post{Title: "A"}},
		{"a byte order mark and CRLF", "\ufeff---\r\ntitle: A\r\ntags:\r\n- b\r\n---\r\nT\r\n", blog.Post{Title: "A", Tags: []blog.Tag{{Slug: "b", Name: "b"}}}},
		{"old Mac newlines", "---\rtitle: A\r---\rT\r", blog.Post{Title: "A"}},
		{"a line break of YAML's own", "---\ntitle: \"A\u2028B\"\n---\nT", blog.Post{Title: "A B"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.want.Slug, test.want.Source, test.want.HTML = "x", "T", "<p>T</p>"
			if test.want.Visibility == "" {
				test.want.Visibility = blog.Public
			}
			equal(t, "post", composed(t, "x.md", test.text), test.want)
		})
	}
}

func TestFrontMatterDates(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"2026-01-15", "2026-01-14T23:00:00Z"},
		{"2026-07-15", "2026-07-14T22:00:00Z"},
		{"2026-01-15 10:00", "2026-01-15T09:00:00Z"},
		{"2026-01-15T10:00", "2026-01-15T09:00:00Z"},
		{"2026-01-15 10:00:30", "2026-01-15T09:00:30Z"},
		{"2026-01-15T10:00:30.5", "2026-01-15T09:00:30.5Z"},
		{"2026-01-15T10:00:30Z", "2026-01-15T10:00:30Z"},
		{"2026-01-15T10:00Z", "2026-01-15T10:00:00Z"},
		{"2026-01-15 10:00-05:00", "2026-01-15T15:00:00Z"},
		{"2026-01-15 10:00 +0530", "2026-01-15T04:30:00Z"},
		{"2026-01-15 10:00:00 +05:30", "2026-01-15T04:30:00Z"},
	} {
		got := composed(t, "x.md", "---\ndate: "+test.text+"\n---\nT").Published
		equal(t, test.text, got.Format(time.RFC3339Nano), test.want)
	}
	for _, test := range []struct{ text, want string }{
		{"2026-01-15", "2026-01-14T23:00:00Z"},
		{"2026-01-15 10:00:00", "2026-01-15T09:00:00Z"},
		{"2026-01-15T10:00:00.25", "2026-01-15T09:00:00.25Z"},
		{"2026-01-15T10:00:00-05:00", "2026-01-15T15:00:00Z"},
		{`"2026-01-15 10:00"`, "2026-01-15T09:00:00Z"},
	} {
		got := composed(t, "x.md", "+++\ndate = "+test.text+"\n+++\nT").Published
		equal(t, "TOML "+test.text, got.Format(time.RFC3339Nano), test.want)
	}
	c, err := blog.Compose("x.md", []byte("---\ndate: 2026-01-15\n---\nT"), blog.ComposeOptions{})
	if err != nil || !c.Post.Published.Equal(time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("without a zone the date is %v, %v; want it in UTC", c.Post.Published, err)
	}
}

func TestStartsFrontMatter(t *testing.T) {
	for text, want := range map[string]bool{
		"---\ntitle: x\n---\n": true, "+++\ntitle = 'x'\n+++\n": true, "\ufeff--- \t\r\nx": true, "---": true,
		"": false, "# README\n": false, "\n---\n": false, "----\n": false, "--- x\n": false, "Text\n---\n": false,
	} {
		if got := blog.StartsFrontMatter([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
