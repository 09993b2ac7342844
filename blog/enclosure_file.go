package blog

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strings"
)

// maxEnclosure is how large a file a post may enclose, in bytes.
const maxEnclosure = 512 << 20

// SourceFile is a file beside a post that goes out as it is. It may be large:
// whoever stores it opens it again and reads it through Checked.
type SourceFile struct {
	Name string // what it is served as; it comes from the content
	Path string // relative to the post's folder, with forward slashes
	Size int64  // bytes
}

// ErrChanged is the error of a file that is not what it was when its post was
// composed.
var ErrChanged = errors.New("the file was changed while it was being published; publish it again")

// Checked reads the file from r, and instead of its end returns ErrChanged when
// the bytes were not those that gave it its name.
func (f SourceFile) Checked(r io.Reader) io.Reader {
	return &checkedFile{r: r, sum: sha256.New(), name: f.Name}
}

type checkedFile struct {
	r    io.Reader
	sum  hash.Hash
	name string
}

// Read implements io.Reader.
func (c *checkedFile) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && !strings.HasPrefix(c.name, hashName(c.sum)) {
		return n, ErrChanged
	}
	return n, err
}

// hashName is the first part of the name of a file, before the dot.
func hashName(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)[:16]) + "." }

// sourceFile reads a file that is to be enclosed from start to end, once and
// without keeping it. Its errors say what would be right.
func sourceFile(open func(string) (fs.File, error), name string, kind enclosureKind) (SourceFile, error) {
	f, err := open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return SourceFile{}, errors.New("there is no such file beside the post")
	}
	if err != nil {
		return SourceFile{}, fmt.Errorf("cannot be read beside the post: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return SourceFile{}, fmt.Errorf("cannot be read beside the post: %w", err)
	case !info.Mode().IsRegular():
		return SourceFile{}, errors.New("is no file")
	case info.Size() > maxEnclosure:
		return SourceFile{}, fmt.Errorf("has %d bytes; audio or video of a post may have %d", info.Size(), maxEnclosure)
	}
	head, sum := make([]byte, sniffed), sha256.New()
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return SourceFile{}, fmt.Errorf("cannot be read: %w", err)
	}
	if !kind.starts(head[:n]) {
		return SourceFile{}, fmt.Errorf("is not what its name says: no %s file starts like this", kind.ending)
	}
	sum.Write(head[:n])
	rest, err := io.Copy(sum, io.LimitReader(f, maxEnclosure))
	if err != nil {
		return SourceFile{}, fmt.Errorf("cannot be read: %w", err)
	}
	return SourceFile{Name: hashName(sum) + kind.ending[1:], Path: name, Size: int64(n) + rest}, nil
}
