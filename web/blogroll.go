package web

import (
	"net/http"

	"limelight/blog"
	"limelight/feed"
)

// rollGroup is the recommended blogs that stand under one heading.
type rollGroup struct {
	Name  string // empty for those without
	Blogs []blog.Recommendation
}

// ReadBlogroll reads what an OPML file recommends. Its errors say what is wrong
// with the file.
func ReadBlogroll(file []byte) ([]blog.Recommendation, error) { return feed.ReadOPML(file) }

// Blogroll answers /blogroll: the blogs that the author recommends.
func (s *Site) Blogroll(w http.ResponseWriter, r *http.Request) {
	s.sendFixed(w, r, blog.BlogrollPath)
}

// BlogrollFile answers /blogroll.opml: the same for feed readers.
func (s *Site) BlogrollFile(w http.ResponseWriter, r *http.Request) {
	s.sendFixed(w, r, blog.BlogrollFilePath)
}

// rollPath is where the file is, if there is one.
func (s *Site) rollPath() string {
	if len(s.roll) == 0 {
		return ""
	}
	return blog.BlogrollFilePath
}

func (s *Site) rollDocument() *document {
	d := s.document("Blogroll")
	d.Description = "Blogs that " + s.blog.Title + " recommends."
	groups := map[string]int{}
	for _, b := range s.roll {
		at, known := groups[b.Group]
		if !known {
			at = len(d.Roll)
			groups[b.Group] = at
			d.Roll = append(d.Roll, rollGroup{Name: b.Group})
		}
		d.Roll[at].Blogs = append(d.Roll[at].Blogs, b)
	}
	return d
}

func (s *Site) renderRollFile() (*answer, error) {
	file, err := feed.OPML(s.blog, "Blogroll of "+s.blog.Title, s.roll)
	if err != nil {
		return nil, err
	}
	a := newAnswer("text/x-opml; charset=utf-8", file)
	a.vary, a.feed = varyFile, true // any page may read it, as it may a feed
	return a, nil
}
