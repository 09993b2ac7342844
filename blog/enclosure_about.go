package blog

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxAboutFile = 4 << 20 // bytes: a transcript of days
	maxNumber    = 99999   // of a season or an episode
)

// aboutKind is a kind of file about audio or video that podcast players take
// (Podcasting 2.0 namespace, chapters and transcript).
type aboutKind struct {
	key    string // of the front matter
	ending string // of the file's name
	media  string // type, as a feed names it
	fault  func(data []byte) string
}

var aboutKinds = []aboutKind{
	{"chapters", ".json", "application/json+chapters", chaptersFault},
	{"transcript", ".vtt", "text/vtt", webVTTFault},
	{"transcript", ".srt", "application/x-subrip", textFault},
	{"transcript", ".json", "application/json", jsonFault},
	{"transcript", ".txt", "text/plain", textFault},
	{"transcript", ".html", "text/html", nil}, // elsewhere only: it would be a page of ours
}

// aboutFiles takes chapters and transcript along, or names them elsewhere.
func (c *composing) aboutFiles() error {
	for _, f := range c.enclosed {
		to := &c.post.Enclosure.Chapters
		switch f.key {
		case "chapters":
		case "transcript":
			to = &c.post.Enclosure.Transcript
		default:
			continue
		}
		take := c.aboutAddress
		if local(f.text) {
			take = c.aboutFile
		}
		if err := take(f, to); err != nil {
			return err
		}
	}
	return nil
}

func (c *composing) aboutFile(f field, to *EnclosureFile) error {
	name := besideName(f.text)
	kind, known := aboutKindOf(f.key, name)
	switch {
	case outside(name):
		return c.fault(f, "%s: lies outside the post's folder; put the file beside the post or below", f.text)
	case !known || kind.fault == nil:
		return c.fault(f, "%s: %s may end in %s", f.text, f.key, aboutEndings(f.key, true))
	case c.opts.ReadFile == nil:
		return c.fault(f, "%s: files cannot be taken along from here", f.text)
	}
	data, err := c.opts.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c.fault(f, "%s: there is no such file beside the post", f.text)
	case err != nil:
		return c.fault(f, "%s: cannot be read beside the post: %v", f.text, err)
	case len(data) > maxAboutFile:
		return c.fault(f, "%s: has %d bytes; %s may have %d", f.text, len(data), f.key, maxAboutFile)
	}
	if fault := kind.fault(data); fault != "" {
		return c.fault(f, "%s: %s", f.text, fault)
	}
	sum := sha256.New()
	sum.Write(data)
	ending := kind.ending
	if f.key == "chapters" {
		ending = chaptersEnding
	}
	m := MediaFile{Name: hashName(sum) + ending[1:], Type: kind.media, Data: data}
	c.media = append(c.media, m)
	*to = EnclosureFile{MediaPath(m.Name), kind.media}
	return nil
}

// aboutAddress names a file at another server, which is never asked for it.
func (c *composing) aboutAddress(f field, to *EnclosureFile) error {
	address, err := enclosureAddress(f.text)
	if err != nil {
		return c.fault(f, "%s should name a file beside this one or an address that starts with https://: %v", f.key, err)
	}
	kind, known := aboutKindOf(f.key, address.Path)
	if !known {
		return c.fault(f, "%s: the path of such an address may end in %s", f.key, aboutEndings(f.key, false))
	}
	*to = EnclosureFile{address.String(), kind.media}
	return nil
}

func aboutKindOf(key, name string) (aboutKind, bool) {
	ending := strings.ToLower(path.Ext(name))
	i := slices.IndexFunc(aboutKinds, func(k aboutKind) bool { return k.key == key && k.ending == ending })
	if i < 0 {
		return aboutKind{}, false
	}
	return aboutKinds[i], true
}

// aboutEndings lists what a file's name may end in under the key; own leaves out
// what is taken from elsewhere only.
func aboutEndings(key string, own bool) string {
	var all []string
	for _, k := range aboutKinds {
		if k.key == key && (k.fault != nil || !own) {
			all = append(all, k.ending)
		}
	}
	return strings.Join(all, ", ")
}

// chaptersFault tells what is wrong with chapters (JSON Chapters 1.2); empty
// when nothing is.
func chaptersFault(data []byte) string {
	var file struct {
		Version  string `json:"version"`
		Chapters []struct {
			Start *float64 `json:"startTime"`
		} `json:"chapters"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return fmt.Sprintf("is no JSON of chapters: %v", err)
	}
	if file.Version == "" || len(file.Chapters) == 0 {
		return `should have "version" and "chapters"`
	}
	for i, chapter := range file.Chapters {
		if chapter.Start == nil || *chapter.Start < 0 {
			return fmt.Sprintf(`chapter %d should have a "startTime" in seconds`, i+1)
		}
	}
	return ""
}

func jsonFault(data []byte) string {
	if !json.Valid(data) {
		return "is no JSON"
	}
	return ""
}

// webVTTFault knows WebVTT by how it begins (W3C WebVTT section 4.1).
func webVTTFault(data []byte) string {
	head, _, _ := bytes.Cut(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("\n"))
	rest, found := bytes.CutPrefix(bytes.TrimRight(head, "\r"), []byte("WEBVTT"))
	if !found || len(rest) > 0 && rest[0] != ' ' && rest[0] != '\t' {
		return "is no WebVTT: its first line should be WEBVTT"
	}
	return textFault(data)
}

func textFault(data []byte) string {
	if len(bytes.TrimSpace(data)) == 0 {
		return "is empty"
	}
	if !utf8.Valid(data) || bytes.ContainsRune(data, 0) {
		return "is no text in UTF-8"
	}
	return ""
}

// numbered takes the numbers of season and episode, and whether it is explicit.
func (c *composing) numbered() error {
	e := &c.post.Enclosure
	for _, f := range c.enclosed {
		to := &e.Season
		switch f.key {
		case "season":
		case "episode":
			to = &e.Episode
		case "explicit":
			if err := c.boolean(f, &e.Explicit); err != nil {
				return err
			}
			continue
		default:
			continue
		}
		n, err := strconv.Atoi(f.text)
		if err != nil || n < 1 || n > maxNumber {
			return c.fault(f, "%s is %q; it should be a number from 1 to %d", f.key, f.text, maxNumber)
		}
		*to = n
	}
	return nil
}
