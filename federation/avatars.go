package federation

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"limelight/blog"
	"limelight/storage"
)

const (
	avatarBytes = 2 << 20         // of a picture at its own server
	avatarSide  = 128             // pixels of our copy; pages show it at half of that
	avatarBatch = 20              // asked of storage at a time
	avatarPoll  = 2 * time.Second // how often to ask
)

// FetchAvatars gets the pictures of people whose comments are on a page, one
// after the other, until ctx ends. Readers are never made to wait for them, nor
// to ask another server: a page shows a placeholder until our copy is there.
func (n *Node) FetchAvatars(ctx context.Context) {
	tick := time.NewTicker(avatarPoll)
	defer tick.Stop()
	for {
		due, err := n.db.AvatarsDue(ctx, avatarBatch)
		if err != nil && ctx.Err() == nil {
			n.log.Error("avatars cannot be listed", "err", err)
		}
		for _, a := range due {
			if ctx.Err() != nil {
				return
			}
			n.keepAvatar(ctx, a)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// keepAvatar stores our copy of the actor's picture, or puts the next try off.
func (n *Node) keepAvatar(ctx context.Context, a blog.Actor) {
	file, err := n.fetchAvatar(ctx, a)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		n.log.Debug("no avatar", "actor", a.IRI, "err", err)
	}
	err = n.db.SaveAvatar(ctx, a.IRI, file.Name, file.Data)
	if err != nil && !errors.Is(err, storage.ErrNotFound) && ctx.Err() == nil {
		n.log.Error("an avatar cannot be kept", "host", hostName(a.IRI), "err", err)
	}
}

// fetchAvatar is zero on failure. A picture that panics a decoder is a failure
// like any other.
func (n *Node) fetchAvatar(ctx context.Context, a blog.Actor) (file blog.MediaFile, err error) {
	defer func() {
		if v := recover(); v != nil {
			n.log.Error("an avatar panicked", "host", hostName(a.IRI), "panic", v, "stack", string(debug.Stack()))
			file, err = blog.MediaFile{}, fmt.Errorf("panic: %v", v)
		}
	}()
	data, err := n.client.GetImage(ctx, a.AvatarURL, avatarBytes)
	if err != nil {
		return blog.MediaFile{}, err
	}
	return blog.ShrinkImage(data, avatarSide)
}
