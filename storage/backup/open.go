package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"limelight/storage"
)

// Archive is one whose members were all read once and found to be what its
// manifest says.
type Archive struct {
	Manifest
	Config []byte // the configuration; nil when there is none

	path string
	tell func(Progress)
}

// Open reads an archive from its beginning to its end and writes nothing: every
// name, kind, size and checksum is looked at. storage.ErrVersion when a later
// version of the program made it.
func Open(ctx context.Context, path string, tell func(Progress)) (*Archive, error) {
	a := &Archive{path: path, tell: tell}
	m, err := a.walk(ctx, "reading the archive", func(name string, r io.Reader) (err error) {
		if name == ConfigName {
			a.Config, err = io.ReadAll(r)
		}
		return err
	})
	if err == nil {
		a.Manifest, err = m, m.supported()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

func (m Manifest) supported() error {
	if m.Format > format || m.Schema > storage.Schema() {
		return fmt.Errorf("%w: limelight %s made the archive; restore it with that version or a newer one", storage.ErrVersion, m.Program)
	}
	return nil
}

// walk reads every member and has visit see it, and returns the manifest, which
// fits all of them.
func (a *Archive) walk(ctx context.Context, doing string, visit func(name string, r io.Reader) error) (m Manifest, err error) {
	f, err := os.Open(a.path)
	if err != nil {
		return m, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return m, err
	}
	if !info.Mode().IsRegular() {
		return m, errors.New("that is no plain file")
	}
	at := Progress{Doing: doing, Total: info.Size()}
	z, err := gzip.NewReader(&counted{ctx, f, func(n int64) { at.Done += n; a.tell(at) }})
	if err != nil {
		return m, notOurs(err)
	}
	// One byte more than it may have, so that reaching that shows.
	bound := &io.LimitedReader{R: z, N: info.Size()*maxRatio + freeSize + 1}
	w := walker{tar: tar.NewReader(bound), visit: visit}
	err = w.run()
	if err == nil {
		err = w.end(bound)
	}
	if bound.N <= 0 {
		err = errors.New("it unpacks to far more than any archive of ours")
	}
	return w.manifest, err
}

// notOurs says of an error at the very beginning what it means.
func notOurs(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("that is no archive of `limelight backup`")
	}
	return err
}

// walker goes through a tar.
type walker struct {
	tar      *tar.Reader
	visit    func(name string, r io.Reader) error
	found    []Member
	names    map[string]bool
	manifest Manifest
	done     bool // the manifest was read
}

func (w *walker) run() error {
	w.names = map[string]bool{}
	for {
		h, err := w.tar.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && len(w.found) == 0:
			return notOurs(err)
		case err != nil:
			return broken(err)
		case w.done:
			return fmt.Errorf("%.100q comes after the manifest", h.Name)
		}
		if err := w.admit(h); err != nil {
			return err
		}
		if err := w.member(h); err != nil {
			return broken(err)
		}
	}
}

// admit refuses what cannot be a member before a byte of it is read.
func (w *walker) admit(h *tar.Header) error {
	if h.Typeflag != tar.TypeReg {
		return fmt.Errorf("%.100q is no plain file", h.Name)
	}
	for record := range h.PAXRecords {
		if strings.HasPrefix(record, "GNU.sparse") {
			return fmt.Errorf("%.100q is a file with holes", h.Name)
		}
	}
	limit, err := limitOf(h.Name)
	switch {
	case err != nil:
		return err
	case h.Size > limit:
		return fmt.Errorf("%s has %d bytes; such a file has %d at most", h.Name, h.Size, limit)
	case w.names[h.Name]:
		return fmt.Errorf("%s is there twice", h.Name)
	case len(w.found) == maxMembers:
		return fmt.Errorf("it has more than %d members", maxMembers)
	}
	w.names[h.Name] = true
	return nil
}

func (w *walker) member(h *tar.Header) error {
	if h.Name == manifestName {
		w.done = true
		return json.NewDecoder(w.tar).Decode(&w.manifest)
	}
	sum := sha256.New()
	r := io.TeeReader(w.tar, sum)
	if err := w.visit(h.Name, r); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	w.found = append(w.found, Member{h.Name, h.Size, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// end reads what is left, by which gzip proves its own checksum.
func (w *walker) end(rest io.Reader) error {
	left, err := io.ReadAll(io.LimitReader(rest, 1<<20)) // tar pads with zeros
	switch {
	case err != nil:
		return broken(err)
	case slices.ContainsFunc(left, func(b byte) bool { return b != 0 }):
		return errors.New("something comes after its end")
	case !w.done:
		return errors.New("it has no manifest, so it is not whole")
	}
	return w.manifest.check(w.found)
}

// broken says what the errors of gzip and tar mean.
func broken(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends too soon; was it copied whole?")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, tar.ErrHeader):
		return fmt.Errorf("it is damaged: %w", err)
	}
	return err
}
