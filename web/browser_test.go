package web

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"limelight/blog"
	"limelight/web/browsertest"
)

// layout is what the browser made of a page.
type layout struct {
	Scroll   int      `json:"scroll"`   // width of everything, pixels
	Styled   string   `json:"styled"`   // background of the page
	Text     float64  `json:"text"`     // size of the post's letters, pixels
	Measure  float64  `json:"measure"`  // width of the post's lines in its letters' size
	Narrow   float64  `json:"narrow"`   // width of the narrowest comment's words, pixels
	Broken   []string `json:"broken"`   // images that did not load
	Loaded   []string `json:"loaded"`   // addresses of everything loaded
	Overhang []string `json:"overhang"` // elements that stand out of the page
}

const measureLayout = `(() => {
	const prose = document.querySelector('.prose'), size = parseFloat(getComputedStyle(prose).fontSize);
	const width = e => e.getBoundingClientRect().width;
	return {
		scroll: document.documentElement.scrollWidth,
		styled: getComputedStyle(document.documentElement).backgroundColor,
		text: size,
		measure: width(prose) / size,
		narrow: Math.min(...[...document.querySelectorAll('.words')].map(width)),
		broken: [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src),
		loaded: performance.getEntriesByType('resource').map(e => new URL(e.name).origin),
		overhang: [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('pre, table, .unseen')).map(e => e.outerHTML.slice(0, 80)),
	};
})()`

func TestLayout(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Averyveryverylongtitlewithoutanybreakwhatsoever\ntags: [averyveryverylongtagwithoutanybreakwhatsoever]\n---\n"+
		"Words and averyveryveryveryveryverylongwordwithoutanybreakwhatsoeverthatgoeson.\n\n```\n"+fmt.Sprintf("%0200d", 7)+"\n```\n\n"+
		"| one column | another column | a third column | a fourth column | a fifth |\n|---|---|---|---|---|\n| "+fmt.Sprintf("%060d", 1)+" | 2 | 3 | 4 | 5 |\n")
	parent := int64(0)
	for range 12 {
		parent = w.comment(p, parent, "Mira", "<p>Words and averyveryveryveryveryverylongwordwithoutanybreakwhatsoever</p>", func(c *blog.Comment) {
			c.Author.Name, c.Author.Handle = "AnExtremelyLongDisplayNameThatGoesOnAndOnAndOn", "anextremelylonghandlethatgoeson@a.long.domain.test"
		}).ID
	}
	server := httptest.NewServer(w.handler)
	defer server.Close()
	chromium := browsertest.Start(t)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1280} {
			t.Run(fmt.Sprintf("%s %d", scheme, width), func(t *testing.T) {
				browsertest.Open(t, chromium, server.URL+"/posts/hello", scheme, width)
				l := browsertest.Ask[layout](t, chromium, measureLayout)
				if l.Scroll > int(width) || len(l.Overhang) > 0 {
					t.Errorf("the page is %d pixels wide: %q", l.Scroll, l.Overhang)
				}
				if l.Styled != map[string]string{"light": "rgb(252, 251, 246)", "dark": "rgb(21, 22, 17)"}[scheme] {
					t.Errorf("the page is %s", l.Styled)
				}
				if l.Text < 17 || l.Measure > 36 || width > 600 && l.Measure < 28 {
					t.Errorf("letters of %.1f pixels, lines of %.1f letters' sizes", l.Text, l.Measure)
				}
				if l.Narrow < 200 {
					t.Errorf("a comment has %.0f pixels for its words", l.Narrow)
				}
				if len(l.Broken) > 0 {
					t.Errorf("images did not load: %q", l.Broken)
				}
				for _, origin := range l.Loaded {
					if origin != server.URL {
						t.Errorf("something was loaded from %s", origin)
					}
				}
			})
		}
	}
}
