package blog

import "time"

// CitationType is how a note elsewhere speaks of a post.
type CitationType string

const (
	CitedQuote   CitationType = "quote"   // it carries the post
	CitedMention CitationType = "mention" // it links to it
)

// Citation is a public note of the fediverse that quotes a post or links to it
// without answering it.
type Citation struct {
	ID         int64
	IRI        string // the note's id at its server
	URL        string // where a person reads it; may be empty
	Type       CitationType
	PostID     string
	PostSlug   string // read only
	Actor      Actor
	Text       string // its beginning, plain
	Visibility Visibility
	State      State  // Shown, Held or Hidden
	Reason     string // as in Comment
	Published  time.Time
	Edited     time.Time // zero when never
	Received   time.Time
}
