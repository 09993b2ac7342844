package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"time"
)

// entry is a file of an archive, or, with a name that ends in a slash, a folder.
type entry struct {
	name  string
	mode  int64
	bytes []byte
	owner int
}

// archived writes entries as tar, with nothing in it but what they say: no
// machine's names, and one time for all.
func archived(w io.Writer, when time.Time, entries []entry) error {
	tw := tar.NewWriter(w)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.bytes)), ModTime: when, Format: tar.FormatUSTAR, Typeflag: tar.TypeReg, Uid: e.owner, Gid: e.owner}
		if e.name[len(e.name)-1] == '/' {
			h.Typeflag = tar.TypeDir
		}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		if _, err := tw.Write(e.bytes); err != nil {
			return err
		}
	}
	return tw.Close()
}

// writeArchive writes a target's tar.gz: the program and its papers in one folder.
func (s *source) writeArchive(b built, p *papers, out string) error {
	entries, err := s.archiveEntries(b, p)
	if err != nil {
		return err
	}
	f, err := os.Create(s.file(out, b.name+".tar.gz"))
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(f) // the best compression takes four times as long for 40 kB
	return errors.Join(archived(packed, s.when, entries), packed.Close(), f.Close())
}

func (s *source) archiveEntries(b built, p *papers) ([]entry, error) {
	program, err := os.ReadFile(b.program)
	if err != nil {
		return nil, err
	}
	folder := "limelight_" + s.version + "_" + b.name + "/"
	entries := []entry{{name: folder, mode: 0o755}, {name: folder + "limelight", mode: 0o755, bytes: program}}
	for _, name := range []string{"README.md", "CHANGELOG.md", "FEDERATION.md", "LICENSE"} {
		text, err := os.ReadFile(s.path(name))
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{name: folder + name, mode: 0o644, bytes: text})
	}
	unit, err := os.ReadFile(s.path("cmd/release/deb/limelight.service"))
	if err != nil {
		return nil, err
	}
	return append(entries,
		entry{name: folder + "THIRD-PARTY-LICENSES.txt", mode: 0o644, bytes: p.licenses},
		entry{name: folder + "config.example.toml", mode: 0o644, bytes: p.example},
		entry{name: folder + "limelight.service", mode: 0o644, bytes: unit},
		entry{name: folder + "limelight.1", mode: 0o644, bytes: p.manual},
		entry{name: folder + "limelight.toml.5", mode: 0o644, bytes: p.configManual},
		entry{name: folder + "completion/", mode: 0o755},
		entry{name: folder + "completion/limelight.bash", mode: 0o644, bytes: p.bash},
		entry{name: folder + "completion/_limelight", mode: 0o644, bytes: p.zsh},
		entry{name: folder + "completion/limelight.fish", mode: 0o644, bytes: p.fish},
	), nil
}
