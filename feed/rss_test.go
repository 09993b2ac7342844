package feed

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestDescriptions holds that a description reads right as HTML, and as it is
// written wherever that is possible.
func TestDescriptions(t *testing.T) {
	for text, written := range map[string]string{
		`It's "so", isn't it > that`: `It's "so", isn't it > that`,
		"Salt & smoke, & more &":     "Salt & smoke, & more &",
		"AT&T &amp; &#39; &lt; &9":   "AT&amp;T &amp;amp; &amp;#39; &amp;lt; &amp;9",
		"a <b> & </b> <!-- c ]]>":    "a &lt;b> & &lt;/b> &lt;!-- c ]]>",
		"🫖 שלום":                     "🫖 שלום",
		"&🫖&&x":                      "&🫖&&amp;x",
	} {
		got := textHTML(text)
		if got != written {
			t.Errorf("%q is written %q, want %q", text, got, written)
		}
		nodes, err := html.ParseFragment(strings.NewReader(got), nil)
		if err != nil {
			t.Fatal(err)
		}
		var read strings.Builder
		for _, n := range nodes {
			for d := range n.Descendants() {
				if d.Type == html.TextNode {
					read.WriteString(d.Data)
				}
			}
		}
		if read.String() != text {
			t.Errorf("%q is read as %q", text, read.String())
		}
	}
}

// TestLanguagesOfItems holds that an item has its language where that is not the
// blog's, and that nothing else a stranger's server says gets there.
func TestLanguagesOfItems(t *testing.T) {
	f := comments()
	for language, there := range map[string]bool{"he": true, "pt-BR": true, "en": false, "": false, "de AT": false, "<x>": false, "de\x00": false, "toolonglanguage": false} {
		f.Comments[0].Language = language
		f.Comments = f.Comments[:1]
		for name, count := range map[string]int{
			`<dc:language>` + language + `<`:  strings.Count(made(t, RSS, f), "<dc:language>"),
			`<entry xml:lang="` + language:    strings.Count(made(t, Atom, f), "<entry xml:lang="),
			`"language":"` + language + `","`: strings.Count(made(t, JSON, f), `"language":`) - 1, // the feed's own
		} {
			if (count == 1) != there || count > 1 {
				t.Errorf("%q: %s is there %d times", language, name, count)
			}
		}
	}
}
