package blog

import "time"

// Blog is the one blog of a node as its configuration describes it.
type Blog struct {
	BaseURL      string         // scheme and host, no path, no slash at the end: "https://blog.example.com"
	FirstURL     string         // the base URL that the ids of the feeds begin with, whatever BaseURL is now; empty means BaseURL
	MediaURL     string         // where the media are for readers, without a slash at the end; empty means this node
	Handle       string         // the name before the @: [a-z0-9_]{1,30}
	HandleHost   string         // what stands after the @, when it is another host than BaseURL's: "example.com"
	Title        string         // plain text
	Description  string         // plain text
	Author       string         // the person's name; empty means Title
	Language     string         // BCP 47, "en" when unset
	Timezone     *time.Location // for dates without a zone and for showing dates; never nil
	Avatar       Image          // square; never without a Path
	Header       Image          // wide; Path is empty when there is none
	Fields       []Field        // the profile's name and value pairs
	Me           []string       // addresses of the author's profiles elsewhere
	Creator      string         // whom posts name as their author, "ann@social.example"; empty means Acct
	Discoverable bool           // servers may suggest the blog to those who do not know it
	Indexable    bool           // servers may find posts by their words
	ObjectType   string         // how a titled post federates: "article" or "note"
	Created      time.Time      // when this node first started
	Version      string         // the program's version, for generator lines and NodeInfo
}

// Field is one row of the profile: "Website", "https://example.com". A value
// that is an http(s) URL is shown as a link.
type Field struct {
	Name  string `toml:"name"`
	Value string `toml:"value"`
}

// Image is a picture among the media or the built-in files.
type Image struct {
	Path   string // from the root of the site: "/media/3f2a.jpg", or absolute; empty means none
	Type   string // media type: "image/jpeg"
	Alt    string // plain text for those who do not see it
	Width  int    // pixels
	Height int    // pixels

	Blurhash string // what to show while it loads; empty when it is not known
	Focus    Focus  // what must be seen when it is cropped
}

// Focus is a point of a picture as Mastodon counts: from -1 at the left and the
// bottom to 1 at the right and the top. The middle, 0 and 0, is no focus.
type Focus struct{ X, Y float64 }

// CreatorAcct is the handle that posts name as their author.
func (b *Blog) CreatorAcct() string {
	if b.Creator != "" {
		return b.Creator
	}
	return b.Acct()
}

// AuthorName is the person's name, or the blog's title when none is set.
func (b *Blog) AuthorName() string {
	if b.Author != "" {
		return b.Author
	}
	return b.Title
}
