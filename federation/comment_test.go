package federation

import (
	"testing"

	"limelight/blog"
)

func TestWithoutMention(t *testing.T) {
	w := newObjectWorld(t)
	const (
		us   = `<span class="h-card"><a href="https://blog.example.test/" class="u-url mention">@<span>blog</span></a></span>`
		bare = `<a href="https://blog.example.test/ap/actor">@blog@blog.example.test</a>`
		ann  = `<span class="h-card"><a href="https://peer.test/@ann" class="u-url mention">@<span>ann</span></a></span>`
	)
	for name, c := range map[string]struct{ in, want string }{
		"Mastodon":           {`<p>` + us + ` Hello</p>`, `<p>Hello</p>`},
		"a bare link":        {`<p>` + bare + ` Hello</p>`, `<p>Hello</p>`},
		"with a line break":  {`<p>` + us + `<br>Hello</p>`, `<p>Hello</p>`},
		"alone in its line":  {`<p>` + us + `</p><p>Hello</p>`, `<p>Hello</p>`},
		"after another":      {`<p>` + ann + ` ` + us + ` Hello</p>`, `<p>` + ann + ` Hello</p>`},
		"before another":     {`<p>` + us + ` ` + ann + ` Hello</p>`, `<p>` + ann + ` Hello</p>`},
		"further on":         {`<p>Hello ` + us + `</p>`, `<p>Hello ` + us + `</p>`},
		"nothing else":       {`<p>` + us + `</p>`, `<p>` + us + `</p>`},
		"another":            {`<p>` + ann + ` Hello</p>`, `<p>` + ann + ` Hello</p>`},
		"a link to the blog": {`<p><a href="https://blog.example.test/">Your blog</a> is good</p>`, `<p><a href="https://blog.example.test/">Your blog</a> is good</p>`},
		"twice":              {`<p>` + us + ` ` + us + ` Hello</p>`, `<p>` + us + ` Hello</p>`},
		"no paragraph":       {`Hello`, `Hello`},
		"nothing":            {``, ``},
	} {
		want := blog.SafeHTML(c.want)
		if got := blog.SafeReply(c.in, w.node.ourAddresses()); got != want {
			t.Errorf("%s: %s\n  became %s\n  want   %s", name, c.in, got, want)
		}
	}
}
