package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// built is a target's program.
type built struct {
	target
	program string // its file
}

// makeRelease writes everything into a folder, which is then all that is in it.
func makeRelease(ctx context.Context, s *source, chosen []target, out string) error {
	work, err := os.MkdirTemp("", "limelight-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	all, papers, err := s.buildAll(ctx, chosen, work)
	if err != nil {
		return err
	}
	modules, err := linkedModules(ctx, s.dir)
	if err != nil {
		return err
	}
	if err := clearRelease(out); err != nil {
		return err
	}
	for _, b := range all {
		if err := s.writeArchive(b, papers, out); err != nil {
			return fmt.Errorf("archive for %s: %w", b.name, err)
		}
		if err := s.writeSBOM(b, modules, out); err != nil {
			return fmt.Errorf("SBOM for %s: %w", b.name, err)
		}
		if b.deb == "" {
			continue
		}
		if err := s.writeDeb(b, papers, out); err != nil {
			return fmt.Errorf("package for %s: %w", b.name, err)
		}
	}
	linux := slices.DeleteFunc(slices.Clone(all), func(b built) bool { return b.goos != "linux" })
	if len(linux) > 0 {
		if err := s.writeImage(linux, papers, s.file(out, "oci.tar")); err != nil {
			return fmt.Errorf("image: %w", err)
		}
	}
	return writeSums(out)
}

// buildAll builds the programs and has the one of this machine tell about itself.
func (s *source) buildAll(ctx context.Context, chosen []target, work string) ([]built, *papers, error) {
	var all []built
	here := ""
	for _, t := range append([]target{}, chosen...) {
		b := built{t, filepath.Join(work, t.name)}
		if err := s.build(ctx, t, b.program); err != nil {
			return nil, nil, err
		}
		info, err := os.Stat(b.program)
		if err != nil {
			return nil, nil, err
		}
		fmt.Printf("%-14s %5.1f MB\n", t.name, float64(info.Size())/1e6)
		all = append(all, b)
		if h := host(); t.goos == h.goos && t.goarch == h.goarch {
			here = b.program
		}
	}
	if here == "" {
		here = filepath.Join(work, "host")
		if err := s.build(ctx, host(), here); err != nil {
			return nil, nil, err
		}
	}
	p, err := papersOf(ctx, here)
	return all, p, err
}

// file is the name of a file of the release.
func (s *source) file(out, rest string) string {
	return filepath.Join(out, "limelight_"+s.version+"_"+rest)
}

// clearRelease empties the folder of an earlier release, and refuses one that has
// anything else in it.
func clearRelease(out string) error {
	entries, err := os.ReadDir(out)
	if errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(out, 0o755)
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "limelight_") && e.Name() != sumsName {
			return fmt.Errorf("%s has %s in it, which is of no release; nothing was changed there", out, e.Name())
		}
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(out, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// sumsName is as `sha256sum --check` is used to have it.
const sumsName = "SHA256SUMS"

// writeSums writes the checksums of all that is in the folder.
func writeSums(out string) error {
	entries, err := os.ReadDir(out) // sorted
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, e := range entries {
		sum, err := sumOf(filepath.Join(out, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%x  %s\n", sum, e.Name())
	}
	return os.WriteFile(filepath.Join(out, sumsName), []byte(text.String()), 0o644)
}

func sumOf(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}
