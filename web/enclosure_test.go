package web

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// enclosed publishes a post with audio or video.
func (w *world) enclosed(slug string, e blog.Enclosure, changes ...func(*blog.Post)) {
	w.t.Helper()
	p := blog.Post{Slug: slug, Title: "Salt & smoke", HTML: "<p>Notes.</p>", Enclosure: e}
	for _, change := range changes {
		change(&p)
	}
	if _, _, _, err := w.db.Publish(w.t.Context(), p, storage.PublishOptions{}); err != nil {
		w.t.Fatal(err)
	}
	w.look()
}

var mp3 = blog.Enclosure{URL: "/media/0af3.mp3", Type: "audio/mpeg", Title: "One <& all>", Size: 24986239, Duration: 3723 * time.Second}

func TestPlayers(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name      string
		enclosure blog.Enclosure
		want      []string
		none      []string
	}{
		{"audio", mp3, []string{`<audio class="u-audio" src="/media/0af3.mp3" controls preload="none" aria-label="One &lt;&amp; all&gt;"></audio>`,
			`<b dir="auto">One &lt;&amp; all&gt;</b>`, `<a href="/media/0af3.mp3" download="audio.mp3">Download</a> (MP3, 1:02:03, 25 MB)`}, []string{"<video", "autoplay"}},
		{"video", blog.Enclosure{URL: "/media/0af3.webm", Type: "video/webm", Size: 1}, []string{
			`<video class="u-video" src="/media/0af3.webm" controls preload="none" aria-label="Salt &amp; smoke"></video>`, `(WEBM, 1 KB)`}, []string{"<audio", `<b dir`}},
		{"elsewhere", blog.Enclosure{URL: "https://cdn.test/a.mp4?b=1&c", Type: "video/mp4", Duration: 75 * time.Second}, []string{
			`<a class="u-video" href="https://cdn.test/a.mp4?b=1&amp;c"><span lang="en">Watch</span></a>`, `(MP4, cdn.test, 1:15)`}, []string{"<audio", "<video", "src=\"https://"}},
		{"elsewhere-titled", blog.Enclosure{URL: "https://cdn.test/a.mp3", Type: "audio/mpeg", Title: "<T>"}, []string{
			`<a class="u-audio" href="https://cdn.test/a.mp3"><bdi>&lt;T&gt;</bdi></a>`, `(MP3, cdn.test)`}, []string{"<audio", "<T>"}},
		{"none", blog.Enclosure{}, []string{"Notes."}, []string{"recording", "<audio", "<video"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.enclosed(test.name, test.enclosure)
			page := w.get("/posts/" + test.name)
			wantAll(t, page, test.want...)
			wantNone(t, page, test.none...)
		})
	}
	wantNone(t, w.get("/"), "<audio", "<video") // a list has teasers
}

func TestPlayerOfANote(t *testing.T) {
	w := newWorld(t)
	w.enclosed("note", mp3, func(p *blog.Post) { p.Title = "" })
	wantOrder(t, w.get("/"), "<audio", "Notes.")
	w.enclosed("warned", mp3, func(p *blog.Post) { p.Title, p.Sensitive = "", true })
	wantOrder(t, w.get("/posts/warned"), "<details", "<audio", "</details>")
	if page := w.get("/"); strings.Count(page, "<audio") != 1 {
		t.Errorf("what is behind a warning can be heard in the list:\n%s", page)
	}
}

func TestEnclosureFacts(t *testing.T) {
	for seconds, want := range map[int]string{1: "0:01", 59: "0:59", 60: "1:00", 3599: "59:59", 3600: "1:00:00", 360_000: "100:00:00"} {
		if got := clock(time.Duration(seconds) * time.Second); got != want {
			t.Errorf("%d seconds: %s, want %s", seconds, got, want)
		}
	}
	for size, want := range map[int64]string{1: "1 KB", 640_000: "640 KB", 999_499: "999 KB", 999_500: "1.0 MB", 2_540_000: "2.5 MB", 9_960_000: "10 MB", 512 << 20: "537 MB", 3 << 30: "3.2 GB", 1 << 50: "1126 TB"} {
		if got := bytesText(size); got != want {
			t.Errorf("%d bytes: %s, want %s", size, got, want)
		}
	}
}

// patientRecorder counts how often the deadline of the answer was moved.
type patientRecorder struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
}

func (p *patientRecorder) SetWriteDeadline(at time.Time) error {
	p.deadlines = append(p.deadlines, at)
	return nil
}

// TestLargeFilesTakeTheirTime: the server's time limit is for an answer as a
// whole, and an hour of sound through a slow line takes longer.
func TestLargeFilesTakeTheirTime(t *testing.T) {
	w := newWorld(t)
	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<17)
	for name, data := range map[string][]byte{"large.mp3": large, "small.mp3": large[:1<<20]} {
		if err := w.db.SaveMedia(t.Context(), name, data); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name, file, bytes string
		want              []byte
		moved             int // times at least; 0 for never
	}{
		{"small", "small.mp3", "", large[:1<<20], 0},
		{"large", "large.mp3", "", large, 64},
		{"the end of a large one", "large.mp3", "bytes=1048570-", large[1048570:], 32},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/media/"+test.file, nil)
			if test.bytes != "" {
				r.Header.Set("Range", test.bytes)
			}
			rec := &patientRecorder{ResponseRecorder: httptest.NewRecorder()}
			before := time.Now()
			w.handler.ServeHTTP(rec, r)
			if got := rec.Body.Bytes(); !bytes.Equal(got, test.want) {
				t.Errorf("%d bytes, want %d", len(got), len(test.want))
			}
			if n := len(rec.deadlines); n < test.moved || test.moved == 0 && n > 0 {
				t.Errorf("the deadline was moved %d times, want %d", n, test.moved)
			}
			for _, at := range rec.deadlines {
				if at.Before(before.Add(pieceLimit)) {
					t.Errorf("a deadline %v after the start", at.Sub(before))
				}
			}
		})
	}
}
