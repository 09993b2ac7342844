package web

import (
	"net/http"
	"strconv"
)

// problem is what the page of a failed request says.
type problem struct {
	Status int
	Title  string
	Text   string
}

// problems are the statuses that have a page.
var problems = map[int]problem{
	http.StatusBadRequest: {Title: "Not understood",
		Text: "What came from the form cannot be read. Please go back and try again."},
	http.StatusForbidden: {Title: "From another site",
		Text: "This form was sent from a page of another site, which might do so without your knowing. Please use the one on this site."},
	http.StatusTooManyRequests: {Title: "A little slower, please",
		Text: "Many requests came from your address just now. Please try again in a minute."},
	http.StatusNotFound: {Title: "Nothing here",
		Text: "There is no page at this address. It may have been typed wrong, or the link that led here may be old."},
	http.StatusGone: {Title: "Taken down",
		Text: "There was a post at this address. Its author has deleted it, and its text is gone from here for good."},
	http.StatusMethodNotAllowed: {Title: "For reading only",
		Text: "This address can be read, but it takes nothing."},
	http.StatusInternalServerError: {Title: "That went wrong",
		Text: "The page could not be made. The fault is on this side and has been noted; please try again in a moment."},
	http.StatusServiceUnavailable: {Title: "Too busy",
		Text: "The page cannot be made just now. Please try again in a moment."},
}

// retryAfter is how many seconds to wait before asking again.
var retryAfter = map[int]int{http.StatusServiceUnavailable: 5, http.StatusTooManyRequests: 60}

// renderProblem makes the page for a status.
func (s *Site) renderProblem(status int) (*answer, error) {
	p := problems[status]
	p.Status = status
	doc := s.document(p.Title)
	doc.Problem, doc.NoIndex = &p, true
	body, err := s.pages.render(problemTemplate, doc)
	if err != nil {
		return nil, err
	}
	a := newAnswer("text/html; charset=utf-8", body)
	a.cacheControl = []string{"no-store"}
	a.etag, a.zippedETag = nil, nil
	return a, nil
}

// sendProblem answers with the page for a status, in full: a stored one may
// not stand in for what was asked for.
func (s *Site) sendProblem(w http.ResponseWriter, r *http.Request, status int) {
	a := s.problems[status]
	if a == nil {
		a, status = s.problems[http.StatusInternalServerError], http.StatusInternalServerError
	}
	h := w.Header()
	s.pageHeaders(h) // also where a feed should be
	share(h, r)
	for _, name := range []string{"Content-Encoding", "Content-Disposition", "Etag", "Last-Modified", "Link"} {
		delete(h, name)
	}
	if seconds := retryAfter[status]; seconds > 0 {
		h["Retry-After"] = []string{strconv.Itoa(seconds)}
	}
	// Nobody is left to be told when the reader went away meanwhile.
	_ = a.write(w, r, status)
}
