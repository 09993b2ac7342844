package federation

import (
	"context"
	"errors"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
)

const (
	maxEmojis   = 20 // of one comment
	maxPictures = 4  // of one comment, as at Mastodon; more are links
)

var (
	pictureBounds = imageBounds{8 << 20, 12_000_000, 1200}
	emojiBounds   = imageBounds{avatarBytes, avatarPixels, 64}
)

// attachmentsOf are what comes with a note: its pictures first, as far as they
// are shown, and links to the rest.
func attachmentsOf(note *vocab.Object) []blog.Attachment {
	var out []blog.Attachment
	pictures := 0
	for _, m := range note.Attachments {
		if personURL(m.URL) == "" {
			continue
		}
		a := blog.Attachment{URL: m.URL, MediaType: mediaTypeOf(m), Alt: blog.TamePlain(m.Name, maxTeaser)}
		if a.IsPicture() {
			if pictures++; pictures > maxPictures {
				a.MediaType = "application/octet-stream"
			}
		}
		out = append(out, a)
	}
	return out
}

// mediaTypeOf is the media type in small letters, or what its ActivityStreams
// type says: Misskey and others leave the other out.
func mediaTypeOf(m vocab.Attachment) string {
	kind := strings.ToLower(blog.TamePlain(m.MediaType, 100))
	if kind == "" && (m.Type == "Image" || m.Type == "Video" || m.Type == "Audio") {
		kind = strings.ToLower(m.Type)
	}
	return kind
}

// emojisOf are the custom emoji that the note's text has.
func emojisOf(note *vocab.Object, html string) []blog.CustomEmoji {
	var out []blog.CustomEmoji
	for _, t := range note.Tags {
		if t.Type != "Emoji" || personURL(t.Icon) == "" || len(out) == maxEmojis {
			continue
		}
		name := ":" + strings.Trim(t.Name, ":") + ":"
		if isShortcode(name) && strings.Contains(html, name) {
			out = append(out, blog.CustomEmoji{Name: name, URL: t.Icon})
		}
	}
	return out
}

// isShortcode tells whether a name is one that can stand in a text.
func isShortcode(name string) bool {
	inner := strings.Trim(name, ":")
	if inner == "" || len(name) > maxEmoji {
		return false
	}
	for _, c := range []byte(inner) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("_-+.", rune(c)) {
			return false
		}
	}
	return true
}

// FetchPictures gets our copies of the pictures and emoji in comments, one
// after the other, until ctx ends. A reader's browser asks no other server.
func (n *Node) FetchPictures(ctx context.Context) {
	n.repeat(ctx, "pictures", avatarPoll, n.forTheTalk(n.keepPictures))
}

func (n *Node) keepPictures(ctx context.Context, hosts *troubled) (found int, err error) {
	due, err := n.db.PicturesDue(ctx, avatarBatch)
	if err != nil {
		return len(due), err
	}
	for _, p := range due {
		var file blog.MediaFile
		if host := hostName(p.URL); !hosts.aside(host, n.now()) {
			file, err = n.fetchPicture(ctx, p)
			if ctx.Err() != nil {
				return len(due), ctx.Err()
			}
			if errors.Is(err, errBroken) {
				hosts.failed(host, n.now())
			} else {
				hosts.answered(host)
			}
			if err != nil {
				n.log.Debug("no picture", "host", host, "err", err)
			}
		}
		if err := n.db.SavePicture(ctx, p.URL, file); err != nil {
			return len(due), err
		}
	}
	return len(due), nil
}

func (n *Node) fetchPicture(ctx context.Context, p blog.RemotePicture) (blog.MediaFile, error) {
	if p.Emoji {
		return n.fetchImage(ctx, p.URL, emojiBounds)
	}
	return n.fetchImage(ctx, p.URL, pictureBounds)
}
