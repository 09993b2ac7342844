package web

import (
	"net/http"

	"limelight/blog"
)

const (
	searchResults = 50
	maxQuery      = 200 // characters
	passageLength = 200 // characters
)

// results are what a search found.
type results struct {
	Query string // empty before anything was sought
	Found []result
	More  bool // whether there may be more than are shown
}

// result is a post that was found, with the part of it that has the words.
type result struct {
	entry
	Before, Match, After string
}

// Search answers /search?q=WORDS. Its pages are kept by nobody: strangers choose
// the words.
func (s *Site) Search(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		query := blog.TamePlain(r.URL.Query().Get("q"), maxQuery)
		found, err := s.find(r, query)
		if err != nil {
			return err
		}
		title := "Search"
		if query != "" {
			title = "Search: " + query
		}
		d := s.document(title)
		d.Search, d.NoIndex = found, true
		a, err := s.page(searchTemplate, d)
		if err != nil {
			return err
		}
		a.cacheControl, a.etag = []string{"no-store"}, nil
		return a.write(w, r, http.StatusOK)
	})
}

func (s *Site) find(r *http.Request, query string) (*results, error) {
	words := blog.Words(query)
	posts, err := s.db.Search(r.Context(), words, searchResults)
	if err != nil {
		return nil, err
	}
	found := &results{Query: query, More: len(posts) == searchResults}
	for i := range posts {
		p := &posts[i]
		f := result{entry: s.entry(p)}
		if !p.Sensitive {
			f.Before, f.Match, f.After = blog.Passage(blog.PlainText(p.HTML), words, passageLength)
			if f.Match == "" {
				f.Before = f.Teaser
			}
		}
		found.Found = append(found.Found, f)
	}
	return found, nil
}
