package storage

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/sync/errgroup"
)

// copiers is how many files are on their way at once: a bucket takes longer to
// answer than to take in a small picture.
const copiers = 8

// MediaCopied is what CopyMedia did, or has done so far.
type MediaCopied struct {
	Files, Total int   // looked after, and to be
	Copied       int   // that were not there yet, or not the same
	Bytes        int64 // of all
}

// CopyMedia copies the media that from names to where to names, folder or bucket
// each; what is there already and the same stays. Every file is read back and
// compared by size and SHA-256. Nothing is removed anywhere, and files never
// change, so it may run while the blog is served, and again. tell, which may be
// nil, is called after each file.
func CopyMedia(ctx context.Context, from, to Options, tell func(MediaCopied)) (MediaCopied, error) {
	source, err := newFiles(from)
	if err != nil {
		return MediaCopied{}, err
	}
	defer source.close()
	target, err := newFiles(to)
	if err != nil {
		return MediaCopied{}, err
	}
	defer target.close()
	if err := target.prepare(ctx); err != nil {
		return MediaCopied{}, fmt.Errorf("copy the media to %s: %w", to.Media, err)
	}
	if tell == nil {
		tell = func(MediaCopied) {}
	}
	c := mediaCopy{source: source, target: target, tell: tell}
	if err := c.run(ctx); err != nil {
		return c.done, fmt.Errorf("copy the media to %s: %w", to.Media, err)
	}
	return c.done, nil
}

// mediaCopy is one CopyMedia.
type mediaCopy struct {
	source, target files
	tell           func(MediaCopied)

	mu   sync.Mutex
	done MediaCopied
}

func (c *mediaCopy) run(ctx context.Context) error {
	shelves := map[shelf][]storedFile{}
	for _, s := range []shelf{ownShelf, avatarShelf} {
		err := c.source.list(ctx, s, func(f storedFile) error {
			if plainName(f.name) { // no file that is still on its way
				shelves[s] = append(shelves[s], f)
				c.done.Total++
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("list what there is: %w", err)
		}
	}
	group, all := errgroup.WithContext(ctx)
	group.SetLimit(copiers)
	for s, list := range shelves {
		for _, f := range list {
			if all.Err() != nil {
				break
			}
			group.Go(func() error {
				// Who is under way when another fails goes on to the end: a bucket may take what
				// was broken off after all, when its place was tidied already.
				if err := c.one(ctx, s, f); err != nil {
					return fmt.Errorf("%s: %w", s.below(f.name), err)
				}
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// one copies a file unless it is there. What was swept away since it was listed
// is no loss.
func (c *mediaCopy) one(ctx context.Context, s shelf, f storedFile) error {
	want, err := digestOf(ctx, c.source, s, f.name)
	if errors.Is(err, ErrNotFound) {
		c.count(0, false)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	have, err := digestOf(ctx, c.target, s, f.name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("look whether it is there: %w", err)
	}
	if err == nil && have == want {
		c.count(want.size, false)
		return nil
	}
	if err == nil { // save would leave one of the same size as it is
		if err := c.target.remove(ctx, s, f.name); err != nil {
			return fmt.Errorf("replace: %w", err)
		}
	}
	if err := c.send(ctx, s, f.name, want); err != nil {
		return err
	}
	c.count(want.size, true)
	return nil
}

func (c *mediaCopy) send(ctx context.Context, s shelf, name string, want mediaDigest) error {
	r, err := c.source.open(ctx, s, name)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer r.Close()
	if err := c.target.save(ctx, s, name, want.size, r); err != nil {
		return err
	}
	back, err := digestOf(ctx, c.target, s, name)
	if err == nil && back != want {
		err = errors.New("what came is not what left")
	}
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	return nil
}

func (c *mediaCopy) count(size int64, copied bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done.Files++
	c.done.Bytes += size
	if copied {
		c.done.Copied++
	}
	c.tell(c.done)
}

// mediaDigest is what tells one content from another.
type mediaDigest struct {
	size int64
	sum  [sha256.Size]byte
}

func digestOf(ctx context.Context, from files, s shelf, name string) (mediaDigest, error) {
	r, err := from.open(ctx, s, name)
	if err != nil {
		return mediaDigest{}, err
	}
	defer r.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, r)
	d := mediaDigest{size: size}
	hash.Sum(d.sum[:0])
	return d, err
}
