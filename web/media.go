package web

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"limelight/blog"
)

// avatar is where readers get our copy of somebody's picture.
func (s *Site) avatar(file string) string { return s.blog.MediaLink(blog.AvatarPath(file)) }

// Media answers /media/{name}: a file of the blog's own. Podcast players on the
// web read chapters and transcripts by scripts.
func (s *Site) Media(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		w.Header()["Access-Control-Allow-Origin"] = anyOrigin
		return sendFile(w, r, s.db.OpenMedia)
	})
}

// Avatar answers /avatars/{name}: our copy of a commenter's picture.
func (s *Site) Avatar(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		return sendFile(w, r, s.db.OpenAvatar)
	})
}

// sendFile serves a stored file, whole or in ranges. Its name comes from its
// content, so it is a tag, and the file is good for ever.
func sendFile(w http.ResponseWriter, r *http.Request, open func(context.Context, string) (io.ReadSeekCloser, error)) error {
	name := r.PathValue("name")
	f, err := open(r.Context(), name)
	if err != nil {
		return err
	}
	defer f.Close()
	h := w.Header()
	mediaType, known := blog.MediaType(name)
	if !known {
		h["Content-Disposition"] = []string{"attachment"}
	}
	h["Content-Type"] = []string{mediaType}
	h["Cache-Control"] = cacheForGood
	h["Content-Security-Policy"] = headerSandbox
	if !strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c == '"' || c > '~' }) {
		h["Etag"] = []string{`"` + name + `"`}
	}
	http.ServeContent(w, r, "", time.Time{}, patiently(w, f))
	return nil
}
