package web

import (
	"context"
	"io"
	"net/http"
	"path"
	"strings"
	"time"
)

// mediaTypes are what media and avatars may be, by extension. Anything else is
// offered for download.
var mediaTypes = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
	".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4", ".flac": "audio/flac",
	".mp4": "video/mp4", ".webm": "video/webm",
	".json": "application/json", ".vtt": "text/vtt; charset=utf-8", ".srt": "application/x-subrip; charset=utf-8", ".txt": "text/plain; charset=utf-8",
}

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
	mediaType, known := mediaTypes[strings.ToLower(path.Ext(name))]
	if !known {
		mediaType = "application/octet-stream"
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
