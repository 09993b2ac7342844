package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"limelight/storage"
)

// maxBeside is how large a file beside a post may be that is read into memory.
const maxBeside = 64 << 20

// sources notes which files make a post, as they are read.
type sources struct {
	folder *os.Root // in which the post's file lies
	own    string   // that file's name
	list   []storage.ContentSource
	newest time.Time
}

// readOwn reads the post's own file, one byte more than most at the most.
func (s *sources) readOwn(most int64) ([]byte, error) {
	f, err := s.folder.Open(s.own)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	return data, s.noteOpen("", f, digestOf(data))
}

// readFile is blog.ComposeOptions.ReadFile.
func (s *sources) readFile(name string) ([]byte, error) {
	f, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBeside+1))
	if err == nil && len(data) > maxBeside {
		err = fmt.Errorf("has more than %d bytes", maxBeside)
	}
	return data, err
}

// open is blog.ComposeOptions.Open.
func (s *sources) open(name string) (fs.File, error) {
	f, err := s.folder.Open(name)
	if err != nil {
		s.note(storage.ContentSource{Name: name, Size: -1})
		return nil, err
	}
	digest, err := digestFile(f)
	if err == nil {
		err = s.noteOpen(name, f, digest)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (s *sources) noteOpen(name string, f *os.File, digest string) error {
	info, err := f.Stat()
	if err == nil {
		s.note(sourceOf(name, info, digest))
	}
	return err
}

func (s *sources) note(source storage.ContentSource) {
	if source.Modified.After(s.newest) {
		s.newest = source.Modified
	}
	if !slices.ContainsFunc(s.list, func(o storage.ContentSource) bool { return o.Name == source.Name }) {
		s.list = append(s.list, source)
	}
}

func sourceOf(name string, info fs.FileInfo, digest string) storage.ContentSource {
	return storage.ContentSource{Name: name, Size: info.Size(), Modified: time.UnixMilli(info.ModTime().UnixMilli()).UTC(), Digest: digest}
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func digestFile(r io.Reader) (string, error) {
	sum := sha256.New()
	_, err := io.Copy(sum, r)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// sameSources tells whether all that made a post has the bytes that it had, and
// returns it with the times that it has now. What has its size and time is not
// read.
func sameSources(root string, f storage.ContentFile) (same bool, current []storage.ContentSource, err error) {
	folder, err := os.OpenRoot(filepath.Join(root, filepath.FromSlash(path.Dir(f.Path))))
	if err != nil {
		return false, nil, err
	}
	defer folder.Close()
	if len(f.Sources) == 0 {
		return false, nil, nil
	}
	for _, was := range f.Sources {
		name := was.Name
		if name == "" {
			name = path.Base(f.Path)
		}
		is, err := stillThere(folder, name, was)
		if err != nil || is.Size != was.Size || is.Digest != was.Digest {
			return false, nil, nil // whoever reads it says what is wrong
		}
		current = append(current, is)
	}
	return true, current, nil
}

func stillThere(folder *os.Root, name string, was storage.ContentSource) (storage.ContentSource, error) {
	info, err := folder.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return storage.ContentSource{Name: was.Name, Size: -1}, nil
	}
	if err != nil {
		return was, err
	}
	is := sourceOf(was.Name, info, was.Digest)
	if is.Size != was.Size || is.Modified.Equal(was.Modified) {
		return is, nil
	}
	f, err := folder.Open(name)
	if err != nil {
		return was, err
	}
	defer f.Close()
	is.Digest, err = digestFile(f)
	return is, err
}
