package web

import (
	"net/http"

	"limelight/blog"
)

// Feeds may be read by any page: there are feed readers that run in a browser. That
// takes more than a header on the feed (Fetch standard, "CORS protocol"): a browser
// asks first when a reader sends If-None-Match, it follows no redirect that does not
// allow it too, and without it a reader cannot tell a feed that is gone from a
// network that is down.

var (
	anyOrigin   = []string{"*"}
	feedExposed = []string{"ETag, Link"}
)

// shared tells whether what is at a path, or was at another program's blog, is for
// any page to read: feeds, and the file of recommended blogs.
func shared(path string) bool {
	return namesFeed(path) || path == blog.BlogrollFilePath || oldFeeds[blog.OldPath(path, "")] != ""
}

// share allows any page to see an answer about something shared, such as that it is
// elsewhere, or gone.
func share(h http.Header, r *http.Request) {
	if shared(r.URL.Path) {
		h["Access-Control-Allow-Origin"] = anyOrigin
	}
}

// preflight tells a browser that a script may ask for something shared, with any
// headers but those of somebody who is logged in.
func preflight(w http.ResponseWriter) {
	h := w.Header()
	h["Allow"] = sharedMethods
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Access-Control-Allow-Methods"] = allowedMethods
	h["Access-Control-Allow-Headers"] = anyOrigin
	h["Access-Control-Max-Age"] = []string{"86400"}
	w.WriteHeader(http.StatusNoContent)
}

var (
	allowedMethods = []string{"GET, HEAD"}
	sharedMethods  = []string{"GET, HEAD, OPTIONS"}
)
