package federation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

const (
	maxEmojis     = 20      // of one comment
	maxPictures   = 4       // of one comment, as at Mastodon; more are links
	pictureBytes  = 8 << 20 // of a picture at its own server
	picturePixels = 12_000_000
	pictureSide   = 1200 // pixels of our copy
	emojiSide     = 64
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
	hosts := newTroubled()
	for {
		pause := avatarPoll
		if err := n.keepPictures(ctx, hosts); err != nil && ctx.Err() == nil {
			n.log.Error("pictures cannot be kept", "err", err)
			pause = avatarRest
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

func (n *Node) keepPictures(ctx context.Context, hosts *troubled) error {
	due, err := n.db.PicturesDue(ctx, avatarBatch)
	if err != nil {
		return err
	}
	for _, p := range due {
		var file blog.MediaFile
		if host := hostName(p.URL); !hosts.aside(host, n.now()) {
			file, err = n.fetchPicture(ctx, p)
			if ctx.Err() != nil {
				return ctx.Err()
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
			return err
		}
	}
	return nil
}

// fetchPicture is zero on failure. The size in pixels is looked at before
// anything is decoded, and what is kept was encoded here.
func (n *Node) fetchPicture(ctx context.Context, p blog.RemotePicture) (file blog.MediaFile, err error) {
	defer func() {
		if v := recover(); v != nil {
			n.log.Error("a picture panicked", "host", hostName(p.URL), "panic", v)
			file, err = blog.MediaFile{}, fmt.Errorf("panic: %v", v)
		}
	}()
	side, bytesMax, pixels := pictureSide, int64(pictureBytes), picturePixels
	if p.Emoji {
		side, bytesMax, pixels = emojiSide, avatarBytes, avatarPixels
	}
	data, err := n.client.GetImage(ctx, p.URL, bytesMax)
	if err != nil {
		return blog.MediaFile{}, err
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err == nil && c.Width > pixels/max(1, c.Height) {
		return blog.MediaFile{}, fmt.Errorf("%w: %d x %d pixels are too many", blog.ErrImage, c.Width, c.Height)
	}
	return blog.ShrinkImage(data, side)
}
