package web

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"limelight/blog"
)

// enclosure is the audio or video of a post: a player where the file is ours,
// else a link, since no browser is made to ask another server.
type enclosure struct {
	URL   string
	Video bool
	Own   bool
	Title string // plain text; empty for none
	Label string // what a player is called that has no title
	File  string // what one of ours is called once it is downloaded
	Facts string // "MP3, 1:02:03, 25 MB"; of one elsewhere also its host

	Transcript string // address of what is said; empty for none
	Captions   string // the same where the player can show it; empty for none
	Language   string // of both
}

func (s *Site) enclosure(p *blog.Post) *enclosure {
	e := p.Enclosure
	if e.URL == "" {
		return nil
	}
	v := &enclosure{URL: s.blog.MediaLink(e.URL), Video: e.IsVideo(), Own: e.IsOwn(), Title: e.Title, Label: cmp.Or(e.Title, s.nameOf(p)), Facts: factsOf(&e)}
	if v.Own {
		v.File = p.Slug + path.Ext(e.URL)
	}
	v.Transcript, v.Language = e.Transcript.URL, cmp.Or(p.Language, s.blog.Language)
	if v.Own && v.Video && strings.HasPrefix(v.Transcript, "/") && e.Transcript.Type == "text/vtt" {
		v.Captions = v.Transcript
	}
	return v
}

// factsOf tells what somebody wants to know before a click.
func factsOf(e *blog.Enclosure) string {
	var facts []string
	if u, err := url.Parse(e.URL); err == nil {
		facts = append(facts, strings.ToUpper(strings.TrimPrefix(path.Ext(u.Path), ".")))
		if !e.IsOwn() {
			facts = append(facts, u.Hostname())
		}
	}
	if e.Duration > 0 {
		facts = append(facts, clock(e.Duration))
	}
	if e.Size > 0 {
		facts = append(facts, bytesText(e.Size))
	}
	return strings.Join(facts, ", ")
}

// clock is a time of whole seconds as players show it: 2:03, 1:02:03.
func clock(d time.Duration) string {
	s := int64(d / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// bytesText is a size as people say it: 640 KB, 2.5 MB, 25 MB.
func bytesText(n int64) string {
	units := []string{"KB", "MB", "GB", "TB"}
	v := float64(n) / 1000
	for len(units) > 1 && v >= 999.5 {
		v, units = v/1000, units[1:]
	}
	if v < 9.95 && units[0] != "KB" {
		return fmt.Sprintf("%.1f %s", v, units[0])
	}
	return fmt.Sprintf("%.0f %s", max(v, 1), units[0])
}
