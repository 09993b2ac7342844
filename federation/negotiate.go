package federation

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"limelight/storage"
)

// WantsActivity tells whether a request for a page is one for ActivityPub: its
// Accept header (Akkoma sends several lines) prefers an ActivityStreams type to
// HTML by the weights of RFC 9110 section 12.5.1. At the same weight what is
// named wins over what a wildcard allows, and of two that are named the first.
// Whoever accepts anything gets HTML.
func WantsActivity(r *http.Request) bool {
	var activity, page preference
	at := 0
	for _, line := range r.Header["Accept"] {
		for line != "" {
			var part string
			part, line = cutRange(line)
			kind, weight := mediaRange(part)
			at++
			switch kind {
			case activityType, linkedType:
				activity.note(weight, at, false)
			case "text/html", "application/xhtml+xml":
				page.note(weight, at, false)
			case "*/*", "text/*":
				page.note(weight, at, true)
			}
		}
	}
	return activity.over(page)
}

// preference is how much one kind of answer is wanted.
type preference struct {
	weight   float64
	at       int // position in the header, from 1; 0 when it is not there
	wildcard bool
}

// note takes one media range into account. One that is named beats a wildcard,
// whatever their weights.
func (p *preference) note(weight float64, at int, wildcard bool) {
	better := weight > p.weight && wildcard == p.wildcard || p.wildcard && !wildcard
	if p.at == 0 || better {
		*p = preference{weight, at, wildcard}
	}
}

// over tells whether it is wanted, and more than the other.
func (p preference) over(other preference) bool {
	switch {
	case p.weight == 0:
		return false
	case p.weight != other.weight:
		return p.weight > other.weight
	case other.wildcard:
		return true
	}
	return p.at < other.at
}

// cutRange cuts the first media range off a header line; commas within
// quotation marks are part of it.
func cutRange(line string) (part, rest string) {
	quoted := false
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			return line[:i], line[i+1:]
		}
	}
	return line, ""
}

// mediaRange reads a media range and its weight. JSON-LD without the profile of
// ActivityStreams is another type, and not named here; nor is a range whose
// weight cannot be read.
func mediaRange(part string) (kind string, weight float64) {
	kind, params, _ := strings.Cut(part, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	weight = 1
	profile := false
	for param := range strings.SplitSeq(params, ";") {
		name, text, _ := strings.Cut(strings.TrimSpace(param), "=")
		text = strings.Trim(strings.TrimSpace(text), `"`)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "q":
			q, err := strconv.ParseFloat(text, 64)
			if err != nil || !(q >= 0 && q <= 1) {
				return "", 0
			}
			weight = q
		case "profile":
			profile = strings.Contains(text, vocabulary)
		}
	}
	if kind == linkedType && !profile {
		return "", 0
	}
	return kind, weight
}

// RedirectActor sends who asked the front page for ActivityPub to the actor.
func (n *Node) RedirectActor(w http.ResponseWriter, r *http.Request) {
	seeOther(w, n.blog.ActorIRI())
}

// RedirectPost sends who asked a post's page for ActivityPub to the post's
// object, which says so itself when the post was deleted. Posts that are not
// federated are 404: they have a page only.
func (n *Node) RedirectPost(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	p, err := n.db.Post(r.Context(), r.PathValue("slug"))
	switch {
	case err != nil && !errors.Is(err, storage.ErrDeleted):
		n.refuse(w, r, err)
	case err == nil && !p.Federated():
		n.refuse(w, r, refusal(http.StatusNotFound))
	default:
		seeOther(w, n.blog.PostIRI(p.ID))
	}
}

func seeOther(w http.ResponseWriter, to string) {
	h := w.Header()
	h.Set("Vary", "Accept")
	h.Set("Cache-Control", askAlways)
	h.Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}
