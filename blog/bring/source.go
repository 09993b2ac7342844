package bring

import (
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"time"

	"limelight/blog"
)

// Bounds on what is read.
const (
	MaxPosts    = 100_000
	MaxComments = 10_000  // under one post
	MaxText     = 2 << 20 // bytes of a post, as blog.MaxSource
	maxNotes    = 50      // about one post
)

// Options are what a source does not say itself.
type Options struct {
	Timezone *time.Location // of dates without one; nil means UTC
}

// Source is a blog as another program keeps it.
type Source struct {
	Name  string // what it is remembered as: with the IDs of the posts it tells what was brought before
	Kind  string // "a Hugo site", for people
	Posts []*Post
	Notes []string // what is about no post alone
	Host  string   // the only one at which Paths mean these posts; empty for any
	Files fs.FS    // where the files are that posts show; nil when they are elsewhere

	paths map[string]bool // where posts were; nil before the first is composed
}

// found tells whether a post was found at the address.
func (s *Source) found(address string) bool {
	if s.paths == nil {
		s.paths = map[string]bool{}
		for _, p := range s.Posts {
			for _, path := range p.Paths {
				s.paths[path] = p.Left == ""
			}
		}
	}
	return s.paths[blog.OldPathOf(address)]
}

// Post is one of a Source.
type Post struct {
	ID       string // what the source calls it
	Name     string // for people: a file's name, or an address
	Meta     blog.FrontMatter
	Text     string   // Markdown
	Base     *url.URL // what references in it are relative to: an address, or a path alone; nil for neither
	Dir      string   // folder in Files of what lies beside it
	Roots    []string // folders in Files that stand for the root of the site
	Site     string   // the path of that root in addresses; empty means /
	Paths    []string // where it was found, as blog.OldPath has them
	Comments []Comment
	Left     string   // why it does not come; empty when it does
	Notes    []string // what is not as it was
}

// Comment is one under a Post.
type Comment struct {
	ID        string // an IRI that is always the same
	Answers   string // ID of the one it answers; empty for the post
	Name      string // of its writer
	URL       string // the writer's page; may be empty
	Writer    string // an IRI for the writer
	HTML      string // as it came
	Published time.Time
	Held      bool // it waits to be approved
}

// Note tells something about the post that is not as it was.
func (p *Post) Note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if len(p.Notes) < maxNotes && !slices.Contains(p.Notes, text) {
		p.Notes = append(p.Notes, text)
	}
}

// At remembers an address or a path at which the post was found.
func (p *Post) At(address string) {
	if path := blog.OldPathOf(address); path != "" && !slices.Contains(p.Paths, path) {
		p.Paths = append(p.Paths, path)
	}
}
