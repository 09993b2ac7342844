package feed

import (
	"strings"
	"time"

	"limelight/blog"
)

// maxSummary is how much of a post stands for it, in characters.
const maxSummary = 500

// Feed is what a feed is made of: posts, or what was said about them.
type Feed struct {
	Blog        *blog.Blog
	ID          string // the same on all its pages and for good; empty means SelfURL
	Title       string // plain text
	Description string // plain text
	PageURL     string // the page that shows the same
	SelfURL     string // where this page of the feed is
	Updated     time.Time
	Posts       []blog.Post // in the order they are to stand in
	Comments    []Comment   // in place of Posts
	Short       bool        // posts go out as summaries

	// Pages of the feed (RFC 5005 section 3); each is empty where there is none.
	First, Newer, Older string

	Twin    string   // id of the ActivityPub object that is the same; empty when there is none
	Hubs    []string // WebSub hubs that tell of changes
	Roll    string   // path of the OPML of the blogs that the author recommends; empty when there is none
	Styles  string   // path of a style sheet for those who open the feed in a browser; empty means none
	Podcast Podcast
}

// Comment is something said about a post.
type Comment struct {
	blog.Comment
	About   string // the post's title; empty for a note
	Dated   time.Time
	Answers string // id of the comment that it answers; empty when it answers the post
}

// items are what the feed holds, whichever it is.
func (f *Feed) items() []item {
	items := make([]item, 0, len(f.Posts)+len(f.Comments))
	for i := range f.Posts {
		items = append(items, f.post(&f.Posts[i]))
	}
	for i := range f.Comments {
		items = append(items, f.comment(&f.Comments[i]))
	}
	return items
}

// id is the feed's in Atom: its own address, unless it was given another.
func (f *Feed) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.SelfURL
}

// clean drops what XML 1.0 section 2.2 has no place for: within CDATA gorilla's
// writer lets it through, and no reader takes a feed with it.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return r
		case r < ' ', r >= 0xfffe && r <= 0xffff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
