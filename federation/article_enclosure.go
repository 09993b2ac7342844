package federation

import (
	"cmp"
	"fmt"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

// recording is the audio or video of a post as it is attached. Without a title
// of its own it has that of the post: Mastodon reads the name to those who
// cannot see.
func (n *Node) recording(p *blog.Post) vocab.Recording {
	e := p.Enclosure
	r := vocab.Recording{Type: "Audio", MediaType: e.Type, URL: n.blog.URL(e.URL), Name: cmp.Or(e.Title, p.Title), Size: e.Size}
	if e.IsVideo() {
		r.Type = "Video"
	}
	if e.Duration > 0 {
		r.Duration = xsdDuration(e.Duration)
	}
	return r
}

// xsdDuration is a time of whole seconds as XML Schema has it, section 3.2.6:
// PT1H2M3S.
func xsdDuration(d time.Duration) string {
	s := int64(d / time.Second)
	out := "PT"
	if h := s / 3600; h > 0 {
		out += fmt.Sprintf("%dH", h)
	}
	if m := s / 60 % 60; m > 0 {
		out += fmt.Sprintf("%dM", m)
	}
	if s := s % 60; s > 0 || out == "PT" {
		out += fmt.Sprintf("%dS", s)
	}
	return out
}
