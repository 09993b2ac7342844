package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// packer writes the members of an archive.
type packer struct {
	ctx     context.Context
	out     io.Writer
	zip     *gzip.Writer
	level   int
	tar     *tar.Writer
	made    time.Time
	members []Member
	wrote   func(n int64) // told of each piece
}

func newPacker(ctx context.Context, out io.Writer, made time.Time, wrote func(int64)) *packer {
	p := &packer{ctx: ctx, out: out, made: made, wrote: wrote}
	p.tar = tar.NewWriter(p)
	return p
}

// Write has the tar go through whatever gzip member is open.
func (p *packer) Write(b []byte) (int, error) { return p.zip.Write(b) }

// at begins a gzip member of another level; together they are one stream.
func (p *packer) at(level int) (err error) {
	if p.zip != nil && p.level == level {
		return nil
	}
	if p.zip != nil {
		if err := p.tar.Flush(); err != nil {
			return err
		}
		if err := p.zip.Close(); err != nil {
			return err
		}
	}
	p.level = level
	p.zip, err = gzip.NewWriterLevel(p.out, level)
	return err
}

// add writes a member of size bytes, no more and no fewer.
func (p *packer) add(name string, size int64, r io.Reader) error {
	limit, err := limitOf(name)
	if err != nil {
		return err
	}
	if size > limit {
		return fmt.Errorf("%s has %d bytes; at most %d can be kept", name, size, limit)
	}
	level := gzip.DefaultCompression
	if limit == maxMedia {
		level = gzip.NoCompression
	}
	if err := p.at(level); err != nil {
		return err
	}
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: p.made, Format: tar.FormatPAX}
	if err := p.tar.WriteHeader(h); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(p.tar, sum), &counted{p.ctx, io.LimitReader(r, size), p.wrote})
	if err == nil && n != size {
		err = fmt.Errorf("it had %d bytes and has %d", size, n)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.members = append(p.members, Member{name, size, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// finish writes the manifest and the end.
func (p *packer) finish(m *Manifest) error {
	m.Members = p.members
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := p.at(gzip.DefaultCompression); err != nil {
		return err
	}
	h := &tar.Header{Typeflag: tar.TypeReg, Name: manifestName, Size: int64(len(text)), Mode: 0o600, ModTime: p.made, Format: tar.FormatPAX}
	if err := p.tar.WriteHeader(h); err != nil {
		return err
	}
	if _, err := p.tar.Write(text); err != nil {
		return err
	}
	if err := p.tar.Close(); err != nil {
		return err
	}
	return p.zip.Close()
}

// counted reads as long as the context lasts, and tells how much.
type counted struct {
	ctx context.Context
	io.Reader
	told func(n int64)
}

// Read implements io.Reader.
func (c *counted) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.Reader.Read(b)
	c.told(int64(n))
	return n, err
}
