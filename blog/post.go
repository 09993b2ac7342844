package blog

import "time"

// Visibility says who a post or a comment is for. Posts are public, unlisted
// or local; comments are public, unlisted, followers or direct.
type Visibility string

const (
	Public    Visibility = "public"    // everyone, listed
	Unlisted  Visibility = "unlisted"  // everyone who has the address; in no list, no feed, no public timeline
	Local     Visibility = "local"     // on this site and in its feeds only: not federated
	Followers Visibility = "followers" // addressed to somebody's followers: kept for the author, never shown
	Direct    Visibility = "direct"    // addressed to people by name: kept for the author, never shown
)

// Shown tells whether something of this visibility may appear on a page.
func (v Visibility) Shown() bool { return v == Public || v == Unlisted || v == Local }

// Status is where a post stands in its life.
type Status string

const (
	Draft     Status = "draft"     // kept, shown to nobody
	Scheduled Status = "scheduled" // its Published time is still to come
	Published Status = "published"
	Deleted   Status = "deleted" // id and slug remain, for 410 and the Tombstone; the text is gone
)

// Post is one article or note of the blog. Times are UTC with milliseconds.
type Post struct {
	ID         string // UUIDv7; the post's identity in feeds and in the fediverse for good
	Slug       string // [a-z0-9-]{1,100}; unique among posts that are not deleted
	Title      string // plain text; empty for a note
	Summary    string // plain text; the teaser, or the content warning when Sensitive
	Source     string // Markdown as written, without front matter
	HTML       string // rendered from Source; links and images stay relative. Storage links the mentions it knows
	Language   string // BCP 47; empty means the blog's
	Tags       []Tag
	Mentions   []Mention // people at other servers, in the order of the text
	Visibility Visibility
	Status     Status
	Sensitive  bool
	Pinned     bool
	Comments   string  // override of comments.policy for this post; empty means none
	Image      Image   // the lead picture
	Images     []Image // those in the text, the first few, as they come
	Enclosure  Enclosure

	Published time.Time // the date it bears
	Updated   time.Time // never before Published
	Announced bool      // its Create was handed to delivery

	Revision int64 // grows with every change that its page shows

	CommentCount int // comments shown on its page
	LikeCount    int
	BoostCount   int
}

// Tag is a subject of a post. Name is as the author wrote it ("self hosting"),
// Slug is its address ("self-hosting").
type Tag struct {
	Slug string
	Name string
}

// QuietAfter is how old a date may be for a new post to be delivered to
// followers without being asked: an imported archive stays quiet.
const QuietAfter = 7 * 24 * time.Hour

// Federated tells whether the post has a life as an ActivityPub object: it is
// out, and not for this site alone.
func (p *Post) Federated() bool { return p.Status == Published && p.Visibility != Local }
