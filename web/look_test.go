package web

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/web/browsertest"
)

// look is what the browser finds wrong with a page.
type look struct {
	Scroll   int      `json:"scroll"`   // width of everything, pixels
	Overhang []string `json:"overhang"` // elements that stand out of the page
	Faint    []string `json:"faint"`    // texts with less contrast than WCAG 2.2 AA wants
	Texts    int      `json:"texts"`    // texts whose contrast was measured
	Blind    []string `json:"blind"`    // what can have the focus and does not show it
	Small    []string `json:"small"`    // targets of less than 24 pixels that are not in a line of text
	Unnamed  []string `json:"unnamed"`  // fields, links and buttons without a name
	Headings []string `json:"headings"` // headings that skip a level
}

// findFaults measures contrast from computed styles: the colour of each text
// against the nearest opaque backgrounds, blended (WCAG 2.2, 1.4.3).
const findFaults = `(() => {
	const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
	const rgba = c => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = '#000'; canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
	const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
	const light = c => [0, 1, 2].map(i => c[i] / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const ground = e => e ? over(rgba(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : [255, 255, 255, 1];
	const shown = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && !e.closest('.unseen, .skip');
	const say = e => e.outerHTML.replace(/\s+/g, ' ').slice(0, 90);
	const faint = [];
	let texts = 0;
	const measure = (e, colour) => {
		const s = getComputedStyle(e), size = parseFloat(s.fontSize), back = ground(e);
		const need = size >= 24 || size >= 18.66 && s.fontWeight >= 700 ? 3 : 4.5, got = ratio(over(rgba(colour || s.color), back), back);
		texts++;
		if (got < need) faint.push(got.toFixed(2) + ' ' + say(e));
	};
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (walk.currentNode.data.trim() && shown(e)) measure(e);
	}
	document.querySelectorAll('input:not([type=hidden])').forEach(e => { measure(e); measure(e, getComputedStyle(e, '::placeholder').color); });
	const targets = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary')];
	const blind = targets.filter(shown).filter(e => { e.focus({focusVisible: true}); const s = getComputedStyle(e); return document.activeElement === e && (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2 || ratio(over(rgba(s.outlineColor), ground(e.parentElement)), ground(e.parentElement)) < 3); }).map(say);
	document.activeElement.blur();
	scrollTo(0, 0);
	const small = [...document.querySelectorAll('button, input:not([type=hidden])')].filter(shown).filter(e => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24; }).map(say);
	const unnamed = targets.filter(shown).filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels && e.labels.length)).map(say);
	let level = 0;
	const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(h => { const n = +h.tagName[1], bad = n > level + 1 && !h.closest('.prose, .words'); level = n; return bad; }).map(say);
	return {
		scroll: document.documentElement.scrollWidth, faint, texts, blind, small, unnamed, headings,
		overhang: [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('pre, table, .unseen')).map(say),
	};
})()`

// fill gives the world a blog in full use.
func (w *world) fill() {
	p := w.publish("hello.md", "---\ntitle: A day at the archive\ntags: [self hosting, paper]\nsummary: What was in the boxes.\n---\n"+
		"The first box had *letters*, the second `keys`, and [one](https://example.com/letter) had neither.\n\n> Nobody reads these.\n\n```go\nfmt.Println(\"hello\")\n```\n\n"+
		"| box | what |\n|---|---|\n| 1 | letters |\n\nA claim[^1].\n\n[^1]: With its source.\n")
	w.publish("note.md", "---\ntitle: \"\"\ndate: 2026-11-02\n---\nA *note* without a title.\n")
	w.publish("old.md", "---\ntitle: The year before\ndate: 2025-03-02\n---\nWords.\n")
	parent := w.comment(p, 0, "Mira", "<p>I was there <em>too</em>, see <a href=\"https://example.com/1981\">what I wrote</a>.</p><blockquote><p>So it was.</p></blockquote>").ID
	for i := range 19 {
		parent = w.comment(p, parent, []string{"Ben", "Cleo", "Dan"}[i%3], fmt.Sprintf("<p>Answer number %d, of the usual length, which is a sentence and a half or so.</p>", i+1)).ID
	}
	w.comment(p, 0, "Eve", "<p>Hidden words.</p>", func(c *blog.Comment) { c.Warning = "spoilers" })
	w.comment(p, 0, "Finn", "<p>Not for everybody's search.</p>", func(c *blog.Comment) { c.Visibility = blog.Unlisted })
	w.comment(p, 0, "Blog", "<p>Thank you.</p>", func(c *blog.Comment) { c.Source, c.Author = blog.Own, blog.Actor{IRI: w.blog.ActorIRI()} })
	for _, name := range []string{"Mira", "Ben", "Cleo"} {
		w.react(p, blog.Like, name)
	}
	w.react(p, blog.Boost, "Dan")
}

// TestEveryPage looks at every page, narrow and wide, light and dark: nothing
// stands out, every text can be read, the focus is seen.
func TestEveryPage(t *testing.T) {
	d := newDoor()
	d.err = blog.ErrHandle
	w := newWorld(t, d.offer, recommending)
	w.fill()
	server := httptest.NewServer(w.handler)
	defer server.Close()
	chromium := browsertest.Start(t)
	for name, path := range map[string]string{
		"home": "/", "post": "/posts/hello", "note": "/posts/note", "tag": "/tags/paper", "follow": "/interact", "answer": "/interact?comment=1",
		"missing": "/nothing", "archive": "/archive", "search": "/search?q=the", "none": "/search?q=nowhere", "about": "/about", "blogroll": "/blogroll", "comments": "/comments",
	} {
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{360, 1280} {
				t.Run(fmt.Sprintf("%s %s %d", name, scheme, width), func(t *testing.T) {
					browsertest.Open(t, chromium, server.URL+path, scheme, width)
					browsertest.Ask[int](t, chromium, "document.querySelectorAll('details').forEach(d => d.open = true), 0")
					wantGoodLook(t, browsertest.Ask[look](t, chromium, findFaults), width)
					browsertest.Keep(t, chromium, fmt.Sprintf("page-%s-%s-%d", name, scheme, width))
				})
			}
		}
	}
}

// TestPrint holds that paper gets the words and not the furniture.
func TestPrint(t *testing.T) {
	w := newWorld(t, newDoor().offer)
	w.fill()
	server := httptest.NewServer(w.handler)
	defer server.Close()
	chromium := browsertest.Start(t)
	browsertest.Open(t, chromium, server.URL+"/posts/hello", "dark", 800)
	browsertest.Print(t, chromium)
	seen := browsertest.Ask[[]string](t, chromium, `['.prose', '.comment .words', 'details.warned .words', '.skip', '.reply', '.answer', '.near', '.foot nav', '.pages', 'form']
		.filter(s => [...document.querySelectorAll(s)].some(e => e.checkVisibility()))`)
	if got := strings.Join(seen, ", "); got != ".prose, .comment .words, details.warned .words" {
		t.Errorf("paper shows %s", got)
	}
	if ink := browsertest.Ask[string](t, chromium, "getComputedStyle(document.body).color + ' on ' + getComputedStyle(document.documentElement).backgroundColor"); ink != "rgb(0, 0, 0) on rgb(255, 255, 255)" {
		t.Errorf("it is printed %s", ink)
	}
	browsertest.Keep(t, chromium, "print")
}

func wantGoodLook(t *testing.T, l look, width int64) {
	t.Helper()
	if l.Scroll > int(width) || l.Texts == 0 {
		t.Errorf("the page is %d pixels wide, with %d texts", l.Scroll, l.Texts)
	}
	for what, found := range map[string][]string{"stands out": l.Overhang, "is faint": l.Faint, "hides the focus": l.Blind, "is small": l.Small, "has no name": l.Unnamed, "skips a level": l.Headings} {
		if len(found) > 0 {
			t.Errorf("%s: %s", what, strings.Join(found, "\n\t"))
		}
	}
}
