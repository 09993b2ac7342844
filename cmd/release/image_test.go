package main

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

func (r *one) testImage(t *testing.T) {
	if r.goos != "linux" {
		t.Skip("images are of Linux")
	}
	img := r.readImage(t)
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.OS != r.goos || config.Architecture != r.goarch || !config.Created.Equal(r.s.when) {
		t.Errorf("the image is for %s/%s, of %s", config.OS, config.Architecture, config.Created)
	}
	c := config.Config
	if _, ok := c.Volumes[imageData]; !ok || c.User != "10001:10001" || c.Healthcheck == nil || c.Labels["org.opencontainers.image.version"] != r.s.version {
		t.Errorf("it runs as %+v", c)
	}
	read := mutate.Extract(img)
	defer read.Close()
	files := untar(t, read)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(files["etc/ssl/certs/ca-certificates.crt"].bytes) || bytes.Count(files["etc/ssl/certs/ca-certificates.crt"].bytes, []byte("BEGIN CERTIFICATE")) < 100 {
		t.Error("it has no certificates of authorities")
	}
	if data := files[imageData[1:]+"/"]; data.owner != imageUser || data.mode != 0o750 {
		t.Errorf("%s is of %d with mode %o", imageData, data.owner, data.mode)
	}
	t.Run("runs", func(t *testing.T) { runImage(t, c, files) })
}

// readImage unpacks the tar and has each blob compared with its name.
func (r *one) readImage(t *testing.T) v1.Image {
	t.Helper()
	dir := t.TempDir()
	unpack(t, dir, untar(t, bytes.NewReader(r.read(t, "oci.tar"))))
	at, err := layout.FromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	outer, err := at.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(outer); err != nil {
		t.Fatal(err)
	}
	manifest, err := outer.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(manifest.Manifests) != 1 || manifest.Manifests[0].MediaType != types.OCIImageIndex || manifest.Manifests[0].Annotations["org.opencontainers.image.ref.name"] != r.s.version {
		t.Fatalf("index.json has %+v", manifest.Manifests)
	}
	index, err := outer.ImageIndex(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	if manifest, err = index.IndexManifest(); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(manifest.Manifests, func(d v1.Descriptor) bool {
		return d.Platform != nil && d.Platform.OS == r.goos && d.Platform.Architecture == r.goarch && d.Platform.Variant == r.variant
	})
	if i < 0 {
		t.Fatalf("there is no image for %s: %+v", r.name, manifest.Manifests)
	}
	img, err := index.Image(manifest.Manifests[i].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// unpack writes files, with their owners where that may be done.
func unpack(t *testing.T, dir string, files map[string]entry) {
	t.Helper()
	names := []string{}
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names) // folders before what is in them
	for _, name := range names {
		f, path := files[name], filepath.Join(dir, filepath.FromSlash(name))
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.Mkdir(path, 0o755)
		} else {
			err = os.WriteFile(path, f.bytes, 0o644)
		}
		if err == nil && os.Getuid() == 0 {
			err = os.Chown(path, f.owner, f.owner)
		}
		if err == nil {
			err = os.Chmod(path, os.FileMode(f.mode&0o777))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// runImage does by hand what an engine does: the files as root folder, the
// image's user, command and variables.
func runImage(t *testing.T, c v1.Config, files map[string]entry) {
	if os.Getuid() != 0 {
		unable(t, "only root may change the root folder")
	}
	dir := t.TempDir()
	unpack(t, dir, files)
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // the image's user passes through
		t.Fatal(err)
	}
	box := box{root: dir, uid: imageUser, gid: imageUser, dir: c.WorkingDir, env: append(slices.Clone(c.Env), "LIMELIGHT_SERVER_LISTEN="+freePort(t))}
	command := append(slices.Clone(c.Entrypoint), c.Cmd...)
	box.serve(t, command...)
	if said := box.run(t, c.Healthcheck.Test[1:]...); !strings.Contains(said, "is well") {
		t.Errorf("the healthcheck says %q", said)
	}
	if said := box.run(t, append(slices.Clone(c.Entrypoint), "posts")...); !strings.Contains(said, "published") {
		t.Errorf("posts says %q", said)
	}
}

// freePort is an address that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr())
}

func TestCertificatesAreCertificates(t *testing.T) {
	needs(t, "openssl")
	cmd := exec.CommandContext(t.Context(), "openssl", "crl2pkcs7", "-nocrl", "-certfile", "/dev/stdin")
	cmd.Stdin = bytes.NewReader(certificates())
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("openssl does not read them: %v\n%s", err, said)
	}
}
