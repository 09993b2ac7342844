package feed

import (
	"time"

	"limelight/blog"
)

// item is a post or a comment as every format has it. Texts are clean; addresses
// are absolute.
type item struct {
	id        string // the same whatever becomes of titles, slugs and the blog's domain
	url       string
	origin    string // where it came from, at another server; empty when from here
	twin      string // id of its ActivityPub object; empty when it has none
	title     string // plain text; empty for a note
	name      string // the title, or what stands in for one where one must be
	summary   string // plain text
	content   string // HTML; empty when the feed is short
	published time.Time
	updated   time.Time // never before published
	language  string    // empty when it is the feed's
	author    person    // nobody when it is the feed's
	tags      []blog.Tag
	image     blog.Image // on top of it; Path is empty when there is none
	thumbnail blog.Image // for a list; Path is empty when there is none
	enclosure blog.Enclosure
	answers   reference // of a comment; the zero value for none
	talk      talk      // of a post
}

// person is who wrote an item.
type person struct{ name, url, avatar string }

// reference is what a comment answers (RFC 4685 section 3).
type reference struct{ id, url string }

// talk is where the comments on a post are. Its count is the one at the time the
// feed was made, and makes none anew: a hundred replies would have every
// subscriber fetch the same posts a hundred times.
type talk struct {
	page  string
	feed  string // without the ending that names the format
	count int
}

// feedURL is the feed of the comments on the post in a format.
func (t talk) feedURL(ending string) string { return t.feed + ending }
