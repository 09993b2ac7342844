package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
)

const description = `blog that the fediverse can follow
limelight publishes posts as pages, RSS, Atom, JSON Feed and ActivityPub, is
followed from Mastodon and its relatives, delivers to them, and shows their
replies as comments under the post. One program, one database, no JavaScript.`

// maintainer has to have an address for the package to be well-formed (Debian
// Policy 5.6.2). The project has none, and RFC 2606 keeps .invalid for saying so:
// nobody's mail goes astray, as it might at a name that somebody may register.
const maintainer = "limelight <limelight@limelight.invalid>"

// writeDeb writes a target's Debian package.
func (s *source) writeDeb(b built, p *papers, out string) error {
	staging, err := os.MkdirTemp("", "limelight-deb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(staging)
	info, err := s.debInfo(b, p, staging)
	if err != nil {
		return err
	}
	f, err := os.Create(s.file(out, b.deb+".deb"))
	if err != nil {
		return err
	}
	return errors.Join(deb.Default.Package(info, f), f.Close())
}

func (s *source) debInfo(b built, p *papers, staging string) (*nfpm.Info, error) {
	contents, err := s.debContents(b, p, staging)
	if err != nil {
		return nil, err
	}
	return nfpm.WithDefaults(&nfpm.Info{
		Name: "limelight", Arch: b.deb, Platform: "linux", Version: s.version, VersionSchema: "semver",
		Section: "web", Priority: "optional", Maintainer: maintainer,
		Description: description, License: "MIT", MTime: s.when,
		Overridables: nfpm.Overridables{
			Contents:   contents,
			Depends:    []string{"adduser"},
			Recommends: []string{"ca-certificates"},
			Suggests:   []string{"caddy | nginx"},
			Scripts: nfpm.Scripts{
				PostInstall: s.path("cmd/release/deb/postinst"),
				PreRemove:   s.path("cmd/release/deb/prerm"),
				PostRemove:  s.path("cmd/release/deb/postrm"),
			},
			Deb: nfpm.Deb{Arch: b.deb},
		},
	}), nil
}

// debContents are the package's files; what is made here is put into staging first,
// since nfpm reads files.
func (s *source) debContents(b built, p *papers, staging string) (files.Contents, error) {
	made := []struct {
		dst  string
		text []byte
		pack bool // with gzip, as Debian wants manuals and changelogs
	}{
		{"/usr/share/man/man1/limelight.1.gz", p.manual, true},
		{"/usr/share/man/man5/limelight.toml.5.gz", p.configManual, true},
		{"/usr/share/doc/limelight/changelog.gz", s.debChangelog(), true},
		{"/usr/share/bash-completion/completions/limelight", p.bash, false},
		{"/usr/share/zsh/vendor-completions/_limelight", p.zsh, false},
		{"/usr/share/fish/vendor_completions.d/limelight.fish", p.fish, false},
		{"/usr/share/doc/limelight/copyright", p.licenses, false},
		{"/usr/share/doc/limelight/config.example.toml", p.example, false},
	}
	contents := files.Contents{
		s.content(b.program, "/usr/bin/limelight", files.TypeFile, 0o755),
		s.content(s.path("cmd/release/deb/limelight.service"), "/usr/lib/systemd/system/limelight.service", files.TypeFile, 0o644),
		// Its group, which only postinst can make, is to read it, and nobody else.
		s.content(s.path("cmd/release/deb/limelight.toml"), "/etc/limelight/limelight.toml", files.TypeConfig, 0o640),
		s.content(s.path("README.md"), "/usr/share/doc/limelight/README.md", files.TypeFile, 0o644),
		s.content(s.path("CHANGELOG.md"), "/usr/share/doc/limelight/CHANGELOG.md", files.TypeFile, 0o644),
		s.content(s.path("FEDERATION.md"), "/usr/share/doc/limelight/FEDERATION.md", files.TypeFile, 0o644),
	}
	for _, m := range made {
		file := filepath.Join(staging, filepath.Base(m.dst))
		text := m.text
		if m.pack {
			text = gzipped(text)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return nil, err
		}
		contents = append(contents, s.content(file, m.dst, files.TypeFile, 0o644))
	}
	return contents, nil
}

// debChangelog is what Debian Policy 12.7 demands, in Debian's form; what changed is
// told in CHANGELOG.md beside it.
func (s *source) debChangelog() []byte {
	version := strings.Replace(s.version, "-", "~", 1) // as nfpm writes it, so that it sorts below the release
	return fmt.Appendf(nil, "limelight (%s) stable; urgency=medium\n\n  * What changed is told in CHANGELOG.md, in this folder.\n\n -- %s  %s\n",
		version, maintainer, s.when.Format(time.RFC1123Z))
}

func (s *source) content(src, dst, kind string, mode fs.FileMode) *files.Content {
	return &files.Content{Source: src, Destination: dst, Type: kind, FileInfo: &files.ContentFileInfo{Mode: mode, MTime: s.when}}
}

// gzipped has neither name nor time in it.
func gzipped(text []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level exists
	w.Write(text)                                         // into memory
	w.Close()
	return b.Bytes()
}
