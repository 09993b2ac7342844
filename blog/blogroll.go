package blog

// Recommendation is a blog that the author recommends. Its texts are plain, its
// addresses http(s).
type Recommendation struct {
	Title       string
	Group       string // under which it stands; empty means none
	Feed        string // empty when it has none
	URL         string // of its pages; empty when only the feed is known
	Description string
}

// Paths of the blogs that the author recommends: a page, and OPML.
const (
	BlogrollPath     = "/blogroll"
	BlogrollFilePath = "/blogroll.opml"
)
