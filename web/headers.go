package web

import (
	"net/http"
	"strings"
)

// policy is what a page of ours may load: our styles, our images, our sound.
// Nothing runs, nothing is framed. What may be sent to whom follows it.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// mediaPolicy is policy for a blog whose media lie at another place: pictures
// and sound may come from there, and old posts may name those of this node.
func mediaPolicy(mediaURL string) string {
	if mediaURL == "" {
		return policy
	}
	return strings.NewReplacer("img-src 'self'", "img-src 'self' "+mediaURL+"/", "media-src 'self'", "media-src 'self' "+mediaURL+"/").Replace(policy)
}

var (
	headerNosniff  = []string{"nosniff"}
	headerReferrer = []string{"same-origin"}
	headerOpener   = []string{"same-origin"}

	// What others upload, or the author does, must not act as a page even when
	// it is opened as one.
	headerSandbox = []string{"default-src 'none'; sandbox"}
)

// formPolicy is policy for a site whose forms may lead to the visitors' servers:
// Chromium applies form-action to where a form's answer redirects, too. http is
// for trying things out on one machine.
func formPolicy(mediaURL string, lookup Lookup, plain bool) []string {
	policy := mediaPolicy(mediaURL)
	switch {
	case lookup == nil:
		return []string{policy}
	case plain:
		return []string{policy + " https: http:"}
	}
	return []string{policy + " https:"}
}

// Headers puts on every answer what keeps a reader safe: a strict
// Content-Security-Policy, no guessing of types, no addresses told to others. A
// feed brings its own.
func (s *Site) Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !namesFeed(r.URL.Path) {
			s.pageHeaders(w.Header())
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Site) pageHeaders(h http.Header) {
	h["Content-Security-Policy"] = s.policies
	h["X-Content-Type-Options"] = headerNosniff
	h["Referrer-Policy"] = headerReferrer
	h["Cross-Origin-Opener-Policy"] = headerOpener
}

// namesFeed tells whether a path ends like that of a feed.
func namesFeed(path string) bool {
	switch path[strings.LastIndexByte(path, '/')+1:] {
	case feedRSS.file, feedAtom.file, feedJSON.file:
		return true
	}
	return false
}

// feedPolicy is for a browser that shows a feed, in which there is nothing to
// click.
var feedPolicy = []string{"default-src 'none'; style-src 'self'; frame-ancestors 'none'"}

// feedHeaders are those of a feed in place of a page's. There are as few as can
// be: each costs as much as finding the feed in memory, and readers ask often.
func feedHeaders(h http.Header, r *http.Request) {
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Content-Security-Policy"] = feedPolicy
	h["X-Content-Type-Options"] = headerNosniff
	if len(r.Header["Origin"]) > 0 { // a script reads it, and gets to see these only when told so
		h["Access-Control-Expose-Headers"] = feedExposed
	}
}
