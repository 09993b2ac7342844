package blog

import (
	"strings"
	"time"
)

// Enclosure is the audio or video that belongs to a post, such as an episode
// of a podcast. The zero value is none.
type Enclosure struct {
	URL      string        // a path under /media/, or an http(s) address elsewhere; Blog.URL makes either absolute
	Type     string        // media type: audio/mpeg, video/mp4...
	Title    string        // plain text; empty when it has none of its own
	Size     int64         // bytes; 0 when nobody told, which is possible elsewhere only
	Duration time.Duration // whole seconds; 0 when nobody told

	Season     int           // from 1; 0 for none
	Episode    int           // from 1; 0 for none
	Explicit   bool          // not for children
	Chapters   EnclosureFile // where it begins to be about what
	Transcript EnclosureFile // what is said
}

// EnclosureFile is a file about the audio or video of a post.
type EnclosureFile struct {
	URL  string // as Enclosure.URL; empty means none
	Type string // media type
}

// IsVideo tells video from audio.
func (e *Enclosure) IsVideo() bool { return strings.HasPrefix(e.Type, "video/") }

// IsOwn tells whether the blog serves the file itself.
func (e *Enclosure) IsOwn() bool { return strings.HasPrefix(e.URL, "/") }
