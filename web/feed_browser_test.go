package web

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"limelight/web/browsertest"
)

// shownFeed is what the browser made of a feed.
type shownFeed struct {
	Overflow bool     `json:"overflow"`
	Paper    string   `json:"paper"`
	Shown    []string `json:"shown"`   // texts that are to be seen
	Links    int      `json:"links"`   // addresses that are to be seen
	Letters  float64  `json:"letters"` // size of the text on the screen, pixels
}

const lookAtFeed = `(() => {
	const seen = e => e.getClientRects().length > 0 && e.children.length == 0;
	const all = [...document.querySelectorAll('channel > *, item > *, feed > *, entry > *')].filter(seen);
	return {
		overflow: document.documentElement.scrollWidth > innerWidth,
		paper: getComputedStyle(document.documentElement).backgroundColor,
		shown: all.filter(e => e.localName != 'link').map(e => e.textContent),
		links: all.filter(e => e.localName == 'link').length,
		letters: parseFloat(getComputedStyle(document.documentElement).fontSize) * (innerWidth == 980 ? screen.width / 980 : 1), // what a phone makes of it
	};
})()`

// TestFeedInBrowser has somebody open a feed.
func TestFeedInBrowser(t *testing.T) {
	w := newWorld(t)
	w.publish("tea.md", "---\ntitle: Tea & <milk>\nsummary: With "+strings.Repeat("water", 60)+"\ndate: 2026-11-02\naudio: https://cdn.example.com/a.mp3\naudio_title: Unseen\n---\nThe **whole** text.\n")
	server := httptest.NewServer(w.handler)
	defer server.Close()
	browser := browsertest.Start(t)
	browsertest.WatchPolicy(t, browser)
	for path, date := range map[string]string{"/feed.xml": "Mon, 02 Nov 2026 00:00:00 +0000", "/feed.atom": "2026-11-02T00:00:00Z"} {
		for scheme, paper := range map[string]string{"light": "rgb(252, 251, 246)", "dark": "rgb(21, 22, 17)"} {
			for _, width := range []int64{360, 1280} {
				browsertest.Open(t, browser, server.URL+path, scheme, width)
				browsertest.Keep(t, browser, fmt.Sprintf("feed-%s-%s-%d", path[6:], scheme, width))
				got := browsertest.Ask[shownFeed](t, browser, lookAtFeed)
				// Atom has its dates before its summary, and shows them after it.
				want := slices.Sorted(slices.Values([]string{"Example & Sons", "Words about <things>.", "Tea & <milk>", "With " + strings.Repeat("water", 60), date}))
				if slices.Sort(got.Shown); got.Overflow || got.Paper != paper || got.Links != 1 || got.Letters < 16 || got.Letters > 20 || !slices.Equal(got.Shown, want) {
					t.Errorf("%s, %s, %d pixels: %+v\nwant %q", path, scheme, width, got, want)
				}
				if refused := browsertest.Refused(t, browser); len(refused) > 0 {
					t.Errorf("%s: refused: %v", path, refused)
				}
			}
		}
	}
}
