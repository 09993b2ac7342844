package blog_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"limelight/blog"
)

// recordings is a folder with a file of every kind, each long enough that its
// end is not in what is sniffed.
func recordings() fstest.MapFS {
	files := fstest.MapFS{"empty.mp3": {}, "far/away.mp3": {Data: []byte("ID3")}, "folder.mp3": {Mode: fs.ModeDir | 0o755}}
	for name, start := range map[string]string{
		"tagged.mp3": "ID3\x04\x00", "bare.MP3": "\xff\xfb\x90\x64", "a.m4a": "\x00\x00\x00\x20ftypM4A ", "a.ogg": "OggS\x00\x02", "a.opus": "OggS\x00\x02",
		"a.flac": "fLaC\x00\x00", "a.mp4": "\x00\x00\x00\x20ftypisom", "a.webm": "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm",
		"matroska.webm": "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska", "page.mp3": "<html>", "aac.mp3": "\xff\xf1\x50\x80", "my talk.mp4": "\x00\x00\x00\x20ftypisom",
		"free.mp3": "\xff\xfb\xf0\x64", "a.wav": "RIFF",
	} {
		files[name] = &fstest.MapFile{Data: []byte(start + strings.Repeat(name, 1000))}
	}
	return files
}

func composeBeside(files fstest.MapFS, meta string) (blog.Composed, error) {
	return blog.Compose("x.md", []byte("---\n"+meta+"\n---\nT"), blog.ComposeOptions{Now: now, Open: files.Open})
}

func TestEnclosedFiles(t *testing.T) {
	files := recordings()
	for _, test := range []struct{ key, file, ending, media string }{
		{"audio", "tagged.mp3", ".mp3", "audio/mpeg"}, {"audio", "bare.MP3", ".mp3", "audio/mpeg"}, {"audio", "a.m4a", ".m4a", "audio/mp4"},
		{"audio", "a.ogg", ".ogg", "audio/ogg"}, {"audio", "a.opus", ".opus", "audio/ogg"}, {"audio", "a.flac", ".flac", "audio/flac"},
		{"video", "a.mp4", ".mp4", "video/mp4"}, {"video", "a.webm", ".webm", "video/webm"}, {"video", "my talk.mp4", ".mp4", "video/mp4"},
	} {
		t.Run(test.file, func(t *testing.T) {
			c, err := composeBeside(files, test.key+": "+test.file+"\n"+test.key+"_title: One  &  all\nduration: 1:02:03")
			if err != nil {
				t.Fatal(err)
			}
			data := files[test.file].Data
			sum := sha256.Sum256(data)
			name := hex.EncodeToString(sum[:16]) + test.ending
			equal(t, "enclosure", c.Post.Enclosure, blog.Enclosure{URL: "/media/" + name, Type: test.media, Title: "One & all",
				Size: int64(len(data)), Duration: time.Hour + 2*time.Minute + 3*time.Second})
			equal(t, "files", c.Files, []blog.SourceFile{{Name: name, Path: test.file, Size: int64(len(data))}})
			equal(t, "is video", c.Post.Enclosure.IsVideo(), test.key == "video")
			equal(t, "is own", c.Post.Enclosure.IsOwn(), true)
		})
	}
}

func TestEnclosedAddress(t *testing.T) {
	for _, test := range []struct {
		name, meta string
		want       blog.Enclosure
	}{
		{"alone", "audio: https://cdn.test/a%20b.mp3?x=1&y", blog.Enclosure{URL: "https://cdn.test/a%20b.mp3?x=1&y", Type: "audio/mpeg"}},
		{"with all", "video_title: T\nvideo_size: 2147483648\nduration: 75\nvideo: HTTP://cdn.test:8080/ü.webm",
			blog.Enclosure{URL: "http://cdn.test:8080/%C3%BC.webm", Type: "video/webm", Title: "T", Size: 1 << 31, Duration: 75 * time.Second}},
		{"left blank", "audio:\naudio_title:\nduration:", blog.Enclosure{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := composeBeside(nil, test.meta)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "enclosure", c.Post.Enclosure, test.want)
			equal(t, "is own", c.Post.Enclosure.IsOwn(), false)
			equal(t, "files", len(c.Files), 0)
		})
	}
	toml := composed(t, "x.md", "+++\naudio = 'https://cdn.test/a.mp3'\naudio_size = 7\nduration = 00:01:15\n+++\nT")
	equal(t, "TOML", toml.Enclosure, blog.Enclosure{URL: "https://cdn.test/a.mp3", Type: "audio/mpeg", Size: 7, Duration: 75 * time.Second})
}

func TestEnclosureFaults(t *testing.T) {
	for _, test := range []struct {
		name, meta string
		line       int
		want       string
	}{
		{"no such file", "title: a\naudio: gone.mp3", 3, "gone.mp3: there is no such file beside the post"},
		{"outside", "audio: ../a.mp3", 2, "lies outside the post's folder"},
		{"outside in disguise", "audio: far/..%2f..%2fa.mp3", 2, "lies outside"},
		{"absolute", "audio: /etc/a.mp3", 2, "starts with https://"},
		{"another scheme", "video: file:///etc/a.mp4", 2, "starts with https://"},
		{"a name in the address", "video: https://ann:x@cdn.test/a.mp4", 2, "a user's name"},
		{"a long address", "audio: https://cdn.test/" + strings.Repeat("a", 2000) + ".mp3", 2, "2000 characters"},
		{"an address without an ending", "audio: https://cdn.test/play?a.mp3", 2, ".mp3, .m4a, .ogg, .opus, .flac"},
		{"another kind", "audio: a.wav", 2, "a.wav: audio may end in .mp3, .m4a, .ogg, .opus, .flac"},
		{"video as audio", "audio: a.mp4", 2, "audio may end in"},
		{"audio as video", "video: tagged.mp3", 2, "video may end in .mp4, .webm"},
		{"empty", "audio: empty.mp3", 2, "empty.mp3: is not what its name says"},
		{"a page", "audio: page.mp3", 2, "no .mp3 file starts like this"},
		{"AAC by the name of MP3", "audio: aac.mp3", 2, "no .mp3 file starts like this"},
		{"no bit rate", "audio: free.mp3", 2, "no .mp3 file starts like this"},
		{"Matroska by the name of WebM", "video: matroska.webm", 2, "no .webm file starts like this"},
		{"a folder", "audio: folder.mp3", 2, "folder.mp3: is no file"},
		{"both", "video: a.mp4\ntitle: a\naudio: tagged.mp3", 4, "audio or video, not both"},
		{"a title of nothing", "title: a\naudio_title: b", 3, "audio_title stands here without audio"},
		{"a duration of nothing", "duration: 1:00", 2, "without audio or video"},
		{"a title of the other", "video: a.mp4\naudio_title: b", 3, "audio_title stands here without audio"},
		{"a list", "audio: [a.mp3, b.mp3]", 2, "single value"},
		{"a long title", "audio: tagged.mp3\naudio_title: " + strings.Repeat("a", 301), 3, "300 characters"},
		{"the size of a file here", "audio_size: 7\naudio: tagged.mp3", 2, "for a file elsewhere"},
		{"a size in words", "audio: https://cdn.test/a.mp3\naudio_size: 7 MB", 3, "in bytes, as 24986239"},
		{"no size", "audio: https://cdn.test/a.mp3\naudio_size: 0", 3, "in bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := fault(t, "x.md", []byte("---\n"+test.meta+"\n---\nT"), blog.ComposeOptions{Open: recordings().Open})
			equal(t, "line", got.Line, test.line)
			contains(t, "message", got.Msg, test.want)
		})
	}
	got := fault(t, "x.md", []byte("---\naudio: a.mp3\n---\nT"), blog.ComposeOptions{})
	contains(t, "without a folder", got.Msg, "cannot be taken along")
}

// TestEnclosureTooLarge has a file that is large by its own account.
func TestEnclosureTooLarge(t *testing.T) {
	got := fault(t, "x.md", []byte("---\naudio: a.mp3\n---\nT"), blog.ComposeOptions{Open: func(string) (fs.File, error) {
		f, err := recordings().Open("tagged.mp3")
		return largeFile{f}, err
	}})
	contains(t, "message", got.Msg, "has 536870913 bytes; audio or video of a post may have 536870912")
}

type largeFile struct{ fs.File }

func (f largeFile) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	return largeInfo{info}, err
}

type largeInfo struct{ fs.FileInfo }

func (largeInfo) Size() int64 { return 512<<20 + 1 }

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"123": 123 * time.Second, "2:03": 123 * time.Second, "90:00": 90 * time.Minute, "1:02:03": 3723 * time.Second, "01:2:3": 3723 * time.Second, "999:59:59": 1000*time.Hour - time.Second,
		"0": 0, "0:00": 0, "1:60": 0, "1:60:00": 0, "1:2:3:4": 0, "-5": 0, "1:": 0, ":30": 0, "1.5": 0, "PT5M": 0, "1:002": 0, "1000:00:00": 0, "99999999999": 0, "٣": 0,
	} {
		c, err := composeBeside(nil, "audio: https://cdn.test/a.mp3\nduration: '"+text+"'")
		if want == 0 {
			var input *blog.InputError
			if !errors.As(err, &input) || input.Line != 3 || !strings.Contains(input.Msg, "1:02:03, 2:03 or 123") {
				t.Errorf("duration %q: %v, %v", text, c.Post.Enclosure.Duration, err)
			}
			continue
		}
		if err != nil || c.Post.Enclosure.Duration != want {
			t.Errorf("duration %q: %v, %v; want %v", text, c.Post.Enclosure.Duration, err, want)
		}
	}
}

func TestCheckedFiles(t *testing.T) {
	files := recordings()
	c, err := composeBeside(files, "audio: tagged.mp3")
	if err != nil {
		t.Fatal(err)
	}
	data := string(files["tagged.mp3"].Data)
	got, err := io.ReadAll(c.Files[0].Checked(strings.NewReader(data)))
	if err != nil || string(got) != data {
		t.Errorf("unchanged: %d of %d bytes, %v", len(got), len(data), err)
	}
	for name, other := range map[string]string{"shorter": data[1:], "longer": data + "x", "other": "x" + data[1:], "empty": ""} {
		if _, err := io.ReadAll(c.Files[0].Checked(strings.NewReader(other))); !errors.Is(err, blog.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
