package bring

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Bounds of an archive.
const (
	maxMembers  = 500_000
	maxMember   = 1 << 30 // bytes, unpacked
	maxUnpacked = 1 << 37
	maxRatio    = 200 // times its own size that it may unpack to, beyond freeSize
	freeSize    = 64 << 20
)

// Open opens a folder, or a .zip, .tar.gz, .tgz or .tar, as files that lead nowhere
// else. Tars are unpacked into a folder of their own, which close takes away.
func Open(ctx context.Context, name string) (files fs.FS, close func() error, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	lower := strings.ToLower(name)
	switch {
	case info.IsDir():
		root, err := os.OpenRoot(name)
		if err != nil {
			return nil, nil, err
		}
		return root.FS(), root.Close, nil
	case strings.HasSuffix(lower, ".zip"):
		z, err := zip.OpenReader(name)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(z.File) > maxMembers {
			return nil, nil, errors.Join(fmt.Errorf("%s: it has more than %d files", name, maxMembers), z.Close())
		}
		return topFolder(z), z.Close, nil
	case strings.HasSuffix(lower, ".tar.gz"), strings.HasSuffix(lower, ".tgz"), strings.HasSuffix(lower, ".tar"):
		return openTar(ctx, name, info.Size())
	}
	return nil, nil, fmt.Errorf("%s: it is neither a folder nor a .zip or .tar.gz", name)
}

// IsArchive tells whether Open opens a file of the name.
func IsArchive(name string) bool {
	lower := strings.ToLower(name)
	for _, ending := range []string{".zip", ".tar.gz", ".tgz", ".tar"} {
		if strings.HasSuffix(lower, ending) {
			return true
		}
	}
	return false
}

// topFolder goes into the folder that is all there is.
func topFolder(files fs.FS) fs.FS {
	entries, err := fs.ReadDir(files, ".")
	if err != nil || len(entries) != 1 || !entries[0].IsDir() {
		return files
	}
	if below, err := fs.Sub(files, entries[0].Name()); err == nil {
		return below
	}
	return files
}

func openTar(ctx context.Context, name string, size int64) (fs.FS, func() error, error) {
	dir, err := os.MkdirTemp("", "limelight-import-")
	if err != nil {
		return nil, nil, err
	}
	away := func() error { return os.RemoveAll(dir) }
	root, err := os.OpenRoot(dir)
	if err == nil {
		err = unpack(ctx, root, name, size)
	}
	if err != nil {
		if root != nil {
			err = errors.Join(err, root.Close())
		}
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", name, err), away())
	}
	return topFolder(root.FS()), func() error { return errors.Join(root.Close(), away()) }, nil
}

// unpack takes the plain files of a tar out, within the bounds.
func unpack(ctx context.Context, root *os.Root, name string, size int64) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var in io.Reader = f
	if !strings.HasSuffix(strings.ToLower(name), ".tar") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		in = z
	}
	left := min(int64(maxUnpacked), size*maxRatio+freeSize)
	room := left // for what is written: a tar may have files of which most is not in it
	t := tar.NewReader(&bounded{in, &left})
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case n >= maxMembers:
			return fmt.Errorf("it has more than %d files", maxMembers)
		}
		at := strings.TrimPrefix(path.Clean(h.Name), "/")
		if h.Typeflag != tar.TypeReg || !fs.ValidPath(at) || h.Size > maxMember || isSparse(h) {
			continue // links, devices, files with holes, and what is larger than anything that would come
		}
		if err := unpackFile(root, at, &bounded{t, &room}); err != nil {
			return fmt.Errorf("%.200q: %w", at, err)
		}
	}
}

// isSparse tells whether a file has holes, which take no place in the tar and all of
// it on the disk (GNU tar, in PAX records).
func isSparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func unpackFile(root *os.Root, name string, in io.Reader) error {
	if err := root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, in)
	return errors.Join(err, f.Close())
}

// bounded ends a stream that gives more than it may.
type bounded struct {
	r    io.Reader
	left *int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if *b.left <= 0 {
		return 0, errors.New("it unpacks to far more than it should")
	}
	n, err := b.r.Read(p[:min(int64(len(p)), *b.left)])
	*b.left -= int64(n)
	return n, err
}
