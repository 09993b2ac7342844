package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MediaPlace is where the media of a blog lie, without its rows.
type MediaPlace struct{ files files }

// MediaFile is one in a MediaPlace.
type MediaFile struct {
	Path string // "dot.png", "avatars/ann.png"
	Size int64
}

// OpenMediaPlace looks at nothing yet. The caller closes it.
func OpenMediaPlace(o Options) (*MediaPlace, error) {
	f, err := newFiles(o)
	if err != nil {
		return nil, wrap("open the media", err)
	}
	return &MediaPlace{f}, nil
}

// Close gives up the connections to a bucket.
func (m *MediaPlace) Close() error { return m.files.close() }

// List is every file but those on their way.
func (m *MediaPlace) List(ctx context.Context) (list []MediaFile, err error) {
	for _, s := range []shelf{ownShelf, avatarShelf} {
		err := m.files.list(ctx, s, func(f storedFile) error {
			if plainName(f.name) {
				list = append(list, MediaFile{s.below(f.name), f.size})
			}
			return nil
		})
		if err != nil {
			return nil, wrap("list the media", err)
		}
	}
	return list, nil
}

// Open opens what List named; ErrNotFound. The caller closes it.
func (m *MediaPlace) Open(ctx context.Context, path string) (io.ReadCloser, error) {
	s, name, err := shelfOf(path)
	if err != nil {
		return nil, err
	}
	f, err := m.files.open(ctx, s, name)
	return f, wrap("open media", err)
}

// Remove removes files; those that are not there are no error.
func (m *MediaPlace) Remove(ctx context.Context, paths []string) error {
	var errs []error
	for _, path := range paths {
		s, name, err := shelfOf(path)
		if err == nil {
			err = m.files.remove(ctx, s, name)
		}
		errs = append(errs, err)
	}
	return wrap("remove media", errors.Join(errs...))
}

func shelfOf(path string) (shelf, string, error) {
	s, name := ownShelf, path
	if rest, ok := strings.CutPrefix(path, avatarShelf.below("")); ok {
		s, name = avatarShelf, rest
	}
	if !plainName(name) {
		return s, name, fmt.Errorf("%q: %w", path, ErrNotFound)
	}
	return s, name, nil
}

// vacantMedia refuses a place with other media in it than those of the list.
func vacantMedia(ctx context.Context, o Options, left []MediaFile) error {
	place, err := OpenMediaPlace(o)
	if err != nil {
		return err
	}
	defer place.Close()
	list, err := place.List(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	known := make(map[MediaFile]bool, len(left))
	for _, f := range left {
		known[f] = true
	}
	for _, f := range list {
		if !known[f] {
			return fmt.Errorf("%s has %s: %w", o.Media, f.Path, ErrNotEmpty)
		}
	}
	return nil
}

// SameMedia are the paths of the files in to, each of which must be in from, byte
// for byte. Else ErrNotEmpty: a file has the name that others know it by, so the
// one that is to come can take no other.
func SameMedia(ctx context.Context, from, to Options) ([]string, error) {
	source, err := OpenMediaPlace(from)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	target, err := OpenMediaPlace(to)
	if err != nil {
		return nil, err
	}
	defer target.Close()
	there, err := target.List(ctx)
	var same []string
	for _, f := range there {
		s, name, err := shelfOf(f.Path)
		if err != nil {
			return nil, err
		}
		have, err := digestOf(ctx, target.files, s, name)
		if err != nil {
			return nil, wrap("read "+f.Path, err)
		}
		want, err := digestOf(ctx, source.files, s, name)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, wrap("read "+f.Path, err)
		}
		if err != nil || have != want {
			return nil, fmt.Errorf("%s has another %s than the one that is to come: %w", to.Media, f.Path, ErrNotEmpty)
		}
		same = append(same, f.Path)
	}
	return same, wrap("list the media", err)
}
