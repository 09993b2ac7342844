package web

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"limelight/blog"
	"limelight/web/browsertest"
)

// player is what the browser made of a player.
type player struct {
	Scroll  int     `json:"scroll"`  // width of everything, pixels
	Width   float64 `json:"width"`   // of the player
	Height  float64 `json:"height"`  // of the player
	Column  float64 `json:"column"`  // width of the text
	Loaded  int     `json:"loaded"`  // files that were asked for
	Refused int     `json:"refused"` // by the page's policy
}

const measurePlayer = `(() => {
	const box = document.querySelector('.recording audio, .recording video').getBoundingClientRect();
	return {scroll: document.documentElement.scrollWidth, width: box.width, height: box.height, column: document.querySelector('.prose').getBoundingClientRect().width,
		loaded: performance.getEntriesByType('resource').filter(e => e.name.includes('/media/')).length, refused: refused.length};
})()`

func TestPlayerLayout(t *testing.T) {
	w := newWorld(t)
	long := mp3
	long.Title = "Averyveryverylongtitlewithoutanybreakwhatsoeverthatgoesonandonandon"
	w.enclosed("audio", long)
	w.enclosed("video", blog.Enclosure{URL: "/media/0af3.mp4", Type: "video/mp4", Title: "How the pot came to boil", Size: 3 << 20, Duration: 754 * time.Second})
	server := httptest.NewServer(w.handler)
	defer server.Close()
	chromium := browsertest.Start(t)
	browsertest.WatchPolicy(t, chromium)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1280} {
			for _, kind := range []string{"audio", "video"} {
				name := fmt.Sprintf("%s-%s-%d", kind, scheme, width)
				t.Run(name, func(t *testing.T) {
					browsertest.Open(t, chromium, server.URL+"/posts/"+kind, scheme, width)
					p := browsertest.Ask[player](t, chromium, measurePlayer)
					if p.Scroll > int(width) || p.Width < p.Column-1 || p.Width > p.Column+1 || p.Height < 30 || kind == "video" && (p.Height < p.Width/2 || p.Height > p.Width) {
						t.Errorf("the player is %.0f x %.0f in a column of %.0f on a page of %d", p.Width, p.Height, p.Column, p.Scroll)
					}
					if p.Loaded > 0 || p.Refused > 0 {
						t.Errorf("%d files were loaded before anybody wanted them, %d refused", p.Loaded, p.Refused)
					}
					browsertest.Keep(t, chromium, name)
				})
			}
		}
	}
}

// silence is an MP3 of so many frames of 26 ms: 128 kbit/s at 44.1 kHz makes
// 417 bytes, and those after the header are no sound when they are zero.
func silence(frames int) []byte {
	frame := make([]byte, 417)
	copy(frame, "\xff\xfb\x90\x64")
	return bytes.Repeat(frame, frames)
}

// TestPlayerPlays: neither the policy of the page nor that of the file is in
// the way of a player.
func TestPlayerPlays(t *testing.T) {
	w := newWorld(t)
	w.enclosed("audio", mp3)
	if err := w.db.SaveMedia(t.Context(), "0af3.mp3", silence(1000)); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.handler)
	defer server.Close()
	chromium := browsertest.Start(t)
	browsertest.WatchPolicy(t, chromium)
	browsertest.Open(t, chromium, server.URL+"/posts/audio", "light", 1280)
	heard := browsertest.Ask[string](t, chromium, `new Promise(done => {
		const a = document.querySelector('audio');
		// Without a click no page may play; to decode what is in the middle is as good.
		a.onloadedmetadata = () => { a.currentTime = 20 };
		a.onseeked = () => done(Math.round(a.currentTime) + ' of ' + Math.round(a.duration) + ' seconds');
		a.onerror = () => done('error ' + a.error.message);
		a.preload = 'auto';
		a.load();
	})`)
	if heard != "20 of 26 seconds" {
		t.Errorf("heard %q", heard)
	}
	if refused := browsertest.Refused(t, chromium); len(refused) > 0 {
		t.Errorf("refused: %q", refused)
	}
}
