package federation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"runtime/debug"
	"time"

	"limelight/blog"
	"limelight/storage"
)

const (
	avatarBytes  = 2 << 20         // of a picture at its own server
	avatarPixels = 4 << 20         // of it; Mastodon's have 160,000, and decoding takes 4 bytes each
	avatarBatch  = 20              // asked of storage at a time
	avatarPoll   = 2 * time.Second // how often to ask
)

var avatarBounds = imageBounds{avatarBytes, avatarPixels, 128} // pages show it at half of that

// FetchAvatars gets the pictures of people whose comments are on a page, one
// after the other, until ctx ends. Readers are never made to wait for them, nor
// to ask another server: a page shows a placeholder until our copy is there.
func (n *Node) FetchAvatars(ctx context.Context) {
	n.repeat(ctx, "avatars", avatarPoll, n.forTheTalk(n.keepAvatars))
}

// keepAvatars gets the pictures that are due now. An error is storage's: what
// was fetched for nothing must not be fetched again at once.
func (n *Node) keepAvatars(ctx context.Context, hosts *troubled) (found int, err error) {
	due, err := n.db.AvatarsDue(ctx, avatarBatch)
	if err != nil {
		return len(due), err
	}
	for _, a := range due {
		if err := n.keepAvatar(ctx, a, hosts); err != nil {
			return len(due), err
		}
	}
	return len(due), nil
}

// keepAvatar stores our copy of the actor's picture, or puts the next try off.
// A host that did not answer several times in a row is not asked for now, so
// that the pictures of others do not wait for it.
func (n *Node) keepAvatar(ctx context.Context, a blog.Actor, hosts *troubled) error {
	var file blog.MediaFile
	host := hostName(a.AvatarURL)
	if !hosts.aside(host, n.now()) {
		var err error
		file, err = n.fetchAvatar(ctx, a)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			n.log.Debug("no avatar", "host", hostName(a.IRI), "err", err)
		}
		if errors.Is(err, errBroken) {
			hosts.failed(host, n.now())
		} else {
			hosts.answered(host)
		}
	}
	err := n.db.SaveAvatar(ctx, a.IRI, file.Name, file.Data)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

func (n *Node) fetchAvatar(ctx context.Context, a blog.Actor) (blog.MediaFile, error) {
	return n.fetchImage(ctx, a.AvatarURL, avatarBounds)
}

// imageBounds are what is taken of a picture at its own server, and the longer
// side of our copy in pixels.
type imageBounds struct {
	bytes        int64
	pixels, side int
}

// fetchImage is our copy of a picture, zero on failure. Its size in pixels is
// looked at before anything is decoded, since what blog takes for the author's
// own is more memory than a stranger's is worth, and what is kept was encoded
// here. A picture that panics a decoder is a failure like any other.
func (n *Node) fetchImage(ctx context.Context, url string, bounds imageBounds) (file blog.MediaFile, err error) {
	defer func() {
		if v := recover(); v != nil {
			n.log.Error("a picture panicked", "host", hostName(url), "panic", v, "stack", string(debug.Stack()))
			file, err = blog.MediaFile{}, fmt.Errorf("panic: %v", v)
		}
	}()
	data, err := n.client.GetImage(ctx, url, bounds.bytes)
	if err != nil {
		return blog.MediaFile{}, err
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err == nil && c.Width > bounds.pixels/max(1, c.Height) {
		return blog.MediaFile{}, fmt.Errorf("%w: %d x %d pixels are too many", blog.ErrImage, c.Width, c.Height)
	}
	return blog.ShrinkImage(data, bounds.side)
}
