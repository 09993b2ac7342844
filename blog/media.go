package blog

import (
	"net/url"
	"path"
	"strings"
)

// Where files are served by this node. Those of the blog's own and our copies
// of others' pictures have folders of their own.
const (
	mediaPath  = "/media/"
	avatarPath = "/avatars/"
)

// AvatarPath is where our copy of an actor's picture is served.
func AvatarPath(file string) string { return avatarPath + url.PathEscape(file) }

// MediaPath is where a file of the blog's own is served.
func MediaPath(file string) string { return mediaPath + url.PathEscape(file) }

// MediaLink is where readers are sent for what this node has at path: the place
// below MediaURL for a file among the media, else path itself.
func (b *Blog) MediaLink(path string) string {
	if b.MediaURL == "" {
		return path
	}
	if name, ok := strings.CutPrefix(path, mediaPath); ok {
		return b.MediaURL + "/" + name
	}
	if strings.HasPrefix(path, avatarPath) {
		return b.MediaURL + path
	}
	return path
}

// LinkMedia is MediaLink for every address in a post's HTML.
func (b *Blog) LinkMedia(html string) string {
	if b.MediaURL == "" || !strings.Contains(html, mediaPath) {
		return html
	}
	return rewriteAddresses(html, b.MediaLink)
}

// fileTypes are what media and avatars may be, by extension.
var fileTypes = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
	".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4", ".flac": "audio/flac",
	".mp4": "video/mp4", ".webm": "video/webm",
	".json": "application/json", ".vtt": "text/vtt; charset=utf-8", ".srt": "application/x-subrip; charset=utf-8", ".txt": "text/plain; charset=utf-8",
}

// chaptersEnding tells a file of chapters from other JSON: it is to be sent as what it
// is (JSON Chapters 1.2).
const chaptersEnding = ".chapters.json"

// MediaType is the type under which a file of that name is sent; known is false
// for one that is none of ours, which is offered for download and not shown.
func MediaType(name string) (mediaType string, known bool) {
	if strings.HasSuffix(strings.ToLower(name), chaptersEnding) {
		return "application/json+chapters", true
	}
	if mediaType, known = fileTypes[strings.ToLower(path.Ext(name))]; known {
		return mediaType, true
	}
	return "application/octet-stream", false
}
