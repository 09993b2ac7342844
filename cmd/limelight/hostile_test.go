package main

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/web/browsertest"
)

// hostileReplies are what strangers try; each ends in a word that must be
// readable on the page, so that nothing before it swallowed the rest.
var hostileReplies = map[string]string{
	"a script":                 `<p><script>window.ran='script'</script>w-script</p>`,
	"handlers":                 `<p onclick="ran=1" onmouseover="ran=1">w-handlers<img src=x onerror="window.ran='img'"></p>`,
	"svg and math":             `<svg onload="window.ran='svg'"><style>body{display:none}</style></svg><math><mtext><img src=x onerror="window.ran='math'"></mtext></math><p>w-svg</p>`,
	"addresses":                `<p><a href="javascript:window.ran='a'">a</a> <a href="data:text/html,<script>1</script>">b</a> <a href="java&#10;script:ran=1">c</a> w-addresses</p>`,
	"frames and forms":         `<iframe src="https://other.test/"></iframe><form action="https://other.test/"><input autofocus onfocus="window.ran='focus'"></form><p>w-frames</p>`,
	"styles":                   `<style>*{display:none}</style><p style="position:fixed;inset:0;background:red">w-styles</p>`,
	"a page of its own":        `</div></article></main></body></html><base href="https://other.test/"><meta http-equiv="refresh" content="0;url=https://other.test/"><p>w-page</p>`,
	"tags left open":           `<p><b><i><blockquote><pre><code>w-open`,
	"reading turned around":    "<p>\u202e\u2066reversed\u202e w-bidi</p>",
	"marks piled up":           "<p>a" + strings.Repeat("\u0301\u0489", 20_000) + " w-marks</p>",
	"quotes without end":       strings.Repeat("<blockquote>", 3_000) + "deep" + strings.Repeat("</blockquote>", 3_000) + "<p>w-quotes</p>",
	"one word without a break": "<p>" + strings.Repeat("W", 5000) + " w-word</p>",
	"the names of the page":    `<p id="main" class="comment own badge h-entry">w-names <form name="body" id="cookie"></form></p>`,
	"a comment left open":      `<p>w-comment</p><!-- <p>`,
}

// hostilePage is what the browser made of them.
type hostilePage struct {
	Ran      string   `json:"ran"`
	Scroll   int      `json:"scroll"`
	Words    []string `json:"words"`
	Badges   int      `json:"badges"`
	Name     string   `json:"name"`
	Outside  []string `json:"outside"` // addresses elsewhere that were asked
	Elements []string `json:"elements"`
	Visible  bool     `json:"visible"` // the furniture below the talk
}

const lookAtHostile = `(() => ({
	ran: String(window.ran || ''),
	scroll: document.documentElement.scrollWidth,
	words: [...document.querySelectorAll('.words')].map(w => w.innerText).join(' ').match(/w-[a-z]+/g) || [],
	name: document.querySelector('.comment .who').innerText,
	badges: document.querySelectorAll('.badge').length,
	outside: performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin)),
	elements: [...document.querySelectorAll('.words script, .words style, .words iframe, .words form, .words input, .words svg, .words base, .words meta, .words [id], .words [style], .words [onclick]')].map(e => e.outerHTML.slice(0, 80)),
	visible: document.querySelector('#reply').getBoundingClientRect().height > 0 && getComputedStyle(document.body).display != 'none',
}))()`

// TestHostileReplies has strangers try to run something on the page, to break
// it, and to pose as the author: by the real program and in a real browser.
func TestHostileReplies(t *testing.T) {
	chromium := browsertest.Start(t)
	p, peer := startProgram(t, "LIMELIGHT_COMMENTS_HOLD_ODD=false", "LIMELIGHT_COMMENTS_ACTOR_PER_HOUR=0", "LIMELIGHT_COMMENTS_HOST_PER_HOUR=0"), peertest.New(t)
	to := blog.Blog{BaseURL: p.url}
	eve := peer.Join("Limelight", peertest.Mastodon) // as the blog is called
	eve.Rewrite("The one called $NAME", `Limelight <span class=badge>Author</span> \u202e \u2714`)
	for name, html := range hostileReplies {
		if reply := eve.Send(to.InboxIRI(), eve.Act("Create", eve.Note(p.url+"/posts/rush-a-reflection", html))); reply.Status != http.StatusAccepted {
			t.Errorf("%s was answered %d %s", name, reply.Status, reply.Body)
		}
	}
	await(t, "the replies on the page", func() bool {
		return strings.Contains(p.page("/posts/rush-a-reflection"), "w-comment") && len(rows[commentRow](p, "comments")) == len(hostileReplies)
	})
	if page := p.page("/posts/rush-a-reflection"); len(page) > 1<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
	hostileFeed(t, p)
	for _, width := range []int64{360, 1280} {
		browsertest.Open(t, chromium, p.url+"/posts/rush-a-reflection", "light", width)
		browsertest.Keep(t, chromium, "hostile")
		got := browsertest.Ask[hostilePage](t, chromium, lookAtHostile)
		if got.Ran != "" || got.Scroll > int(width) || len(got.Outside) > 0 || len(got.Elements) > 0 || !got.Visible || got.Badges != 0 {
			t.Errorf("at %d pixels: %+v", width, got)
		}
		// Whatever a stranger is called, the handle beside it tells where from.
		if !strings.Contains(got.Name, "@Limelight@"+peer.Host) || strings.ContainsRune(got.Name, '\u202e') {
			t.Errorf("the stranger is called %q", got.Name)
		}
		if len(got.Words) != len(hostileReplies) {
			t.Errorf("at %d pixels %d of %d replies can be read to their end: %q", width, len(got.Words), len(hostileReplies), got.Words)
		}
	}
}

// hostileFeed wants the same replies in the feeds of comments, where nothing of
// them runs either.
func hostileFeed(t *testing.T, p *program) {
	t.Helper()
	for _, path := range []string{"/comments/feed.xml", "/posts/rush-a-reflection/comments/feed.atom"} {
		feed := p.page(path)
		var all struct {
			Items   []struct{} `xml:"channel>item"`
			Entries []struct{} `xml:"entry"`
		}
		if err := xml.Unmarshal([]byte(feed), &all); err != nil || len(all.Items)+len(all.Entries) != len(hostileReplies) {
			t.Errorf("%s: %d of %d replies, %v", path, len(all.Items)+len(all.Entries), len(hostileReplies), err)
		}
		for _, bad := range []string{"<script", "&lt;script", "<svg", "&lt;svg", "onerror", "javascript:", "&lt;iframe", "\u202e"} {
			if strings.Contains(feed, bad) {
				t.Errorf("%s has %q", path, bad)
			}
		}
	}
}
