package blog

import (
	"slices"
	"strings"
	"testing"
)

func TestMentions(t *testing.T) {
	for _, c := range []struct {
		name, source string
		want         []string
		html         string // empty means as the handles are told
	}{
		{"at the start", "@ann@example.com hello", []string{"ann@example.com"}, `<p><span translate="no">@ann@example.com</span> hello</p>`},
		{"at the end of a sentence", "By @ann@example.com.", []string{"ann@example.com"}, `<p>By <span translate="no">@ann@example.com</span>.</p>`},
		{"in parentheses", "(@ann@example.com)", []string{"ann@example.com"}, ""},
		{"in emphasis", "**@ann@example.com**", []string{"ann@example.com"}, ""},
		{"with underscores and dots", "@a_n_n.b-c@sub.example.com", []string{"a_n_n.b-c@sub.example.com"}, ""},
		{"in capitals", "@Ann@Example.COM", []string{"ann@example.com"}, `<p><span translate="no">@Ann@Example.COM</span></p>`},
		{"twice", "@ann@example.com @ANN@example.com", []string{"ann@example.com"}, ""},
		{"two", "@ann@a.test, @bob@b.test", []string{"ann@a.test", "bob@b.test"}, ""},
		{"with a port", "@ann@a.test:8443!", []string{"ann@a.test:8443"}, ""},
		{"an address with a port", "@ann@127.0.0.1:8443", []string{"ann@127.0.0.1:8443"}, ""},
		{"a host of another script", "@ann@bücher.test", []string{"ann@bücher.test"}, ""},
		{"in a heading", "# Hi\n\n## By @ann@example.com", []string{"ann@example.com"}, ""},
		{"in a table", "|a|\n|-|\n|@ann@example.com|", []string{"ann@example.com"}, ""},
		{"in code", "`@ann@example.com`", nil, `<p><code>@ann@example.com</code></p>`},
		{"in a block of code", "    @ann@example.com", nil, ""},
		{"in a link", "[@ann@example.com](https://a.test/)", nil, `<p><a href="https://a.test/">@ann@example.com</a></p>`},
		{"in an address", "https://a.test/@ann@example.com", nil, ""},
		{"in raw HTML", `<a href="https://a.test/@ann@example.com">x</a>`, nil, ""},
		{"in an image", "![@ann@example.com](https://a.test/x.png) text", nil, `<p><img src="https://a.test/x.png" alt="@ann@example.com"> text</p>`},
		{"escaped", `\@ann@example.com`, nil, ""},
		{"a mail address", "ann@example.com", nil, ""},
		{"no host", "@ann", nil, ""},
		{"a host of one label", "@ann@localhost", nil, ""},
		{"after a word", "x@ann@example.com", nil, ""},
		{"a version", "@types@1.2.3", nil, ""},
		{"three parts", "@ann@example.com@b.test", nil, ""},
		{"a long name", "@" + strings.Repeat("a", 500) + "@example.com", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Compose("x.md", []byte(c.source), ComposeOptions{Title: "Title"})
			if err != nil {
				t.Fatal(err)
			}
			var handles []string
			for _, m := range got.Post.Mentions {
				handles = append(handles, m.Handle)
			}
			if !slices.Equal(handles, c.want) {
				t.Errorf("%q, want %q", handles, c.want)
			}
			if c.html != "" && got.Post.HTML != c.html {
				t.Errorf("%s, want %s", got.Post.HTML, c.html)
			}
			if c.want == nil && strings.Contains(got.Post.HTML, mentionStart) {
				t.Errorf("marked as a mention: %s", got.Post.HTML)
			}
		})
	}
}

func TestManyMentions(t *testing.T) {
	var b strings.Builder
	for i := range 2 * maxMentions {
		b.WriteString("@ann@" + strings.Repeat("a", 1+i%60) + strings.Repeat("b", i/60) + ".test ")
	}
	got, err := Compose("x.md", []byte(b.String()), ComposeOptions{})
	if err != nil || len(got.Post.Mentions) != maxMentions {
		t.Errorf("%d mentions, %v", len(got.Post.Mentions), err)
	}
}

func TestLinkMentions(t *testing.T) {
	ann := Mention{Handle: "ann@example.com", Actor: "https://example.com/users/ann", URL: `https://example.com/@ann?a="&b`}
	const link = `<span class="h-card" translate="no"><a href="https://example.com/@ann?a=&#34;&amp;b" class="u-url mention">@Ann@example.com</a></span>`
	for name, c := range map[string]struct {
		html  string
		known []Mention
		want  string
	}{
		"known":         {`<p><span translate="no">@Ann@example.com</span>!</p>`, []Mention{ann}, `<p>` + link + `!</p>`},
		"unknown":       {`<span translate="no">@bob@example.com</span>`, []Mention{ann}, `<span translate="no">@bob@example.com</span>`},
		"not yet known": {`<span translate="no">@ann@example.com</span>`, []Mention{{Handle: "ann@example.com"}}, `<span translate="no">@ann@example.com</span>`},
		"bare text":     {`@Ann@example.com`, []Mention{ann}, `@Ann@example.com`},
		"none":          {`<span translate="no">@Ann@example.com</span>`, nil, `<span translate="no">@Ann@example.com</span>`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := LinkMentions(c.html, c.known); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
