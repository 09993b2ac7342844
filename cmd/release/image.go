package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

const (
	imageUser = 10001 // no number that a system gives to people or services
	imageData = "/var/lib/limelight"
)

// writeImage writes an OCI layout in a tar, with one image for each target: what
// docker load, podman load and skopeo take.
func (s *source) writeImage(all []built, p *papers, file string) error {
	base, err := s.baseLayer()
	if err != nil {
		return err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, b := range all {
		img, err := s.image(b, p, base)
		if err != nil {
			return fmt.Errorf("for %s: %w", b.name, err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        img,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: b.goos, Architecture: b.goarch, Variant: b.variant}},
		})
	}
	dir, err := os.MkdirTemp("", "limelight-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	at, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	if err := at.AppendIndex(index, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": s.version,          // what skopeo calls it
		"io.containerd.image.name":          s.imageReference(), // what docker load calls it
	})); err != nil {
		return err
	}
	return s.tarFolder(dir, file)
}

// imageReference is the name under which docker and podman have it after a load.
func (s *source) imageReference() string { return "localhost/limelight:" + s.version }

// image is one target's.
func (s *source) image(b built, p *papers, base v1.Layer) (v1.Image, error) {
	program, err := os.ReadFile(b.program)
	if err != nil {
		return nil, err
	}
	// Not in /usr/bin: nothing in here is the system's, and its folder is the volume.
	layer, err := s.layer([]entry{
		{name: "usr/", mode: 0o755}, {name: "usr/local/", mode: 0o755}, {name: "usr/local/bin/", mode: 0o755},
		{name: "usr/local/bin/limelight", mode: 0o755, bytes: program},
		{name: "usr/share/", mode: 0o755}, {name: "usr/share/doc/", mode: 0o755}, {name: "usr/share/doc/limelight/", mode: 0o755},
		{name: "usr/share/doc/limelight/copyright", mode: 0o644, bytes: p.licenses},
	})
	if err != nil {
		return nil, err
	}
	when := v1.Time{Time: s.when}
	img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	img, err = mutate.Append(img,
		mutate.Addendum{Layer: base, MediaType: types.OCILayer, History: v1.History{Created: when, CreatedBy: "limelight release: certificates, user, folders"}},
		mutate.Addendum{Layer: layer, MediaType: types.OCILayer, History: v1.History{Created: when, CreatedBy: "limelight release: the program"}})
	if err != nil {
		return nil, err
	}
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Variant, config.Created = b.goos, b.goarch, b.variant, when
	config.Config = s.imageConfig()
	return mutate.ConfigFile(img, config)
}

// imageConfig is how a container runs. Its health is asked for by Docker, and by
// Podman where it is told to; OCI itself knows no such thing.
func (s *source) imageConfig() v1.Config {
	user := strconv.Itoa(imageUser)
	return v1.Config{
		User:         user + ":" + user,
		Entrypoint:   []string{"/usr/local/bin/limelight"},
		Cmd:          []string{"serve"},
		WorkingDir:   imageData,
		Volumes:      map[string]struct{}{imageData: {}},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		// A container is reached from outside of it only.
		Env: []string{"PATH=/usr/local/bin", "HOME=" + imageData, "LIMELIGHT_SERVER_LISTEN=:8080"},
		Healthcheck: &v1.HealthConfig{
			Test: []string{"CMD", "/usr/local/bin/limelight", "health"}, Interval: 30 * time.Second, Timeout: 10 * time.Second, StartPeriod: time.Minute, Retries: 3,
		},
		StopSignal: "SIGTERM",
		Labels: map[string]string{
			"org.opencontainers.image.title":       "limelight",
			"org.opencontainers.image.description": "A blog that the fediverse can follow",
			"org.opencontainers.image.version":     s.version,
			"org.opencontainers.image.revision":    s.commit,
			"org.opencontainers.image.created":     s.when.Format(time.RFC3339),
			"org.opencontainers.image.licenses":    "MIT",
		},
	}
}

// baseLayer is what the program wants around it, the same for all targets.
func (s *source) baseLayer() (v1.Layer, error) {
	user := strconv.Itoa(imageUser)
	return s.layer([]entry{
		{name: "etc/", mode: 0o755},
		{name: "etc/passwd", mode: 0o644, bytes: []byte("root:x:0:0:root:/:/sbin/nologin\nlimelight:x:" + user + ":" + user + ":limelight:" + imageData + ":/sbin/nologin\n")},
		{name: "etc/group", mode: 0o644, bytes: []byte("root:x:0:\nlimelight:x:" + user + ":\n")},
		{name: "etc/ssl/", mode: 0o755}, {name: "etc/ssl/certs/", mode: 0o755},
		{name: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, bytes: certificates()},
		{name: "tmp/", mode: 0o1777},
		{name: "var/", mode: 0o755}, {name: "var/lib/", mode: 0o755},
		// A new volume takes its owner from here.
		{name: imageData[1:] + "/", mode: 0o750, owner: imageUser},
	})
}

// certificates are Mozilla's roots as go.sum fixes them, not those of the machine
// that builds. Roots that are trusted in part only are left out, since a file of
// certificates cannot say in which part.
func certificates() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // into memory
		}
	}
	return b.Bytes()
}

func (s *source) layer(entries []entry) (v1.Layer, error) {
	var b bytes.Buffer
	if err := archived(&b, s.when, entries); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil },
		tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(gzip.DefaultCompression))
}

// tarFolder writes a folder as tar, its files in the order of their names.
func (s *source) tarFolder(dir, file string) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	tw := tar.NewWriter(f)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		h := &tar.Header{Name: filepath.ToSlash(name), Mode: 0o644, ModTime: s.when, Format: tar.FormatUSTAR, Typeflag: tar.TypeReg}
		if d.IsDir() {
			h.Name, h.Mode, h.Typeflag = h.Name+"/", 0o755, tar.TypeDir
			return tw.WriteHeader(h)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		h.Size = int64(len(text))
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		_, err = tw.Write(text)
		return err
	})
	return errors.Join(err, tw.Close())
}
