package blog_test

import (
	"strings"
	"testing"

	"limelight/blog"
)

// beside has files of every kind about audio or video, good and bad.
var beside = map[string]string{
	"c.json":      `{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Start"}, {"startTime": 61.5}]}`,
	"none.json":   `{"version": "1.2.0", "chapters": []}`,
	"odd.json":    `{"version": "1.2.0", "chapters": [{"startTime": 0}, {"title": "When?"}]}`,
	"words.json":  `hello`,
	"t.vtt":       "\ufeffWEBVTT - with a title\n\n00:00.000 --> 00:01.000\nHi\n",
	"crlf.VTT":    "WEBVTT\r\n\r\n",
	"t.srt":       "1\n00:00:00,000 --> 00:00:01,000\nHi\n",
	"t.json":      `{"segments": []}`,
	"t.txt":       "Hi",
	"page.html":   "<p>Hi",
	"fake.vtt":    "WEBVTTX",
	"empty.srt":   " \n",
	"latin.txt":   "caf\xe9",
	"large.txt":   strings.Repeat("a", 4<<20+1),
	"my talk.vtt": "WEBVTT",
}

func composeAbout(meta string) (blog.Composed, error) {
	files := recordings()
	return blog.Compose("x.md", []byte("---\naudio: tagged.mp3\n"+meta+"\n---\nT"), blog.ComposeOptions{Open: files.Open,
		ReadFile: func(name string) ([]byte, error) {
			if text, ok := beside[name]; ok {
				return []byte(text), nil
			}
			return files.ReadFile(name)
		}})
}

func TestFilesAboutAudio(t *testing.T) {
	for _, test := range []struct{ key, file, ending, media string }{
		{"chapters", "c.json", ".chapters.json", "application/json+chapters"}, {"transcript", "t.vtt", ".vtt", "text/vtt"},
		{"transcript", "crlf.VTT", ".vtt", "text/vtt"}, {"transcript", "t.srt", ".srt", "application/x-subrip"},
		{"transcript", "t.json", ".json", "application/json"}, {"transcript", "t.txt", ".txt", "text/plain"},
		{"transcript", "my%20talk.vtt", ".vtt", "text/vtt"},
	} {
		t.Run(test.file, func(t *testing.T) {
			c, err := composeAbout(test.key + ": " + test.file)
			if err != nil {
				t.Fatal(err)
			}
			got := c.Post.Enclosure.Chapters
			if test.key == "transcript" {
				got = c.Post.Enclosure.Transcript
			}
			equal(t, "files taken along", len(c.Media), 1)
			equal(t, "as served", got, blog.EnclosureFile{URL: blog.MediaPath(c.Media[0].Name), Type: test.media})
			if !strings.HasSuffix(got.URL, test.ending) {
				t.Errorf("served as %s", got.URL)
			}
			if served, known := blog.MediaType(c.Media[0].Name); !known || strings.TrimSuffix(served, "; charset=utf-8") != test.media {
				t.Errorf("served as %s, which the feed says is %s", served, test.media)
			}
		})
	}
}

func TestNumbersOfEpisodes(t *testing.T) {
	c, err := composeAbout("season: 2\nepisode: 14\nexplicit: true\nchapters: https://cdn.test/c.json?x\ntranscript: https://cdn.test/t.html")
	if err != nil {
		t.Fatal(err)
	}
	e := c.Post.Enclosure
	equal(t, "numbers", []int{e.Season, e.Episode}, []int{2, 14})
	equal(t, "explicit", e.Explicit, true)
	equal(t, "chapters", e.Chapters, blog.EnclosureFile{URL: "https://cdn.test/c.json?x", Type: "application/json+chapters"})
	equal(t, "transcript", e.Transcript, blog.EnclosureFile{URL: "https://cdn.test/t.html", Type: "text/html"})
	equal(t, "files", len(c.Media), 0)
}

func TestFaultsAboutAudio(t *testing.T) {
	for _, test := range []struct{ meta, want string }{
		{"season: 0", "a number from 1 to 99999"}, {"episode: one", "a number from 1 to 99999"}, {"episode: 100000", "a number"},
		{"explicit: perhaps", "true or false"}, {"chapters: gone.json", "no such file"}, {"chapters: ../c.json", "outside the post's folder"},
		{"chapters: t.vtt", "chapters may end in .json"}, {"chapters: none.json", `"version" and "chapters"`},
		{"chapters: odd.json", `chapter 2 should have a "startTime"`}, {"chapters: words.json", "no JSON of chapters"},
		{"transcript: words.json", "is no JSON"}, {"transcript: page.html", "may end in .vtt, .srt, .json, .txt"},
		{"transcript: fake.vtt", "first line should be WEBVTT"}, {"transcript: empty.srt", "is empty"}, {"transcript: latin.txt", "no text in UTF-8"},
		{"transcript: large.txt", "has 4194305 bytes"}, {"transcript: ftp://cdn.test/t.vtt", "starts with https://"},
		{"transcript: https://cdn.test/t.doc", ".vtt, .srt, .json, .txt, .html"},
	} {
		t.Run(test.meta, func(t *testing.T) {
			_, err := composeAbout(test.meta)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "x.md:3:") {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	for _, key := range []string{"season: 1", "episode: 1", "explicit: true", "chapters: c.json", "transcript: t.vtt"} {
		_, err := composeBeside(nil, key)
		if err == nil || !strings.Contains(err.Error(), "without audio or video") {
			t.Errorf("%s alone: %v", key, err)
		}
	}
}
